import { Component, type ReactNode } from "react";
import { Link } from "wouter";
import { inPlainWords, Problem } from "../api/problem";
import { Icon } from "./Icon";
import { Void } from "./Page";

/** A request that failed: what happened in plain words, and the way on. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  if (error instanceof Problem && error.status === 401) return <SignInFirst />;
  return (
    <Void icon="warn" title="That did not work" alert>
      <p>{inPlainWords(error)}</p>
      {error instanceof Problem && error.traceId && (
        <p className="small soft">
          For the keeper of this library: <code>{error.traceId}</code>
        </p>
      )}
      {retry && (
        <button type="button" className="button" onClick={retry}>
          <Icon name="retry" /> Try again
        </button>
      )}
    </Void>
  );
}

export function SignInFirst() {
  const back = encodeURIComponent(location.pathname + location.search);
  return (
    <Void icon="book" title="Please sign in">
      <p>This library opens its shelves to its readers.</p>
      <Link href={`/sign-in?next=${back}`} className="button primary">
        Sign in
      </Link>
    </Void>
  );
}

/** A short error inside a form or a row. */
export function Note({ tone, children }: { tone: "bad" | "warn" | "good"; children: ReactNode }) {
  return (
    <div className={`note ${tone}`} role={tone === "bad" ? "alert" : "status"}>
      <Icon name={tone === "good" ? "check" : "warn"} />
      <div>{children}</div>
    </div>
  );
}

/** The last net: a bug in a page shows a sentence and a way back instead of a white screen. */
export class Net extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <main id="main" className="page">
        <Void icon="warn" title="This page stumbled" alert>
          <p>That is our mistake. Loading it again usually helps.</p>
          <a href="/" className="button">
            To the catalogue
          </a>
        </Void>
      </main>
    );
  }
}
