// Books for the reader's own tests: fixed pages, vertical text, one with a recording.
import { zip } from "./epub.mjs";

const lines = (what, count) =>
  Array.from(
    { length: count },
    (
      _,
      n,
    ) => `<p id="p${n + 1}">${what}, paragraph ${n + 1}. The lamp burned low while the binder folded sheet
upon sheet, pressed them, sewed them to the cords and laid the finished block aside until the morning.</p>`,
  ).join("\n");

const page = (title, body, { head = "", lang = "en" } = {}) => `<?xml version="1.0" encoding="utf-8"?>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" xml:lang="${lang}" lang="${lang}">
<head><title>${title}</title>${head}</head><body>${body}</body></html>`;

/**
 * An EPUB. An item: `{ id, file, type, data, ref, overlay }`, where `ref` is the attributes of its place
 * in the spine; without it the item is no page, and without `data` its file is missing.
 */
function bind({ title, language = "en", spine = "", meta = "", items, lists = "" }) {
  const manifest = items.map(
    ({ id, file, type = "application/xhtml+xml", overlay }) =>
      `<item id="${id}" href="${file}" media-type="${type}"${overlay ? ` media-overlay="${overlay}"` : ""}/>`,
  );
  const pages = items.filter(({ ref }) => ref !== undefined);
  const refs = pages.map(({ id, ref }) => `<itemref idref="${id}" ${ref}/>`);
  const toc = pages.map(({ id, file }) => `<li><a href="${file}">${id}</a></li>`).join("");
  const nav = page("Contents", `<nav epub:type="toc"><ol>${toc}</ol></nav>${lists}`);
  const opf = `<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="id">urn:planted:${title}</dc:identifier>
<dc:title>${title}</dc:title><dc:language>${language}</dc:language>
<meta property="dcterms:modified">2026-01-01T00:00:00Z</meta>${meta}</metadata>
<manifest><item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>${manifest.join("")}</manifest>
<spine ${spine}>${refs.join("")}</spine></package>`;
  return zip([
    ["mimetype", "application/epub+zip"],
    [
      "META-INF/container.xml",
      `<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>`,
    ],
    ["book.opf", opf],
    ["nav.xhtml", nav],
    ...items.filter(({ data }) => data !== undefined).map(({ file, data }) => [file, data]),
  ]);
}

/** Two pages that pair, a drawing alone, and chapters whose text flows: a whole, a broken, a missing one. */
export function fixedBook(title) {
  const head =
    '<meta name="viewport" content="width=600, height=800"/><style>body { margin: 0; background: #cde; } .out { position: absolute; left: 700px; top: 0; }</style>';
  const plate = (n) => ({
    id: `plate${n}`,
    file: `plate${n}.xhtml`,
    data: page(`Plate ${n}`, `<h1>Plate ${n}</h1><p class="out">outside</p>`, { head }),
    ref: "",
  });
  return bind({
    title,
    meta: '<meta property="rendition:layout">pre-paginated</meta>',
    items: [
      plate(1),
      plate(2),
      {
        id: "drawing",
        file: "drawing.svg",
        type: "image/svg+xml",
        data: '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300"><title>Drawing</title><rect width="400" height="300" fill="#ace"/></svg>',
        ref: 'properties="rendition:spread-none"',
      },
      {
        id: "text",
        file: "text.xhtml",
        data: page("Text", `<h1>Text</h1>${lines("Flowing", 30)}`),
        ref: 'properties="rendition:layout-reflowable"',
      },
      {
        id: "broken",
        file: "broken.xhtml",
        data: page("Broken", "<h1>Broken</h1><p>Not <b>closed</p><p>at all"),
        ref: 'properties="rendition:layout-reflowable"',
      },
      { id: "missing", file: "missing.xhtml", ref: 'properties="rendition:layout-reflowable"' },
    ],
  });
}

