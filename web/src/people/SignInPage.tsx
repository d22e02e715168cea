import "./people.css";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Link, useLocation, useSearchParams } from "wouter";
import { inPlainWords, Problem } from "../api/problem";
import { useServer } from "../api/queries";
import { signIn, useSession } from "../api/session";
import { announce } from "../shell/announce";
import { Note } from "../shell/Failure";
import { Page } from "../shell/Page";
import { Field } from "./Field";
import { localPath, mayRegister } from "./ways";

export default function SignInPage() {
  const [params] = useSearchParams();
  const [, go] = useLocation();
  const session = useSession();
  const server = useServer();
  const queries = useQueryClient();
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const next = localPath(params.get("next"));

  useEffect(() => {
    if (session.state === "signedIn") go(next, { replace: true });
  }, [session.state, go, next]);

  const submit = async (form: FormData) => {
    setBusy(true);
    setError(undefined);
    try {
      await signIn(String(form.get("email")).trim(), String(form.get("password")));
      announce("Signed in.");
      await queries.resetQueries();
    } catch (problem) {
      const refused = problem instanceof Problem && problem.status === 401;
      setError(refused ? "The address or the password is not right." : inPlainWords(problem));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Page title="Sign in" size="narrow" lead="Good to see you. Your place in each book is kept.">
      <div className="people">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (!busy) void submit(new FormData(event.currentTarget));
          }}
        >
          <Field label="E-mail" name="email" type="email" autoComplete="username" required />
          <Field label="Password" name="password" type="password" autoComplete="current-password" required />
          {error && <Note tone="bad">{error}</Note>}
          <button type="submit" className="button primary" aria-disabled={busy}>
            {busy ? "Signing in…" : "Sign in"}
          </button>
        </form>
        {mayRegister(server.data) && (
          <p>
            New here? <Link href="/register">Create an account</Link>
          </p>
        )}
      </div>
    </Page>
  );
}
