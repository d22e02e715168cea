// Looks up every reference of a rendition: the file must be there, and the id in it.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { archive } from "./zip.mjs";

const OUTSIDE = /^(?:https?:|mailto:|tel:|data:image\/)/i;

/** What HTML's five references stand for; slices hold no others. */
const unescape = (text) => text.replace(/&(?:amp|lt|gt|quot|apos|#(\d+)|#x([0-9a-f]+));/gi, (whole, decimal, hex) =>
  decimal ? String.fromCodePoint(+decimal) : hex ? String.fromCodePoint(parseInt(hex, 16)) : { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'" }[whole]);

const decode = (text) => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** The references of a slice as [attribute, url], and its ids. Slices are well-formed, so this may be simple. */
function ofPage(html) {
  const [references, ids] = [[], new Set()];
  for (const [, , attributes] of html.matchAll(/<([a-zA-Z][\w-]*)((?:\s+[\w:-]+="[^"]*")*)\s*\/?>/g)) {
    for (const [, name, raw] of attributes.matchAll(/([\w:-]+)="([^"]*)"/g)) {
      const value = unescape(raw);
      if (name === "id") ids.add(value);
      else if (["href", "src", "poster", "data"].includes(name)) references.push([name, value]);
      else if (name === "srcset") for (const part of value.split(", ")) references.push([name, part.split(" ")[0]]);
      else if (value.includes("url(")) references.push(...ofSheet(value));
    }
  }
  return { references, ids };
}

/** The references of a sheet that the engine wrote: always in double quotes. */
const ofSheet = (css) => [...css.matchAll(/(?:url\(|@import )"((?:[^"\\]|\\.)*)"/g)].map(([, url]) => ["url", url.replace(/\\([0-9a-f]{1,6}) ?/gi, (_, hex) => String.fromCodePoint(parseInt(hex, 16)))]);

/**
 * Judges the rendition in `folder`. `book` is the EPUB it was made of, or null: then every lost link
 * is laid to the book. Returns how many references were looked up, those the book itself does not
 * answer (`lost`) and those it does (`ours`).
 */
export function judge(folder, book) {
  const pages = new Map();
  const list = (name) => (existsSync(join(folder, name)) ? readdirSync(join(folder, name)) : []);
  for (const name of list("slices")) pages.set(`slices/${name}`, ofPage(readFileSync(join(folder, "slices", name), "utf8")));
  for (const name of list("resources")) {
    const read = () => readFileSync(join(folder, "resources", name), "utf8");
    if (name.endsWith(".css")) pages.set(`resources/${name}`, { references: ofSheet(read()), ids: new Set() });
    if (name.endsWith(".svg")) pages.set(`resources/${name}`, ofPage(read()));
  }
  const manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
  const sources = new Map(manifest.readingOrder.map((link) => [link.href, link.properties.source]));
  const contents = { references: [], ids: new Set() };
  const ahead = [...manifest.toc, ...manifest.landmarks, ...manifest["page-list"], ...manifest.resources, ...manifest.readingOrder];
  while (ahead.length) {
    const line = ahead.pop();
    if (line.href !== "#") contents.references.push(["href", line.href]);
    ahead.push(...(line.children ?? []), ...(line.alternate ?? []));
  }
  pages.set("manifest.json", contents);

  const found = { links: 0, lost: [], ours: [] };
  const source = book && archive(book);
  const seen = new Set();
  for (const [page, { references, ids }] of pages) {
    for (const [attribute, url] of references) {
      // A bare fragment in a sheet is meant in the page that uses it (CSS Values 4, § 4.5.1).
      if (OUTSIDE.test(url) || url === "about:invalid" || (page.endsWith(".css") && url.startsWith("#"))) continue;
      found.links += 1;
      const [file, fragment] = url.split(/#(.*)/s);
      const target = file === "" ? page : normalize(join(dirname(page), file));
      const here = file === "" || pages.has(target) || existsSync(join(folder, target));
      const media = /^(?:t|xywh|xyn|id|svgView|epubcfi)[=(]/.test(fragment ?? "");
      const answered = here && (!fragment || media || !pages.has(target) || has(pages.get(target).ids, fragment));
      const key = `${page} ${url}`;
      if (answered || seen.has(key)) continue;
      seen.add(key);
      const text = `${attribute} ${url} in ${page} (${sources.get(page) ?? "–"} → ${sources.get(target) ?? target})`;
      (source && holds(source, sources.get(target) ?? sources.get(page), fragment, here) ? found.ours : found.lost).push(text);
    }
  }
  return found;
}

const has = (ids, fragment) => ids.has(fragment) || ids.has(decode(fragment));

/** Whether the book itself answers the link: the id stands in the source file. */
function holds(source, path, fragment, here) {
  if (!here) return true;
  // What stands in the head is never shown, so no link can lead there.
  const text = source.read(path)?.replace(/<head\b.*?<\/head\s*>/is, "");
  if (text === undefined) return false;
  const id = decode(fragment).replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`\\s(?:xml:)?(?:id|name)\\s*=\\s*["']?\\s*${id}\\s*["'\\s>]`).test(text);
}
