import { useMutation } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { api, unwrap } from "../api/client";
import { inPlainWords } from "../api/problem";
import { announce } from "../shell/announce";
import { Dialog } from "../shell/Dialog";
import { Note } from "../shell/Failure";
import { Field } from "./Field";

/** Makes an invitation and shows its link, this once. */
export default function InviteDialog({ onClose }: { onClose: () => void }) {
  const invite = useMutation({
    mutationFn: (email: string) => unwrap(api.POST("/admin/invitations", { body: email ? { email } : {} })),
    onSuccess: () => announce("The invitation is ready."),
  });
  return (
    <Dialog title="Invite a reader" onClose={onClose}>
      {invite.data ? (
        <InvitationLink {...invite.data} onClose={onClose} />
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            const email = String(new FormData(event.currentTarget).get("email")).trim();
            if (!invite.isPending) invite.mutate(email);
          }}
        >
          <Field
            label="Their e-mail (optional)"
            name="email"
            type="email"
            autoComplete="off"
            maxLength={254}
            hint="With it, only this address can register. Without it, whoever has the link can, once."
          />
          {invite.error && <Note tone="bad">{inPlainWords(invite.error)}</Note>}
          <div className="actions">
            <button type="button" className="button" onClick={onClose}>
              Cancel
            </button>
            <button type="submit" className="button primary" aria-disabled={invite.isPending}>
              {invite.isPending ? "Making the link…" : "Make a link"}
            </button>
          </div>
        </form>
      )}
    </Dialog>
  );
}

interface LinkProps {
  url: string;
  expiresAt: string;
  email?: string | undefined;
  onClose: () => void;
}

function InvitationLink({ url, expiresAt, email, onClose }: LinkProps) {
  const [copied, setCopied] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const select = useCallback(() => box.current?.querySelector("input")?.select(), []);
  // The form with the focus is gone: its successor takes it, and the link is ready to be copied.
  useEffect(select, [select]);
  const copy = async () => {
    select();
    try {
      // Browsers offer the clipboard on https and localhost only; elsewhere the link stays selected.
      await navigator.clipboard.writeText(url);
      setCopied(true);
      announce("Copied.");
    } catch {
      announce("The link is selected: copy it with the keyboard.");
    }
  };
  const day = new Date(expiresAt).toLocaleDateString(undefined, { dateStyle: "long" });
  return (
    <div className="stack" ref={box}>
      <Field
        label="The link"
        value={url}
        readOnly
        hint={`Send it ${email ? `to ${email}` : "to one person"}. It makes one account, until ${day}, and is not shown again.`}
      />
      <div className="actions">
        <button type="button" className="button" onClick={onClose}>
          Done
        </button>
        <button type="button" className="button primary" onClick={copy}>
          {copied ? "Copied" : "Copy the link"}
        </button>
      </div>
    </div>
  );
}
