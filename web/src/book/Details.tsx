import { useIsAdmin } from "../api/session";
import type { Book } from "../api/types";
import { date, fileSize, languageName } from "../shell/format";

/** The bibliographic facts, those that are known. */
export function Details({ book }: { book: Book }) {
  const admin = useIsAdmin();
  const facts: [string, string | null | undefined][] = [
    ["Language", book.language && languageName(book.language)],
    ["Publisher", book.publisher],
    ["Published", book.published],
    ["ISBN", book.isbn],
    ["Format", book.format?.toUpperCase()],
    ["Size", book.size == null ? null : fileSize(book.size)],
    ["Parts", book.rendition?.state === "ready" ? String(book.rendition.slices) : null],
    ["Added", date(book.createdAt)],
  ];
  if (admin) {
    facts.push(
      ["Status", book.status],
      ["Version", String(book.version)],
      ["File (SHA-256)", book.sha256],
      ["Rendition", book.rendition?.id],
    );
  }
  return (
    <section aria-labelledby="details">
      <h2 id="details" className="small-title">
        Details
      </h2>
      <dl className="facts">
        {facts.map(([name, value]) =>
          value ? (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ) : null,
        )}
      </dl>
    </section>
  );
}