/** Vertical text from right to left, in pages, with a note beside the reading order. */
export function verticalBook(title) {
  const head = "<style>html { writing-mode: vertical-rl; }</style>";
  const text = (name) =>
    `<h1>${name}</h1><p><a id="out" href="note.xhtml">注</a></p>${"<p>吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。何でも薄暗いじめじめした所でニャーニャー泣いていた事だけは記憶している。</p>".repeat(60)}`;
  const chapter = (id, name) => ({
    id,
    file: `${id}.xhtml`,
    data: page(name, text(name), { head, lang: "ja" }),
    ref: "",
  });
  return bind({
    title,
    language: "ja",
    spine: 'page-progression-direction="rtl"',
    meta: '<meta property="rendition:flow">paginated</meta>',
    items: [
      chapter("one", "第一"),
      {
        id: "note",
        file: "note.xhtml",
        data: page("注", "<h1>注</h1><p>猫。</p>", { lang: "ja" }),
        ref: 'linear="no"',
      },
      chapter("two", "第二"),
    ],
  });
}

/** Short chapters that want to be one long page, and a plate among them that does not. */
export function continuousBook(title) {
  const chapter = (n) => ({
    id: `part${n}`,
    file: `part${n}.xhtml`,
    data: page(`Part ${n}`, `<h1>Part ${n}</h1>${lines(`Part ${n}`, n === 1 ? 2 : 20)}`),
    ref: "",
  });
  const plate = page("Plate", "<h1>Plate</h1>", {
    head: '<meta name="viewport" content="width=600, height=800"/>',
  });
  return bind({
    title,
    meta: '<meta property="rendition:flow">scrolled-continuous</meta>',
    items: [
      chapter(1),
      chapter(2),
      { id: "plate", file: "plate.xhtml", data: plate, ref: 'properties="rendition:layout-pre-paginated"' },
      chapter(3),
    ],
  });
}

/** Silence of so many seconds, as a WAV file. */
function silence(seconds) {
  const rate = 8000;
  const size = Math.round(rate * seconds);
  const head = Buffer.alloc(44);
  head.write("RIFF", 0, "latin1");
  head.writeUInt32LE(36 + size, 4);
  head.write("WAVEfmt ", 8, "latin1");
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.write("data", 36, "latin1");
  head.writeUInt32LE(size, 40);
  return Buffer.concat([head, Buffer.alloc(size, 128)]);
}

/** Two chapters with a recording, printed page numbers, and a landmark. */
export function spokenBook(title) {
  const smil = (chapter, pairs) =>
    `<smil xmlns="http://www.w3.org/ns/SMIL" xmlns:epub="http://www.idpf.org/2007/ops" version="3.0"><body>${pairs
      .map(
        ([id, begin, end]) =>
          `<par><text src="${chapter}.xhtml#${id}"/><audio src="voice.wav" clipBegin="${begin}s" clipEnd="${end}s"/></par>`,
      )
      .join("")}</body></smil>`;
  const chapter = (id, name) => ({
    id,
    file: `${id}.xhtml`,
    data: page(
      name,
      `<h1 id="h">${name}</h1>${lines(name, 40)}<p><span id="${id}-page" epub:type="pagebreak" role="doc-pagebreak" aria-label="7"/>End.</p>`,
    ),
    overlay: `${id}-smil`,
    ref: "",
  });
  const recording = (id, pairs) => ({
    id: `${id}-smil`,
    file: `${id}.smil`,
    type: "application/smil+xml",
    data: smil(id, pairs),
  });
  return bind({
    title,
    items: [
      chapter("first", "First"),
      chapter("second", "Second"),
      recording("first", [
        ["h", 0, 1],
        ["p1", 1, 2],
        ["p39", 2, 3],
      ]),
      recording("second", [["h", 3, 30]]),
      { id: "voice", file: "voice.wav", type: "audio/x-wav", data: silence(30) },
    ],
    lists: `<nav epub:type="page-list"><ol><li><a href="first.xhtml#first-page">7</a></li><li><a href="second.xhtml#second-page">viii</a></li></ol></nav>
<nav epub:type="landmarks"><ol><li><a epub:type="bodymatter" href="first.xhtml">Start of the text</a></li></ol></nav>`,
  });
}
