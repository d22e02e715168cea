import { useState } from "react";
import type { Book } from "../api/types";

interface CoverProps {
  book: Book;
  size: "thumbnail" | "medium";
  /** The first covers of a page load at once, the others when they come near. */
  eager?: boolean;
}

/** A book's cover, or, when it has none, a cloth binding with its title on it. Decorative: the title stands beside it. */
export function Cover({ book, size, eager }: CoverProps) {
  const source = size === "thumbnail" ? (book.thumbnailUrl ?? book.coverUrl) : book.coverUrl;
  const [failed, setFailed] = useState<string>();
  if (source && failed !== source) {
    return (
      <span className="cover">
        <img
          src={source}
          alt=""
          loading={eager ? "eager" : "lazy"}
          decoding="async"
          onError={() => setFailed(source)}
        />
      </span>
    );
  }
  return (
    <span className={`cover cloth cloth-${cloth(book.title)}`} aria-hidden="true">
      <span className="cloth-title" dir="auto">
        {book.title}
      </span>
      <span className="cloth-author">{book.authors[0]}</span>
    </span>
  );
}

/** One of six cloths, always the same for the same title. */
function cloth(title: string): number {
  let sum = 7;
  for (const letter of title) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return sum % 6;
}
