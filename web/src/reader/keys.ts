import type { SliceDocument } from "./frame";

/** What a key asks for: another slice, or part of a window further. */
export interface KeyTurn {
  turn?: 1 | -1;
  scroll?: number;
}

/** The document's own scrolling, as far as keys need to know it. */
type Scrolling = Pick<SliceDocument, "atEnd" | "atStart" | "vertical">;

/**
 * Arrow keys turn to the next and previous slice (mirrored in books that run right to left); page
 * keys and space move by a window, and turn at the ends.
 */
export function turnOf(
  event: KeyboardEvent,
  rtl: boolean,
  document: Scrolling | undefined,
): KeyTurn | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return undefined;
  const at = event.target as Partial<Element> | null;
  if (at?.closest?.("input, select, textarea, audio, video, summary")) return undefined;
  const back = event.key === "PageUp" || (event.key === " " && event.shiftKey);
  if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
    // In vertical text the arrows scroll; the page keys turn.
    if (document?.vertical || event.shiftKey) return undefined;
    return { turn: (event.key === "ArrowRight") !== rtl ? 1 : -1 };
  }
  if (back) return document?.atStart() === false ? { scroll: -0.9 } : { turn: -1 };
  if (event.key === "PageDown" || event.key === " ") {
    return document?.atEnd() === false ? { scroll: 0.9 } : { turn: 1 };
  }
  return undefined;
}
