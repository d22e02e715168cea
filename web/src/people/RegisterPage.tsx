import "./people.css";
import { useState } from "react";
import { Link, useLocation, useSearchParams } from "wouter";
import { inPlainWords, Problem } from "../api/problem";
import { useServer } from "../api/queries";
import { signIn } from "../api/session";
import { bare, unwrap } from "../api/transport";
import { announce } from "../shell/announce";
import { Note } from "../shell/Failure";
import { Page } from "../shell/Page";
import { Field } from "./Field";
import { type Door, door, invitationIn } from "./ways";

const shortest = 10;

export default function RegisterPage() {
  const server = useServer();
  const [, go] = useLocation();
  const [params] = useSearchParams();
  const invitation = invitationIn(params);
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);

  const submit = async (form: FormData) => {
    const [name, email, password] = ["name", "email", "password"].map((field) => String(form.get(field)));
    if (!name || !email || !password) return;
    setBusy(true);
    setError(undefined);
    try {
      await unwrap(
        bare.POST("/auth/register", {
          body: { name: name.trim(), email: email.trim(), password, ...(invitation ? { invitation } : {}) },
        }),
      );
      await signIn(email.trim(), password);
      announce("Welcome to the library.");
      go("/");
    } catch (problem) {
      const taken = problem instanceof Problem && problem.status === 409;
      setError(taken ? "There is an account with this address already." : inPlainWords(problem));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Page title="Create an account" size="narrow">
      <div className="people">
        <Doorkeeper door={door(server.data, invitation)} />
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (!busy) void submit(new FormData(event.currentTarget));
          }}
        >
          <Field label="Name" name="name" autoComplete="name" required maxLength={100} />
          <Field label="E-mail" name="email" type="email" autoComplete="username" required />
          <Field
            label="Password"
            name="password"
            type="password"
            autoComplete="new-password"
            minLength={shortest}
            required
            hint={`At least ${shortest} characters. A few plain words are easy to keep and hard to guess.`}
          />
          {error && <Note tone="bad">{error}</Note>}
          <button type="submit" className="button primary" aria-disabled={busy}>
            {busy ? "Creating…" : "Create the account"}
          </button>
        </form>
        <p>
          Have an account? <Link href="/sign-in">Sign in</Link>
        </p>
      </div>
    </Page>
  );
}

/** Says before anybody fills in the form that it will not be taken. */
function Doorkeeper({ door }: { door: Door }) {
  if (door === "open") return null;
  return (
    <Note tone="warn">
      {door === "closed"
        ? "This library does not take new sign-ups. Ask its keeper for an account."
        : "This library welcomes new readers by invitation. Ask its keeper for one, and open the link you get."}
    </Note>
  );
}
