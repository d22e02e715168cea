// Books made to kill a reader. [name, () => bytes]; the name's last part is the file's extension.
import { markup } from "./markup.mjs";
import { pictures } from "./pictures.mjs";
import { palms } from "./palms.mjs";
import { papers } from "./papers.mjs";
import { ends, epub, page, zip } from "./write.mjs";

const many = (n, text) => (typeof text === "string" ? text.repeat(n) : Array.from({ length: n }, (_, i) => text(i)).join(""));
const chapter = ["c.xhtml", page("<h1 id='a'>One</h1><p id='b'>two</p>")];

/** A directory of `n` entries that all name the same few bytes. */
function crowd(n) {
  const local = Buffer.from("PK\x03\x04" + "\0".repeat(22) + "\x07\0\0\0" + "e000000", "latin1");
  const entry = Buffer.alloc(53);
  entry.write("PK\x01\x02", "latin1");
  entry.writeUInt16LE(7, 28);
  const directory = Buffer.alloc(53 * n);
  for (let i = 0; i < n; i++) {
    entry.write(`e${i.toString(36).padStart(6, "0")}`, 46);
    entry.copy(directory, 53 * i);
  }
  return Buffer.concat([local, directory, ends(n, directory.length, local.length)]);
}

/** An archive of ten archives of ten archives …, each deflated again. */
function nested(levels) {
  let inner = zip([["zeros", Buffer.alloc(1 << 20)]]);
  for (let i = 0; i < levels; i++) inner = zip(Array.from({ length: 10 }, (_, n) => [`${n}.zip`, inner]));
  return inner;
}

const archives = [
  ["ratio.epub", () => epub([chapter, ["z.xhtml", Buffer.alloc(400 << 20, 32)]])],
  ["million-entries.epub", () => crowd(1_000_000)],
  ["most-entries.epub", () => epub([chapter, ...Array.from({ length: 49_000 }, (_, n) => [`x${n}.bin`, "x"])])],
  ["nested-archives.epub", () => epub([chapter, ["inner.zip", nested(7)]])],
  ["itself.epub", () => { const inner = epub([chapter]); return epub([chapter, ["self.epub", inner]], { raw: [["self2.epub", inner]] }); }],
  ["lying-size.epub", () => epub([chapter, ["z.xhtml", Buffer.alloc(1 << 20, 32), { size: 200 << 20 }]])],
  ["ends.epub", () => Buffer.concat([Buffer.from("PK\x03\x04"), Buffer.from("PK\x05\x06".repeat(16_000), "latin1")])],
];

const packages = [
  ["spine-20000.epub", () => epub(Array.from({ length: 20_000 }, (_, n) => [`c${n}.xhtml`, page(`<p id="x">${n}</p>`)]))],
  ["spine-20001.epub", () => epub([chapter], { spine: many(20_001, '<itemref idref="f0"/>') })],
  ["spine-20000-times-one.epub", () => epub([["c.xhtml", page(many(100, "<p id='q'>text that repeats</p>"))]], { spine: many(20_000, '<itemref idref="f0"/>') })],
  ["manifest-million.epub", () => epub([chapter], { items: many(350_000, (n) => `<item id="i${n}" href="h${n}"/>`) })],
  ["fallback-cycles.epub", () => epub([chapter], { items: many(40_000, (n) => `<item id="i${n}" href="h${n}.xyz" media-type="x/y" fallback="i${(n + 1) % 40_000}"/>`), spine: '<itemref idref="f0"/>' + many(15_000, (n) => `<itemref idref="i${n}"/>`) })],
  ["creators-100000.epub", () => epub([chapter], { metadata: many(100_000, (n) => `<dc:creator id="k${n}">A ${n}</dc:creator>`) + many(50_000, (n) => `<meta refines="#k${n}" property="role">aut</meta>`) })],
  ["refines-chain.epub", () => epub([chapter], { metadata: many(100_000, (n) => `<meta id="m${n}" refines="#m${n + 1}" property="belongs-to-collection">x</meta>`) })],
  ["title-10-mb.epub", () => epub([chapter], { metadata: `<dc:title>${"long ".repeat(2_000_000)}</dc:title><dc:description>${"&lt;b&gt;x".repeat(400_000)}</dc:description>` })],
  ["guide-million.epub", () => epub([chapter], { guide: `<guide>${many(300_000, "<reference type='cover' href='c.xhtml'/>")}</guide>` })],
  ["deep-package.epub", () => epub([chapter], { metadata: "<x>".repeat(500_000) })],
  ["encryption-200000.epub", () => epub([chapter], { raw: [["META-INF/encryption.xml", `<encryption>${many(60_000, (n) => `<EncryptedData><EncryptionMethod Algorithm="http://www.idpf.org/2008/embedding"/><CipherData><CipherReference URI="f${n}.otf"/></CipherData></EncryptedData>`)}</encryption>`]] })],
  ["entities-package.epub", () => epub([chapter], { doctype: laughs, metadata: "<dc:creator>&lol9;</dc:creator>" })],
  ["toc-million.epub", () => epub([chapter, ["n.xhtml", page(`<nav epub:type="toc"><ol>${many(450_000, '<li><a href="c.xhtml">x</a></li>')}</ol></nav>`)]], { properties: { "n.xhtml": "nav" }, spine: '<itemref idref="f0"/>' })],
  ["toc-deep.epub", () => epub([chapter, ["n.xhtml", page(`<nav epub:type="toc">${many(200_000, '<ol><li><a href="c.xhtml">x</a>')}</nav>`)]], { properties: { "n.xhtml": "nav" }, spine: '<itemref idref="f0"/>' })],
  ["toc-long-labels.epub", () => epub([chapter, ["n.xhtml", page(`<nav epub:type="toc"><ol>${many(100_000, '<li><span><i>x</i><a href="c.xhtml#q">y</a></span><ol>')}`)]], { properties: { "n.xhtml": "nav" }, spine: '<itemref idref="f0"/>' })],
  ["ncx-million.epub", () => epub([chapter, ["t.ncx", `<ncx><navMap>${many(150_000, "<navPoint><navLabel><text>x</text></navLabel><content src='c.xhtml#a'/></navPoint>")}</navMap></ncx>`]])],
  ["ncx-deep.epub", () => epub([chapter, ["t.ncx", `<ncx><navMap>${many(150_000, "<navPoint><navLabel><text>x</text></navLabel><content src='c.xhtml#a'/>")}`]])],
  ["overlay-million.epub", () => epub([chapter, ["o.smil", `<smil><body>${many(300_000, "<par><text src='c.xhtml#a'/><audio src='a.mp3'/></par>")}</body></smil>`], ["a.mp3", "ID3"]], { overlays: { "c.xhtml": 1 } })],
  ["overlay-deep.epub", () => epub([chapter, ["o.smil", `<smil><body>${"<seq>".repeat(1_000_000)}`]], { overlays: { "c.xhtml": 1 } })],
];

export const laughs = `<!DOCTYPE x [<!ENTITY lol "lol">${many(9, (n) => `<!ENTITY lol${n + 1} "${`&lol${n || ""};`.repeat(10)}">`)}]>`;

export const cases = [...archives, ...packages, ...markup, ...pictures, ...palms, ...papers];
