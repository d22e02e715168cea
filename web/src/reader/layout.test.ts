import { expect, test } from "vitest";
import { layoutOf, turnsLeft } from "./layout";

test("a slice's own wish goes before the book's", () => {
  const book = { layout: "pre-paginated", spread: "none", flow: "paginated" };
  expect(layoutOf(book, undefined)).toMatchObject({ fixed: true, spread: "none", flow: "paginated" });
  const own = { layout: "reflowable", spread: "both", page: "left", flow: "scrolled-doc" };
  expect(layoutOf(book, own)).toMatchObject({
    fixed: false,
    spread: "both",
    side: "left",
    flow: "scrolled",
  });
  expect(layoutOf({ flow: "scrolled-continuous" }, {}).flow).toBe("continuous");
});

test("words nobody knows are no wish", () => {
  expect(layoutOf({ spread: "wild", orientation: "auto", flow: "auto" }, { page: "top" })).toEqual({
    fixed: false,
    viewport: undefined,
    spread: "auto",
    side: undefined,
    orientation: undefined,
    flow: undefined,
  });
});

test("pages turn as the book says, else as its language is written", () => {
  expect(turnsLeft({ readingProgression: "rtl", language: "en" })).toBe(true);
  expect(turnsLeft({ readingProgression: "ltr", language: "ar" })).toBe(false);
  expect(turnsLeft({ language: ["he-IL", "en"] })).toBe(true);
  expect(turnsLeft({ readingProgression: "auto", language: "fa" })).toBe(true);
  expect(turnsLeft({ language: "az-Arab" })).toBe(true);
  expect(turnsLeft({ language: "ur-Latn" })).toBe(false);
  expect(turnsLeft({ language: "ja" })).toBe(false);
  expect(turnsLeft(undefined)).toBe(false);
});
