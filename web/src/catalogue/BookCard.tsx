import { Link } from "wouter";
import { isRendering, useRenderProgress } from "../api/queries";
import type { Book } from "../api/types";
import { Bar } from "../shell/Page";
import { Cover } from "./Cover";

export function BookCard({ book, eager }: { book: Book; eager: boolean }) {
  return (
    <li className="card">
      <Link href={`/books/${book.id}`}>
        <Cover book={book} size="thumbnail" eager={eager} />
        <span className="card-title" dir="auto">
          {book.title}
        </span>
      </Link>
      <p className="card-authors">{book.authors.join(", ")}</p>
      <CardState book={book} />
    </li>
  );
}

function CardState({ book }: { book: Book }) {
  const progress = useRenderProgress(book.id);
  if (isRendering(book)) {
    return (
      <p className="card-state">
        <Bar label={`Preparing ${book.title}`} value={progress} />
        <span className="small soft">Preparing…</span>
      </p>
    );
  }
  if (book.rendition?.state === "failed") {
    return (
      <p className="card-state">
        <span className="chip bad">Could not be prepared</span>
      </p>
    );
  }
  if (book.status !== "published") {
    return (
      <p className="card-state">
        <span className="chip">{book.status}</span>
      </p>
    );
  }
  return null;
}

/** Empty cards in the shape of those to come. */
export function CardSkeletons({ count }: { count: number }) {
  return (
    <ul className="grid" aria-hidden="true">
      {Array.from({ length: count }, (_, n) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: identical placeholders
        <li className="card" key={n}>
          <span className="cover skeleton" />
          <span className="skeleton line" />
          <span className="skeleton line short" />
        </li>
      ))}
    </ul>
  );
}
