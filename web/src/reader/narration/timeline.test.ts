import { expect, test } from "vitest";
import { Publication } from "../publication";
import { clipsOf, isSkippable, partToLeave } from "./timeline";

const book = new Publication({ readingOrder: [{ href: "slices/0.html" }, { href: "slices/1.html" }] });
const base = "http://library.example/content/r/";
const read = (narration: unknown) => clipsOf({ narration }, `${base}resources/6.json`, base, book);

test("a timeline becomes phrases in order, each with its part of a sound", () => {
  expect(
    read([
      { text: "../slices/0.html#a", audio: "4.mp3#t=0,1.25" },
      { text: "../slices/1.html#b", audio: "5.mp3#t=1.5" },
      { text: "../slices/1.html" },
    ]),
  ).toEqual([
    {
      slice: 0,
      id: "a",
      audio: { url: `${base}resources/4.mp3`, begin: 0, end: 1.25 },
      roles: [],
      groups: [],
    },
    {
      slice: 1,
      id: "b",
      audio: { url: `${base}resources/5.mp3`, begin: 1.5, end: undefined },
      roles: [],
      groups: [],
    },
    { slice: 1, id: undefined, audio: undefined, roles: [], groups: [] },
  ]);
});

test("what leads out of the book or has no form is left out", () => {
  expect(read([{ text: "https://example.org/a#b" }, { text: "../slices/9.html" }, 7, null])).toEqual([]);
  expect(clipsOf(null, `${base}resources/6.json`, base, book)).toEqual([]);
});

test("notes and page numbers can be skipped, tables and lists left", () => {
  const [page, cell, note, plain] = read([
    { role: "pagebreak", text: "../slices/0.html#p" },
    { role: "table", narration: [{ role: "table-cell", text: "../slices/0.html#c" }] },
    { roles: ["aside", "footnote"], narration: [{ text: "../slices/0.html#n" }] },
    { text: "../slices/0.html#t" },
  ]);
  const clips = [page, cell, note, plain].map((clip) => {
    if (!clip) throw new Error("four phrases");
    return clip;
  });
  expect(clips.map(isSkippable)).toEqual([true, false, true, false]);
  expect(clips.map((clip) => partToLeave(clip)?.name)).toEqual([undefined, "table", "aside", undefined]);
});
