import { expect, test } from "vitest";
import { locatorOf, Measure, placeOf } from "./place";
import { Publication } from "./publication";

const book = new Publication({
  readingOrder: [0, 1, 2].map((n) => ({ href: `slices/${n}.html`, type: "text/html", title: `T${n}` })),
});
const at = (n: number, position: number, totalProgression: number) => ({
  href: `slices/${n}.html`,
  locations: { position, totalProgression },
});
const list = { total: 10, positions: [at(0, 1, 0), at(1, 2, 0.1), at(1, 6, 0.5), at(2, 10, 0.9)] };

test("the position list weighs the slices", () => {
  const measure = new Measure(book, list);
  expect(measure.total({ slice: 1, progression: 0 })).toBeCloseTo(0.1);
  expect(measure.total({ slice: 1, progression: 0.5 })).toBeCloseTo(0.5);
  expect(measure.total({ slice: 2, progression: 1 })).toBe(1);
});

test("without a position list all slices weigh the same", () => {
  expect(new Measure(book).total({ slice: 1, progression: 0.5 })).toBeCloseTo(0.5);
  expect(new Measure(book).position({ slice: 1, progression: 0.5 })).toBeUndefined();
});

test("a place becomes a Readium locator and comes back", () => {
  const place = { slice: 1, progression: 0.25 };
  const locator = locatorOf(place, book, new Measure(book, list));
  expect(locator).toEqual({
    href: "slices/1.html",
    type: "text/html",
    title: "T1",
    locations: { progression: 0.25, totalProgression: 0.3, position: 4 },
  });
  expect(placeOf(locator, book)).toEqual(place);
});

test("positions stay within their slice", () => {
  const measure = new Measure(book, list);
  expect(measure.position({ slice: 1, progression: 1 })).toBe(9);
  expect(measure.position({ slice: 2, progression: 1 })).toBe(10);
});

test("a locator of another rendition or of no shape is no place", () => {
  expect(placeOf({ href: "slices/9.html" }, book)).toBeUndefined();
  expect(placeOf(null, book)).toBeUndefined();
  expect(placeOf({ href: 3 }, book)).toBeUndefined();
  expect(placeOf({ href: "slices/0.html", locations: { progression: 7 } }, book)?.progression).toBe(1);
});
