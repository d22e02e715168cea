import type { Look } from "./frame";
import type { Layout } from "./layout";
import type { Publication } from "./publication";
import { type ShownPaper, sheet, type Typography } from "./typography";

/** From this many rem of room on, text cut into pages stands in two columns. */
const twoColumns = 60;

/** How each slice is shown: what the book wishes, unless the person has chosen otherwise. */
export function looks(
  book: Publication,
  typography: Typography,
  paper: ShownPaper,
  landscape: boolean,
  /** The book has vertical text, which scrolls sideways: each slice for itself. */
  vertical: boolean,
): (slice: number, width: number) => Look {
  const made = new Map<string, Look>();
  return (slice, width) => {
    const layout = book.layout(slice);
    const flow = flowOf(layout, typography);
    const mode = layout.fixed ? "fixed" : flow === "continuous" && vertical ? "scrolled" : flow;
    const columns = mode === "paginated" ? columnsOf(layout, landscape, width) : 1;
    const key = `${mode} ${columns}`;
    const look = made.get(key) ?? { mode, columns, css: sheet(typography, paper, mode, columns) };
    made.set(key, look);
    return look;
  };
}

/** The book's own wish counts where the person has none; without either, text scrolls. */
function flowOf({ flow }: Layout, { flow: chosen }: Typography) {
  if (chosen === "paginated") return chosen;
  if (chosen === "scrolled") return flow === "continuous" ? flow : chosen;
  return flow ?? "scrolled";
}

/** Two columns are the spread of text that flows (EPUB 3.3 § 8.2.2.4). */
function columnsOf({ spread, side }: Layout, landscape: boolean, width: number): number {
  if (spread === "none" || side !== undefined) return 1;
  if (spread === "both") return 2;
  return landscape && width >= twoColumns * 16 ? 2 : 1;
}
