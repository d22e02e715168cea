import type { SliceDocument } from "./frame";

/** What a key asks for: the next or previous page or slice, or part of a window further. */
export interface KeyTurn {
  turn?: 1 | -1;
  scroll?: number;
  edge?: "start" | "end";
}

/** The document's own scrolling, as far as keys need to know it. */
type Scrolling = Pick<SliceDocument, "atEnd" | "atStart" | "vertical" | "mode">;

/**
 * Arrow keys turn to the next and previous page, or slice where text scrolls (mirrored in books that
 * run right to left); page keys and space move by a window, and turn at the ends.
 */
export function turnOf(
  event: KeyboardEvent,
  rtl: boolean,
  document: Scrolling | undefined,
): KeyTurn | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return undefined;
  const at = event.target as Partial<Element> | null;
  if (at?.closest?.("input, select, textarea, audio, video, summary, [role=tablist]")) return undefined;
  const scrolls = document?.mode === "scrolled" || document?.mode === "continuous";
  const back = event.key === "PageUp" || (event.key === " " && event.shiftKey);
  if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
    // In vertical text that scrolls the arrows do so; the page keys turn.
    if ((scrolls && document?.vertical) || event.shiftKey) return undefined;
    return { turn: (event.key === "ArrowRight") !== rtl ? 1 : -1 };
  }
  if (document?.mode === "paginated" && (event.key === "Home" || event.key === "End"))
    return { edge: event.key === "Home" ? "start" : "end" };
  if (back) return scrolls && !document?.atStart() ? { scroll: -0.9 } : { turn: -1 };
  if (event.key === "PageDown" || event.key === " ")
    return scrolls && !document?.atEnd() ? { scroll: 0.9 } : { turn: 1 };
  return undefined;
}
