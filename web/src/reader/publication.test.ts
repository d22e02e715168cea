import { describe, expect, test } from "vitest";
import { type Manifest, Publication } from "./publication";

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

  test("turns past slices that only links lead to, and stops at the ends", () => {
    expect(book.next(1, 1)).toBe(3);
    expect(book.next(3, -1)).toBe(1);
    expect(book.next(3, 1)).toBeUndefined();
  });

  test("knows direction and fixed pages", () => {
    expect(book.rtl).toBe(true);
    expect(book.page(1)).toBeUndefined();
    expect(book.page(3)).toEqual({ width: 600, height: 800 });
  });
});
