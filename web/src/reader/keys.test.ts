import { expect, test } from "vitest";
import { turnOf } from "./keys";

const key = (name: string, more = {}) =>
  ({
    key: name,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    shiftKey: false,
    defaultPrevented: false,
    target: null,
    ...more,
  }) as KeyboardEvent;
const middle = { atStart: () => false, atEnd: () => false, vertical: false, mode: "scrolled" as const };
const end = { ...middle, atEnd: () => true };
const start = { ...middle, atStart: () => true };

test("arrows turn, mirrored in books that run right to left", () => {
  expect(turnOf(key("ArrowRight"), false, middle)).toEqual({ turn: 1 });
  expect(turnOf(key("ArrowRight"), true, middle)).toEqual({ turn: -1 });
  expect(turnOf(key("ArrowLeft"), true, middle)).toEqual({ turn: 1 });
});

test("page keys scroll inside and turn at the ends", () => {
  expect(turnOf(key("PageDown"), false, middle)).toEqual({ scroll: 0.9 });
  expect(turnOf(key("PageDown"), false, end)).toEqual({ turn: 1 });
  expect(turnOf(key(" ", { shiftKey: true }), false, start)).toEqual({ turn: -1 });
  expect(turnOf(key("PageUp"), false, middle)).toEqual({ scroll: -0.9 });
});

test("keys with modifiers, in fields, and in vertical text stay the browser's", () => {
  expect(turnOf(key("ArrowRight", { altKey: true }), false, middle)).toBeUndefined();
  expect(turnOf(key("ArrowRight", { target: { closest: () => ({}) } }), false, middle)).toBeUndefined();
  expect(turnOf(key("ArrowRight"), false, { ...middle, vertical: true })).toBeUndefined();
});

test("pages are turned by every key, also in vertical text", () => {
  const page = { ...middle, mode: "paginated" as const };
  expect(turnOf(key("PageDown"), false, page)).toEqual({ turn: 1 });
  expect(turnOf(key("ArrowLeft"), true, { ...page, vertical: true })).toEqual({ turn: 1 });
  expect(turnOf(key("End"), false, page)).toEqual({ edge: "end" });
  expect(turnOf(key("End"), false, middle)).toBeUndefined();
});
