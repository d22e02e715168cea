import { describe, expect, test } from "vitest";
import { layoutOf } from "./layout";
import type { Properties } from "./manifest";
import { boxes, Views } from "./spreads";

const viewport = { width: 600, height: 800 };

/** The views of a fixed-layout book, each leaf as `slice` and first letter of its side. */
function cut(pages: Properties[], { landscape = true, rtl = false, spread = "auto" } = {}): string[] {
  const book = { layout: "pre-paginated", spread };
  const views = new Views(
    {
      count: pages.length,
      rtl,
      layout: (n) => layoutOf(book, { viewport, ...pages[n] }),
      linear: (n) => pages[n]?.linear !== false,
    },
    landscape,
  );
  const found: string[] = [];
  let view = views.of(0);
  for (;;) {
    found.push(view.map(({ slice, side }) => `${slice}${side[0]}`).join(" "));
    const next = views.next(view[0].slice, 1);
    if (!next) return found;
    expect(views.next(next[0].slice, -1)).toBe(view);
    view = next;
  }
}

describe("spreads", () => {
  test("pair pages in a landscape window and leave none empty", () => {
    expect(cut([{}, {}, {}, {}])).toEqual(["0l 1r", "2l 3r"]);
    expect(cut([{}, {}, {}])).toEqual(["0l 1r", "2c"]);
    expect(cut([{}, {}], { landscape: false })).toEqual(["0c", "1c"]);
  });

  test("never with none, always with both", () => {
    expect(cut([{}, {}], { spread: "none" })).toEqual(["0c", "1c"]);
    expect(cut([{}, {}], { spread: "both", landscape: false })).toEqual(["0l 1r"]);
    expect(cut([{}, { spread: "none" }, {}])).toEqual(["0c", "1c", "2c"]);
  });

  test("honour the sides that pages ask for", () => {
    expect(cut([{ page: "right" }, {}, {}, {}])).toEqual(["0r", "1l 2r", "3c"]);
    expect(cut([{}, { page: "left" }, { page: "right" }, {}])).toEqual(["0c", "1l 2r", "3c"]);
    expect(cut([{ page: "center" }, {}, {}])).toEqual(["0c", "1l 2r"]);
    expect(cut([{ page: "left" }, { page: "left" }])).toEqual(["0l", "1l"]);
  });

  test("begin on the right in books that run to the left", () => {
    expect(cut([{}, {}, { page: "left" }], { rtl: true })).toEqual(["0r 1l", "2l"]);
  });

  test("take in text that flows only when it asks for a side", () => {
    const flows = { layout: "reflowable" };
    expect(cut([{}, { ...flows, page: "left" }, {}, flows, { page: "left" }])).toEqual([
      "0c",
      "1l 2r",
      "3c",
      "4l",
    ]);
  });

  test("a page that is a spread already has no partner", () => {
    expect(cut([{ viewport: { width: 2000, height: 900 } }, {}, {}])).toEqual(["0c", "1l 2r"]);
  });

  test("pages beside the reading order are passed over", () => {
    expect(cut([{}, { linear: false }, {}])).toEqual(["0l 2r"]);
  });
});

test("from a page beside the reading order one comes back into it", () => {
  const book = { count: 3, rtl: false, layout: () => layoutOf({}, {}), linear: (n: number) => n !== 1 };
  const views = new Views(book, true);
  expect(views.of(1)).toEqual([{ slice: 1, side: "center" }]);
  expect(views.next(1, 1)).toEqual(views.of(2));
  expect(views.next(1, -1)).toEqual(views.of(0));
  expect(views.next(2, 1)).toBeUndefined();
  expect(views.next(0, -1)).toBeUndefined();
});

describe("boxes", () => {
  const room = { width: 1000, height: 500 };
  const leaf = (side: "left" | "right" | "center", slice = 0) => ({ slice, side });

  test("a page is as large as the room lets it be, in the middle", () => {
    expect(boxes([leaf("center")], [{ width: 200, height: 250 }], room)).toEqual([
      { left: 300, top: 0, width: 200, height: 250, scale: 2 },
    ]);
    expect(boxes([leaf("center")], [undefined], room)).toEqual([{ left: 0, top: 0, scale: 1, ...room }]);
  });

  test("two pages touch, also when they differ in shape", () => {
    const [a, b] = boxes(
      [leaf("left"), leaf("right", 1)],
      [
        { width: 400, height: 500 },
        { width: 300, height: 500 },
      ],
      room,
    );
    expect(a?.left).toBe(150);
    expect((a?.left ?? 0) + 400 * (a?.scale ?? 0)).toBe(b?.left);
    expect(b?.scale).toBe(1);
  });

  test("in a book that runs to the left the first page stands right of the seam", () => {
    const size = { width: 400, height: 500 };
    const [a, b] = boxes([leaf("right"), leaf("left", 1)], [size, size], room);
    expect([a?.left, b?.left]).toEqual([500, 100]);
  });

  test("a page alone keeps its side", () => {
    expect(boxes([leaf("right")], [{ width: 400, height: 500 }], room)[0]?.left).toBe(500);
    expect(boxes([leaf("left")], [{ width: 400, height: 500 }], room)[0]?.left).toBe(100);
  });

  test("text beside a page has its half of the room", () => {
    const [text, page] = boxes([leaf("left"), leaf("right")], [undefined, { width: 400, height: 500 }], room);
    expect(text).toEqual({ left: 0, top: 0, width: 500, height: 500, scale: 1 });
    expect(page?.left).toBe(500);
  });
});
