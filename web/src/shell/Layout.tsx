import { useQueryClient } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { Link, useLocation } from "wouter";
import { useServer } from "../api/queries";
import { signOut, useIsAdmin, useSession } from "../api/session";
import { useStore } from "../api/store";
import { bare, reachable } from "../api/transport";
import { announce } from "./announce";
import { Icon } from "./Icon";
import { ThemeButton } from "./ThemeButton";

const InviteDialog = lazy(() => import("../people/InviteDialog"));

/** The frame around every page but the reader. */
export function Layout({ children }: { children: ReactNode }) {
  const server = useServer();
  return (
    <div className="layout">
      <a href="#main" className="skip">
        Skip to the content
      </a>
      <Unreachable />
      <Top />
      {children}
      <footer className="foot">
        {server.data ? imprint(server.data) : "Bindery"} · <a href="/api/docs">API</a>
      </footer>
    </div>
  );
}

function imprint({ name, version }: { name: string; version: string }): string {
  return name === "Bindery" ? `Bindery ${version}` : `${name} · Bindery ${version}`;
}

function Top() {
  const admin = useIsAdmin();
  return (
    <header className="top">
      <div>
        <Link href="/" className="brand">
          <img src="/icon.svg" alt="" width="28" height="28" /> Bindery
        </Link>
        <nav aria-label="Main">
          <ul>
            <Tab href="/">Catalogue</Tab>
            {admin && <Tab href="/upload">Upload</Tab>}
            {admin && <Tab href="/jobs">Jobs</Tab>}
          </ul>
        </nav>
        <div className="top-end">
          <ThemeButton />
          {admin && <Invite />}
          <Account />
        </div>
      </div>
    </header>
  );
}

function Tab({ href, children }: { href: string; children: ReactNode }) {
  const [path] = useLocation();
  return (
    <li>
      <Link href={href} aria-current={path === href ? "page" : undefined}>
        {children}
      </Link>
    </li>
  );
}

/** For admins, where accounts are made by invitation. */
function Invite() {
  const server = useServer();
  const [open, setOpen] = useState(false);
  if (server.data?.registration !== "invite") return null;
  return (
    <>
      <button type="button" className="button small" onClick={() => setOpen(true)}>
        Invite
      </button>
      {open && (
        <Suspense>
          <InviteDialog onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}

function Account() {
  const session = useSession();
  const queries = useQueryClient();
  const [path, go] = useLocation();
  if (session.state === "unknown") return null;
  if (session.state === "anonymous") {
    if (path === "/sign-in") return null;
    return (
      <Link href="/sign-in" className="button small">
        Sign in
      </Link>
    );
  }
  const leave = async () => {
    await signOut();
    queries.clear();
    announce("Signed out.");
    go("/sign-in");
  };
  return (
    <button
      type="button"
      className="button small"
      onClick={leave}
      title={`Signed in as ${session.user.email}`}
    >
      Sign out
    </button>
  );
}

/** Stays on the page while the server cannot be reached, and looks for it every few seconds. */
function Unreachable() {
  const there = useStore(reachable);
  const queries = useQueryClient();
  useEffect(() => {
    const lost = () => reachable.set(false);
    addEventListener("offline", lost);
    return () => removeEventListener("offline", lost);
  }, []);
  useEffect(() => {
    if (there) {
      void queries.refetchQueries({ predicate: (query) => query.state.status === "error" });
      return;
    }
    const ask = () => bare.GET("/server").catch(() => undefined);
    const timer = setInterval(ask, 5000);
    addEventListener("online", ask);
    return () => {
      clearInterval(timer);
      removeEventListener("online", ask);
    };
  }, [there, queries]);
  return (
    <div role="status">
      {!there && (
        <div className="banner">
          <Icon name="warn" />
          <span>
            {navigator.onLine ? "The server cannot be reached." : "You are offline."} We keep trying; what is
            open stays readable.
          </span>
        </div>
      )}
    </div>
  );
}
