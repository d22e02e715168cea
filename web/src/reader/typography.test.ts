import { expect, test } from "vitest";
import { sane, sheet, standard } from "./typography";

test("what storage holds is brought within the bounds", () => {
  expect(sane(null)).toEqual(standard);
  expect(sane({ size: 9000, leading: -3, width: "wide", family: "comic", paper: "pink" })).toEqual({
    ...standard,
    size: 300,
    leading: 1.2,
  });
  expect(sane({ ...standard, paper: "sepia", family: "sans" })).toEqual({
    ...standard,
    paper: "sepia",
    family: "sans",
  });
});

test("light paper leaves the book its colours, dark paper does not", () => {
  expect(sheet(standard, "light", "scrolled")).not.toContain("color: inherit !important");
  expect(sheet(standard, "dark", "scrolled")).toContain("color: inherit !important");
});

test("the book's own face and spacing stay unless chosen", () => {
  expect(sheet(standard, "light", "scrolled")).not.toContain("line-height: 0");
  expect(sheet({ ...standard, leading: 2, family: "sans" }, "light", "scrolled")).toMatch(
    /line-height: 2 !important/,
  );
});

test("pages of fixed layout keep their measures", () => {
  expect(sheet(standard, "sepia", "fixed")).not.toMatch(/\bzoom:|max-inline-size: \d+rem/);
});

test("pages of fixed layout keep their colours on dark paper", () => {
  expect(sheet(standard, "dark", "fixed")).not.toContain("color: inherit");
});

test("pages are columns as wide as the window; an empty one follows where two stand side by side", () => {
  expect(sheet(standard, "light", "paginated", 1)).toContain("columns: 1 !important");
  expect(sheet(standard, "light", "paginated", 1)).not.toContain("body::after");
  expect(sheet(standard, "light", "paginated", 2)).toContain("body::after");
});

test("a flow nobody knows is the book's own", () => {
  expect(sane({ ...standard, flow: "sideways" }).flow).toBe("auto");
  expect(sane({ ...standard, flow: "paginated" }).flow).toBe("paginated");
});
