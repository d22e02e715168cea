/** Whether the server's public facts say that anybody may sign up. */
export function mayRegister(server: { registration?: string } | undefined): boolean {
  return server?.registration === "open";
}

/** What the register page can do for a visitor who came with `invitation`, if with one. */
export type Door = "open" | "closed" | "needsInvitation";

export function door(server: { registration?: string } | undefined, invitation: string | undefined): Door {
  if (!server || server.registration === "open") return "open";
  if (server.registration !== "invite") return "closed";
  return invitation ? "open" : "needsInvitation";
}

/** The token in an invitation's link; undefined without one. */
export function invitationIn(params: URLSearchParams): string | undefined {
  return params.get("invitation")?.trim() || undefined;
}

/** Where to go after signing in: a path of this app, never another site. */
export function localPath(wanted: string | null): string {
  return wanted && /^\/(?![/\\])/.test(wanted) ? wanted : "/";
}
