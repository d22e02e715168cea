import { Link } from "wouter";
import { Page, Void } from "./Page";

export default function LostPage() {
  return (
    <Page title="Page not found" heading="hidden">
      <Void icon="book" title="This page is not on our shelves">
        <p>The address may be old, or a letter may be missing.</p>
        <Link href="/" className="button primary">
          To the catalogue
        </Link>
      </Void>
    </Page>
  );
}
