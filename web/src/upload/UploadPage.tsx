import "./upload.css";
import { Link } from "wouter";
import { useLiveBooks } from "../api/queries";
import { useIsAdmin, useSession } from "../api/session";
import { useStore } from "../api/store";
import { SignInFirst } from "../shell/Failure";
import { Page, Void, Waiting } from "../shell/Page";
import { DropZone } from "./DropZone";
import { addFiles, uploads } from "./queue";
import { UploadRow } from "./UploadRow";

export default function UploadPage() {
  const session = useSession();
  const admin = useIsAdmin();
  if (!admin) {
    return (
      <Page title="Upload books" heading="hidden">
        {session.state === "unknown" ? (
          <Waiting />
        ) : session.state === "anonymous" ? (
          <SignInFirst />
        ) : (
          <NotYours />
        )}
      </Page>
    );
  }
  return (
    <Page
      title="Upload books"
      size="medium"
      lead="They are checked, prepared for reading and put on the shelves."
    >
      <DropZone onFiles={addFiles} multiple />
      <List />
    </Page>
  );
}

export function NotYours() {
  return (
    <Void icon="book" title="This room is for the keepers">
      <p>Your account may read, but not change the library.</p>
      <Link href="/" className="button primary">
        To the catalogue
      </Link>
    </Void>
  );
}

function List() {
  const list = useStore(uploads);
  useLiveBooks(list.some(({ step }) => step.name === "preparing"));
  if (list.length === 0) return null;
  const ready = list.filter(({ step }) => step.name === "ready").length;
  return (
    <section aria-labelledby="uploads">
      <h2 id="uploads" className="uploads-title">
        This visit <span className="soft small">{`${ready} of ${list.length} ready`}</span>
      </h2>
      <ul className="uploads">
        {[...list].reverse().map((upload) => (
          <UploadRow key={upload.id} upload={upload} />
        ))}
      </ul>
    </section>
  );
}
