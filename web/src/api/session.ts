import { Problem } from "./problem";
import { Store, useStore } from "./store";
import { bare, unwrap } from "./transport";
import type { User } from "./types";

/** Who is at the screen. `unknown` lasts from the page's start until the refresh cookie has been tried. */
export type Session = { state: "unknown" } | { state: "anonymous" } | { state: "signedIn"; user: User };

export const session = new Store<Session>({ state: "unknown" });

/** The access token lives here only: in memory, never in storage. */
let access: { token: string; expiresAt: number } | undefined;
let refreshing: Promise<boolean> | undefined;

/** Remembers *that* someone signed in (not who): spares every first visitor a refused refresh. */
const hintKey = "bindery.signedIn";

export function useSession(): Session {
  return useStore(session);
}

export function useUser(): User | undefined {
  const now = useSession();
  return now.state === "signedIn" ? now.user : undefined;
}

export function useIsAdmin(): boolean {
  return useUser()?.roles.includes("admin") ?? false;
}

/** A token good for at least `margin` ms, refreshed first when needed; undefined when signed out. */
export async function accessToken(margin = 20_000): Promise<string | undefined> {
  if (!access) return undefined;
  if (access.expiresAt - Date.now() < margin) await refresh();
  return access?.token;
}

export async function signIn(email: string, password: string): Promise<void> {
  const answer = await unwrap(bare.POST("/auth/login", { body: { email, password, cookie: true } }));
  keep(answer);
  await loadProfile();
}

export async function signOut(): Promise<void> {
  const token = access?.token;
  forget();
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  await bare.POST("/auth/logout", { body: {}, headers }).catch(() => undefined);
}

/** At the page's start: trade the HttpOnly cookie for a token, if there is reason to think one is set. */
export async function restore(): Promise<void> {
  if (!read(hintKey)) return session.set({ state: "anonymous" });
  for (let tries = 1; session.get().state === "unknown"; tries += 1) {
    try {
      if (await refresh()) await loadProfile();
    } catch (error) {
      // Unreachable: nobody is signed out by that; the banner says why the page waits.
      const there = error instanceof Problem && error.status !== 0;
      if (there && tries >= 3) return session.set({ state: "anonymous" });
      await new Promise((resolve) => setTimeout(resolve, 3000));
    }
  }
}

/**
 * Gets a new access token by the refresh cookie. One at a time in this tab, and across tabs where the
 * browser has locks: a rotated refresh token used twice would end every session of the family.
 */
export function refresh(): Promise<boolean> {
  refreshing ??= locked(trade).finally(() => {
    refreshing = undefined;
  });
  return refreshing;
}

async function trade(): Promise<boolean> {
  try {
    keep(await unwrap(bare.POST("/auth/refresh", { body: {} })));
    return true;
  } catch (error) {
    if (error instanceof Problem && error.status >= 400 && error.status < 500 && error.status !== 429) {
      forget();
      return false;
    }
    throw error;
  }
}

function locked<T>(work: () => Promise<T>): Promise<T> {
  const locks = (navigator as { locks?: LockManager }).locks;
  return locks ? (locks.request("bindery.refresh", work) as Promise<T>) : work();
}

async function loadProfile(): Promise<void> {
  const token = access?.token ?? "";
  const user = await unwrap(bare.GET("/users/profile", { headers: { authorization: `Bearer ${token}` } }));
  session.set({ state: "signedIn", user });
}

function keep(answer: { accessToken: string; expiresIn: number }): void {
  access = { token: answer.accessToken, expiresAt: Date.now() + answer.expiresIn * 1000 };
  write(hintKey, "1");
}

function forget(): void {
  access = undefined;
  write(hintKey, null);
  session.set({ state: "anonymous" });
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Without storage the session simply ends with the page.
  }
}
