// The book of the browser tests: three chapters, an image and a font that must load, and traps that must not.
import { crc32 } from "node:zlib";

/** DejaVu Serif (Bitstream Vera licence), cut down to three letters. */
const font = Buffer.from(
  "AAEAAAAMAIAAAwBATUFUSAk/MpEAAASsAAAA9k9TLzJsE3BaAAACjAAAAFZjbWFwAAwAlgAAAuQAAAA0Z2FzcAAHAAcAAASgAAAADGdseWaG+SOdAAAAzAAAASZoZWFkKkXifQAAAiAAAAA2aGhlYRIgC68AAAJoAAAAJGhtdHgWlQE+AAACWAAAABBsb2NhALkAXwAAAhQAAAAKbWF4cABAAqYAAAH0AAAAIG5hbWUbyjUIAAADGAAAAWZwb3N0/9sAWgAABIAAAAAgAAL/9AAABdsF1QACABIAAAEhCQE1MwEzATMVITUzAyEDMxUBmgIk/u79SIMCFKgCFZP94aZ9/Yx9pAIdAsb7HWoFa/qVamoBSP64agADAHEAAAVkBdUACAARACQAACUhMjY1NCYjITUzMjY1NCYrAQE1MxEjNSEyFhUUBgceARUUBCEB+gErtKaltf7V/qSXl6T+/ne+vgLh4uWfmb7F/uj+12qcqqmban6IiX36lmoFAGu5uIWeEhjDpN7SAAABAHP/4wWkBfAAHQAAAQYEIyImJyYCNRAAITIEFxEjLgEjIgIREBIzMjY3BaRC/snukvphcG0BkgFJegEUn3El38nv9vbvp9gwAYvR12RhcAEdtAFcAatAQf6ovLL+rf63/rj+rZ+eAAAAAQAAAAQCCQArAJgACAABAAAAAAAAAAAAAAAAAAgABAAAAAAAJgBfAJMAAAABAAAAAl64GQPgk18PPPUAHwgAAAAAAOAwnFcAAAAA4DCcV/nY/ToQ2AjgAAAACAACAAAAAAAABM0AZgXH//QF4QBxBh8AcwABAAAHbf4dAAARHfnY/HAQ2AABAAAAAAAAAAAAAAAAAAAABAABBBoBkAAFAAAFMwWZAAABHgUzBZkAAAPXAGYCEgAAAgYGAwUGBQICBAAAAAEAAAAAAAAAAAAAAABQZkVkAEAAQQBDBhT+FAGaB20B4wAAAAEAAAAAAAAAAAACAAAAAwAAABQAAwABAAAAFAAEACAAAAAEAAQAAQAAAEP//wAAAEH////AAAEAAAAAAAAABwBaAAMAAQQJAAAAvgAAAAMAAQQJAAEAGAC+AAMAAQQJAAIACADWAAMAAQQJAAMAGAC+AAMAAQQJAAQAGAC+AAMAAQQJAAUAGADeAAMAAQQJAAYAFgD2AEMAbwBwAHkAcgBpAGcAaAB0ACAAKABjACkAIAAyADAAMAAzACAAYgB5ACAAQgBpAHQAcwB0AHIAZQBhAG0ALAAgAEkAbgBjAC4AIABBAGwAbAAgAFIAaQBnAGgAdABzACAAUgBlAHMAZQByAHYAZQBkAC4ACgBEAGUAagBhAFYAdQAgAGMAaABhAG4AZwBlAHMAIABhAHIAZQAgAGkAbgAgAHAAdQBiAGwAaQBjACAAZABvAG0AYQBpAG4ACgBEAGUAagBhAFYAdQAgAFMAZQByAGkAZgBCAG8AbwBrAFYAZQByAHMAaQBvAG4AIAAyAC4AMwA3AEQAZQBqAGEAVgB1AFMAZQByAGkAZgAAAAMAAAAAAAD/2ABaAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACAAgAAv//AAMAAQAAAAoA4ADoAFAAPAwAB90AAAAAAoIAAAQnAAAF1QAAAAAAAAQnAAAAAAAAAAAAAAAAAAAEJwAAAAAAAAFoAAAEJwAAAFUAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQ4AAAJ2AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABaAAABDgAAAFoAAABaAAABDgAAAAAAAAAAAAABDgAAAFoAAABaAAABDgAAAFoAAABaAAAAWgAAAWMAAABaAAAAWgAAAjgAAPuPAAAAPAAAAAAAAAAAACgACgAKAAAAAAABAAAAAA==",
  "base64",
);

/** A 2 × 2 PNG. */
export const picture = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFklEQVQIW2Oo1TP+z8DAwMDEAAUMAA9AAb8fLZbNAAAAAElFTkSuQmCC",
  "base64",
);

/** A host that does not exist: a request for it is seen by the test, whether or not it could succeed. */
export const foreign = "https://tracker.example.invalid";

