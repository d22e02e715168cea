import { expect, test } from "vitest";
import { sheet, standard } from "./typography";
import { markWide } from "./wide";

/** An element with a computed style, as far as the marking looks at it. */
function element(style: { display: string; inlineSize: string }, parentElement: unknown = null) {
  const marks = new Set<string>();
  const ownerDocument = { defaultView: { getComputedStyle: (of: { style: unknown }) => of.style } };
  return {
    style,
    parentElement,
    ownerDocument,
    marks,
    setAttribute: (name: string) => marks.add(name),
    removeAttribute: (name: string) => marks.delete(name),
  };
}

const block = (px: number, parent?: unknown) => element({ display: "block", inlineSize: `${px}px` }, parent);

test("only what is wider than the block it stands in is marked, and a mark does not stay", () => {
  const room = block(400);
  const line = element({ display: "inline", inlineSize: "auto" }, room);
  const fits = block(400.5, room);
  const table = block(420, room);
  const formula = block(500, line);
  const all = [fits, table, formula];
  const document = { querySelectorAll: () => all } as unknown as Document;
  markWide(document);
  expect(all.map(({ marks }) => marks.size)).toEqual([0, 1, 1]);
  room.style.inlineSize = "600px";
  markWide(document);
  expect(all.map(({ marks }) => marks.size)).toEqual([0, 0, 0]);
});

test("words in tables are broken anywhere only where the table is too wide", () => {
  const css = sheet(standard, "light");
  expect(css).toContain("table[data-bindery-wide] { overflow-wrap: anywhere; }");
  expect(css).not.toMatch(/(^|\n)table \{[^}]*anywhere/);
});
