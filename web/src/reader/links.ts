import type { ReadingSession } from "../api/types";
import type { Publication, Target } from "./publication";

/**
 * A link in the text: to another part of the book, then the reader goes there; to the world outside,
 * then it opens in a tab of its own, told nothing of us. The frame itself never goes anywhere.
 */
export function follow(
  event: MouseEvent | undefined,
  href: string,
  session: ReadingSession,
  book: Publication,
  go: (slice: number, target: Target) => void,
): void {
  if (event && event.button > 1) return;
  event?.preventDefault();
  const inside = withinBook(href, session.contentBase, book);
  if (inside) {
    const newTab = event && (event.ctrlKey || event.metaKey || event.button === 1);
    if (newTab) outside(`/books/${session.bookId}/read?slice=${inside.slice}`);
    else go(inside.slice, inside.target);
  } else if (/^(mailto|tel):/i.test(href)) {
    location.href = href;
  } else if (/^https?:/i.test(href)) {
    outside(href);
  }
}

/** The place in the book an absolute address names; undefined when it lies outside of the reading order. */
export function withinBook(
  href: string,
  contentBase: string,
  book: Publication,
): { slice: number; target: Target } | undefined {
  const base = new URL(contentBase, location.href);
  if (!href.startsWith(base.href)) return undefined;
  const found = book.find(href.slice(base.href.length));
  if (!found) return undefined;
  const target: Target = found.fragment ? { at: "fragment", id: found.fragment } : { at: "start" };
  return { slice: found.slice, target };
}

function outside(href: string): void {
  window.open(href, "_blank", "noopener,noreferrer");
}
