import { describe, expect, test } from "vitest";
import type { Manifest } from "./manifest";
import { Publication, reached } from "./publication";

const manifest: Manifest = {
  metadata: { readingProgression: "rtl" },
  readingOrder: [
    { href: "slices/0.html", type: "text/html", title: "Cover" },
    { href: "slices/1.html", type: "text/html" },
    { href: "slices/2.html", type: "text/html", properties: { linear: false } },
    {
      href: "slices/3.html",
      type: "text/html",
      properties: { layout: "fixed", viewport: { width: 600, height: 800 } },
    },
  ],
  toc: [
    { title: "Part", children: [{ href: "slices/1.html#one", title: "One" }] },
    { href: "slices/3.html", title: "Plate" },
    { href: "https://example.org/", title: "Elsewhere" },
  ],
};
const book = new Publication(manifest);

describe("a publication", () => {
  test("finds slices by address, with or without fragment and escapes", () => {
    expect(book.find("slices/1.html#a%20b")).toEqual({ slice: 1, fragment: "a b" });
    expect(book.find("./slices/3.html")).toEqual({ slice: 3, fragment: undefined });
    expect(book.find("resources/x.css")).toBeUndefined();
  });

  test("keeps headings and foreign links of the contents without a slice", () => {
    expect(book.toc.map((entry) => entry.slice)).toEqual([undefined, 3, undefined]);
    expect(book.toc[0]?.children[0]).toMatchObject({ title: "One", slice: 1, fragment: "one" });
  });

  test("names a slice by itself, by the chapter it stands in, or by its number", () => {
    expect([0, 2].map((n) => book.title(n))).toEqual(["Cover", "One"]);
    expect(new Publication({ readingOrder: [{}, {}] }).title(1)).toBe("Part 2 of 2");
  });

  test("knows what only links lead to", () => {
    expect([1, 2].map((n) => book.linear(n))).toEqual([true, false]);
  });

  test("knows direction and fixed pages", () => {
    expect(book.rtl).toBe(true);
    expect(book.layout(1).fixed).toBe(false);
    expect(book.layout(3)).toMatchObject({ fixed: true, viewport: { width: 600, height: 800 } });
  });

  test("finds the slice that holds a character of a source file", () => {
    const part = (start: number, end: number) => ({ properties: { source: "a.xhtml", start, end } });
    const cut = new Publication({ readingOrder: [part(0, 100), part(100, 250), part(0, 100)] });
    expect(cut.holding("a.xhtml", 99, undefined)).toBe(0);
    expect(cut.holding("a.xhtml", 100, undefined)).toBe(1);
    expect(cut.holding("a.xhtml", 50, 2)).toBe(2);
    expect(cut.holding("b.xhtml", 50, undefined)).toBeUndefined();
  });
});

test("inside a slice the entry one is at is the last that was passed", () => {
  const entry = (slice: number, fragment?: string) => ({ title: "", slice, fragment, children: [] });
  const entries = [entry(0), entry(1, "a"), entry(1, "b"), entry(2)];
  expect(reached(entries, 1, () => true)).toBe(entries[2]);
  expect(reached(entries, 1, (id) => id === "a")).toBe(entries[1]);
  expect(reached(entries, 1, () => false)).toBe(entries[0]);
  expect(reached(entries, 9, () => false)).toBe(entries[3]);
});
