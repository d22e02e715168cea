import { expect, test } from "vitest";
import { editsOf, list } from "./edits";

test("lists are trimmed and lose empties and doubles", () => {
  expect(list(" Ada ; Bob;; Ada")).toEqual(["Ada", "Bob"]);
  expect(list("")).toEqual([]);
});

test("an emptied field is cleared, a name with a comma stays whole", () => {
  const form = new FormData();
  form.set("title", " Walden ");
  form.set("authors", "Thoreau, Henry David");
  form.set("language", " ");
  expect(editsOf(form)).toMatchObject({ title: "Walden", authors: ["Thoreau, Henry David"], language: null });
});
