// Palm databases that lie, and such as unpack to more than they are worth.
import { deflateSync } from "node:zlib";
import { dictionary, entry, header, index, palm, u32 } from "./write.mjs";

const TAGS = [[1, 1, 1, 0], [2, 1, 2, 0], [3, 1, 4, 0], [4, 1, 8, 0], [0, 0, 0, 1]];
const text = (body) => Buffer.from(`<html><head/><body>${body}</body></html>`);
/** Texts cut into records of 4,096 bytes. */
const records = (bytes) => Array.from({ length: Math.ceil(bytes.length / 4096) }, (_, n) => bytes.subarray(4096 * n, 4096 * (n + 1)));
const plain = (body, what = {}) => {
  const pages = records(text(body));
  return palm([header(1, pages.length, what), ...pages, ...(what.more ?? [])]);
};
const packed = (phrases, texts) => {
  const [huff, cdic] = dictionary(phrases);
  return palm([header(17480, texts.length, { fields: [[112, texts.length + 1], [116, 2]] }), ...texts, huff, cdic]);
};
/** A KF8 of one skeleton and these fragments, all put in the same place. */
function woven(skeleton, fragments, body) {
  const flow = Buffer.from(skeleton + body.repeat(fragments));
  const texts = records(flow);
  const at = skeleton.indexOf("</body>");
  const chunk = (list, size) => Array.from({ length: Math.ceil(list.length / size) }, (_, n) => list.slice(size * n, size * (n + 1)));
  const pieces = Array.from({ length: fragments }, (_, n) => entry(`${at}`.padStart(10, "0"), 15, [0, 0, n, body.length * n, body.length]));
  const skeletons = index([[1, 1, 3, 0], [6, 2, 12, 0], [0, 0, 0, 1]], [[entry("SKEL0000000000", 10, [fragments, fragments, 0, skeleton.length, 0, skeleton.length])]]);
  const parts = index([[2, 1, 1, 0], [3, 1, 2, 0], [4, 1, 4, 0], [6, 2, 8, 0], [0, 0, 0, 1]], chunk(pieces, 1500));
  const first = texts.length + 1;
  return palm([header(1, texts.length, { version: 8, fields: [[252, first], [248, first + skeletons.length]] }), ...texts, ...skeletons, ...parts]);
}

export const palms = [
  ["huff-doubling.mobi", () => packed([...Array.from({ length: 60 }, (_, n) => [[n + 1, n + 1], false]), ["a", true]], [Buffer.alloc(4096)])],
  ["huff-circle.mobi", () => packed([[[1], false], [[0], false], ["<p>ok", true]], [Buffer.from([0, 1, 2, 2])])],
  ["huff-self.mobi", () => packed(Array.from({ length: 200 }, () => [Array.from({ length: 200 }, (_, n) => n), false]), [Buffer.alloc(4096)])],
  ["huff-240-mb.mobi", () => packed([[Buffer.from("<p>aaaa".repeat(4600)), true]], Array.from({ length: 15 }, () => Buffer.alloc(500)))],
  ["huff-240-mb-words.mobi", () => packed([[Buffer.from("word ".repeat(6500)), true]], Array.from({ length: 15 }, () => Buffer.alloc(500)))],
  ["huff-past-the-limit.mobi", () => packed([[Buffer.from("<p>aaaa".repeat(4600)), true]], Array.from({ length: 100 }, () => Buffer.alloc(500)))],
  ["palmdoc-lies.mobi", () => palm([header(2, 65_535, { length: 0xffffffff }), Buffer.from("<p>text"), Buffer.from("\x80\x00")])],
  ["palmdoc-runs.mobi", () => palm([header(2, 60_000, {}), ...Array.from({ length: 60_000 }, () => Buffer.concat([Buffer.from("<p>x"), Buffer.from("\x80\x0f".repeat(400), "latin1")]))])],
  ["records-65535.mobi", () => palm([header(1, 65_000), ...Array(65_534).fill(Buffer.from("x"))])],
  ["exth-million.mobi", () => palm([header(1, 1, { exth: Array.from({ length: 300_000 }, () => [100, Buffer.from("A")]) }), Buffer.from("<p>x")])],
  ["index-itself.mobi", () => { const list = index(TAGS, [[entry("a", 15, [0, 1, 0, 0])]]); list[0].writeUInt32BE(60_000, 24); return palm([header(1, 1, { fields: [[244, 2]] }), text("<p>x</p>"), ...Array(60_000).fill(list[0])]); }],
  ["index-million.mobi", () => { const lines = Array.from({ length: 5000 }, () => entry("a", 15, [1, 1, 0, 0])); return palm([header(1, 1, { fields: [[244, 2]] }), text("<p>x</p>"), ...index(TAGS, Array(60).fill(lines))]); }],
  ["index-control.mobi", () => { const list = index([[1, 255, 255, 0], [2, 255, 255, 0], [0, 0, 0, 1]], [Array.from({ length: 5000 }, () => entry("a", 255, [255, 255, 1, 1]))]); return palm([header(1, 1, { fields: [[244, 2]] }), text("<p>x</p>"), ...list]); }],
  ["anchors-million.mobi", () => plain(Array.from({ length: 400_000 }, (_, n) => `<a filepos=${`${(n * 7919) % 9_000_000}`.padStart(10, "0")}>x</a>`).join(""))],
  ["anchors-one-place.mobi", () => plain("<a filepos=0000000100>x</a>".repeat(400_000))],
  ["breaks-million.mobi", () => plain("x<mbp:pagebreak/>".repeat(700_000))],
  ["images-million.mobi", () => plain('<img recindex="00001"/>'.repeat(400_000))],
  ["attributes.mobi", () => plain(`<p ${"a=b ".repeat(2_000_000)}>x</p>`)],
  ["unclosed.mobi", () => plain("<p <a <b ".repeat(1_000_000))],
  ["deep.mobi", () => plain("<div><font>".repeat(300_000))],
  ["fonts.mobi", () => { const zeros = deflateSync(Buffer.alloc(60 << 20)); const font = Buffer.concat([Buffer.from("FONT"), u32(60 << 20, 1, 24, 0, 0), zeros]); return plain("<p>x</p>", { version: 8, fields: [[108, 2]], more: Array(300).fill(font) }); }],
  ["kf8-fragments.mobi", () => woven("<html><body></body></html>", 60_000, "<p>x</p>")],
  ["kf8-large-fragments.mobi", () => woven("<html><body></body></html>", 3000, "<p>word</p>".repeat(800))],
  ["kf8-links.mobi", () => woven("<html><body></body></html>", 200, '<a href="kindle:pos:fid:0001:off:0000000009">x</a>'.repeat(500))],
];