const css = `@font-face { font-family: Planted; src: url(font.ttf); }
body { font-family: Georgia, serif; }
.planted { font-family: Planted; font-size: 2rem; }
.remote { background: url(${foreign}/css.png); }`;

const filler = (what) =>
  Array.from(
    { length: 40 },
    (_, n) => `<p>${what}, paragraph ${n + 1}. The lamp burned low while the binder folded sheet upon sheet,
pressed them, sewed them to the cords and laid the finished block aside to rest until the morning.</p>`,
  ).join("\n");

const page = (title, body) => `<?xml version="1.0" encoding="utf-8"?>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="en">
<head><title>${title}</title><link rel="stylesheet" href="book.css"/></head>
<body><h1>${title}</h1>${body}</body></html>`;

const chapters = [
  [
    "The First Sheet",
    `<p>It begins with paper<a id="ref" epub:type="noteref" href="three.xhtml#note">1</a>.</p>
<p><a href="two.xhtml">On to the traps</a>. <a href="${foreign}/elsewhere">A way out</a>.</p>${filler("First")}`,
  ],
  [
    "The Second Sheet",
    `<p><img src="picture.png" alt="A small square" width="40" height="40" onload="parent.planted='onload'"/></p>
<p class="planted">ABC</p>
<script>parent.planted = "script"; console.log("planted script ran");</script>
<script src="planted.js"></script>
<img src="${foreign}/pixel.png" alt="remote" onerror="parent.planted='onerror'; console.log('planted handler ran')"/>
<p class="remote" onclick="parent.planted='onclick'">Remote background.</p>
<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10" onload="parent.planted='svg'"><script>parent.planted='svgscript'</script><rect width="10" height="10" fill="url(${foreign}/fill.svg#a)"/></svg>
<iframe src="${foreign}/frame"></iframe><object data="${foreign}/object"></object>
<p><a href="javascript:parent.planted='href'">A planted link</a></p>${filler("Second")}`,
  ],
  [
    "The Third Sheet",
    `${filler("Third")}<aside id="note" epub:type="footnote"><p>Or with a note.</p></aside>`,
  ],
];
const names = ["one", "two", "three"];

/** The book as bytes. `salt` makes each run's file a new one, so that it is rendered anew. */
export function makeEpub({ title = "The Planted Book", salt = "" } = {}) {
  const items = names.map(
    (name) => `<item id="${name}" href="${name}.xhtml" media-type="application/xhtml+xml"/>`,
  );
  const opf = `<?xml version="1.0"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="id">urn:planted:${salt}</dc:identifier>
<dc:title>${title}</dc:title><dc:creator>Ada Binder</dc:creator><dc:language>en</dc:language>
<dc:description>A book with traps in it, made by the tests.</dc:description>
<dc:subject>Craft</dc:subject><meta property="dcterms:modified">2026-01-01T00:00:00Z</meta></metadata>
<manifest><item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>${items.join("")}
<item id="css" href="book.css" media-type="text/css"/><item id="font" href="font.ttf" media-type="font/ttf"/>
<item id="js" href="planted.js" media-type="text/javascript"/>
<item id="png" href="picture.png" media-type="image/png"/></manifest>
<spine>${names.map((name) => `<itemref idref="${name}"/>`).join("")}</spine></package>`;
  const nav = page(
    "Contents",
    `<nav epub:type="toc"><ol>${names.map((name, n) => `<li><a href="${name}.xhtml">${chapters[n][0]}</a></li>`).join("")}</ol></nav>`,
  );
  return zip([
    ["mimetype", "application/epub+zip"],
    [
      "META-INF/container.xml",
      `<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>`,
    ],
    ["OEBPS/book.opf", opf],
    ["OEBPS/nav.xhtml", nav],
    ...chapters.map(([title, body], n) => [`OEBPS/${names[n]}.xhtml`, page(title, body)]),
    ["OEBPS/book.css", css],
    ["OEBPS/font.ttf", font],
    ["OEBPS/planted.js", "parent.planted = 'file'; console.log('planted file ran');"],
    ["OEBPS/picture.png", picture],
  ]);
}

export const parts = { chapters, css, font, names, page };

/** A zip archive of stored entries: enough for an EPUB. */
export function zip(entries) {
  const chunks = [];
  const directory = [];
  let offset = 0;
  for (const [name, content] of entries) {
    const data = Buffer.from(content);
    const path = Buffer.from(name);
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt32LE(0x00210000, 6);
    shared.writeUInt32LE(crc32(data), 10);
    shared.writeUInt32LE(data.length, 14);
    shared.writeUInt32LE(data.length, 18);
    shared.writeUInt16LE(path.length, 22);
    chunks.push(Buffer.from("PK\x03\x04"), shared, path, data);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.from("PK\x01\x02\x14\x00", "latin1"), shared, tail, path);
    offset += 30 + path.length + data.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...chunks, ...directory, end]);
}
