// Real renditions for the mock: every folder of MOCK_SHELF (made by `bindery convert` or the engine's
// example `render`) is a book.
import { readdirSync, readFileSync } from "node:fs";
import { join, normalize } from "node:path";
import { makeBooks } from "./library.mjs";

const folder = process.env.MOCK_SHELF;
const types = {
  html: "text/html; charset=utf-8",
  css: "text/css",
  json: "application/json",
  svg: "image/svg+xml",
  png: "image/png",
  jpg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  mp3: "audio/mpeg",
  mp4: "video/mp4",
  m4a: "audio/mp4",
  wav: "audio/wav",
};

/** The books of the shelf; the folder's name is the book's id and its rendition's. */
export function shelf() {
  if (!folder) return [];
  const names = readdirSync(folder).sort();
  return names.flatMap((name) => {
    try {
      const { metadata } = JSON.parse(readFileSync(join(folder, name, "manifest.json"), "utf8"));
      const rendition = { id: name, state: "ready", slices: metadata.slices };
      return [{ ...makeBooks()[0], id: name, title: plain(metadata.title), rendition }];
    } catch {
      return [];
    }
  });
}

/** A title may be a map by language. */
const plain = (title) => (typeof title === "string" ? title : Object.values(title)[0]);

/** A file of a rendition: `[media type, bytes]`. */
export function shelved(path) {
  if (!folder) return undefined;
  try {
    return [
      types[path.split(".").pop()] ?? "application/octet-stream",
      readFileSync(join(folder, normalize(path))),
    ];
  } catch {
    return undefined;
  }
}
