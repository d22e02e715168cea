import type { Publication, Target } from "./publication";

/** Where a link leads: to a place in the book, or out of it. */
export type Destination =
  | { to: "book"; slice: number; target: Target }
  /** A web address, or one that another program opens (`mailto:`, `tel:`). */
  | { to: "world"; address: string };

/** What an absolute address of a link means; undefined when it leads nowhere the reader may go. */
export function destinationOf(href: string, contentBase: string, book: Publication): Destination | undefined {
  const base = new URL(contentBase, location.href);
  if (href.startsWith(base.href)) {
    const found = book.find(href.slice(base.href.length));
    if (!found) return undefined;
    const target: Target = found.fragment ? { at: "fragment", id: found.fragment } : { at: "start" };
    return { to: "book", slice: found.slice, target };
  }
  return /^(https?|mailto|tel):/i.test(href) ? { to: "world", address: href } : undefined;
}

const noteref = "[role~=doc-noteref], [data-epub-type~=noteref]";
const note = ["footnote", "endnote", "rearnote", "note"]
  .flatMap((name) => [`[role~=doc-${name}]`, `[data-epub-type~=${name}]`])
  .join(", ");

/**
 * Which note a link calls, when it does: the book marks the link (`noteref`), or it names a marked
 * note from outside of it (EPUB 3 structural semantics, DPUB-ARIA).
 */
export function leadsToNote(
  destination: Destination,
  link: Element,
): { slice: number; id: string; mark: string } | undefined {
  if (destination.to !== "book" || destination.target.at !== "fragment") return undefined;
  const { id } = destination.target;
  const there = link.ownerDocument.getElementById(id)?.closest(note);
  if (!link.closest(noteref) && !(there && !link.closest(note))) return undefined;
  return {
    slice: destination.slice,
    id,
    mark: (link.textContent ?? "").replace(/[\s[\]()]+/g, "").slice(0, 8),
  };
}

/** Whether a click asks for a tab of its own. */
export function wantsTab(event: MouseEvent | undefined): boolean {
  return event !== undefined && (event.ctrlKey || event.metaKey || event.button === 1);
}
