/** Whether the server's public facts say that anybody may sign up. */
export function mayRegister(server: { registration?: string } | undefined): boolean {
  return server?.registration === "open";
}

/** Where to go after signing in: a path of this app, never another site. */
export function localPath(wanted: string | null): string {
  return wanted && /^\/(?![/\\])/.test(wanted) ? wanted : "/";
}
