import { expect, test } from "vitest";
import { looks } from "./looks";
import { Publication } from "./publication";
import { standard, type Typography } from "./typography";

const book = (presentation: object, properties: object = {}) =>
  new Publication({ metadata: { presentation }, readingOrder: [{ properties }] });
const look = (
  presentation: object,
  typography: Partial<Typography> = {},
  { width = 1200, landscape = true, vertical = false, own = {} } = {},
) => {
  const lookOf = looks(book(presentation, own), { ...standard, ...typography }, "light", landscape, vertical);
  const { mode, columns } = lookOf(0, width);
  return `${mode} ${columns}`;
};

test("the book's flow counts until the person chooses another", () => {
  expect(look({})).toBe("scrolled 1");
  expect(look({ flow: "paginated" }, {}, { width: 500 })).toBe("paginated 1");
  expect(look({ flow: "paginated" }, { flow: "scrolled" })).toBe("scrolled 1");
  expect(look({ flow: "scrolled-doc" }, { flow: "paginated" }, { width: 500 })).toBe("paginated 1");
  expect(look({ flow: "scrolled-continuous" }, { flow: "scrolled" })).toBe("continuous 1");
});

test("fixed pages have no flow", () => {
  expect(look({ layout: "pre-paginated", flow: "paginated" }, { flow: "scrolled" })).toBe("fixed 1");
});

test("two columns stand in a wide window, always with both, never with none", () => {
  expect(look({ flow: "paginated" })).toBe("paginated 2");
  expect(look({ flow: "paginated" }, {}, { landscape: false })).toBe("paginated 1");
  expect(look({ flow: "paginated", spread: "none" })).toBe("paginated 1");
  expect(look({ flow: "paginated", spread: "both" }, {}, { width: 500, landscape: false })).toBe(
    "paginated 2",
  );
  expect(look({ flow: "paginated" }, {}, { own: { page: "left" } })).toBe("paginated 1");
});

test("vertical text is not put under each other", () => {
  expect(look({ flow: "scrolled-continuous" }, {}, { vertical: true })).toBe("scrolled 1");
});
