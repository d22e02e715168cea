// Covers that unpack to more than they are worth.
import { deflateSync } from "node:zlib";
import { epub, gif, jpeg, page, png, webp } from "./write.mjs";

const cover = (name, bytes) => () => epub([["c.xhtml", page("<p>x</p>")], [name, bytes(), { stored: true }]], { properties: { [name]: "cover-image" } });
const zeros = () => deflateSync(Buffer.alloc(200 << 20), { level: 9 });

export const pictures = [
  ["png-30000.epub", cover("p.png", () => png(30_000, 30_000, { real: false }))],
  ["png-30000-real.epub", cover("p.png", () => png(30_000, 30_000, { depth: 1 }))],
  ["png-8000-grey.epub", cover("p.png", () => png(8000, 8000))],
  ["png-8000-rgba.epub", cover("p.png", () => png(8000, 8000, { type: 6 }))],
  ["png-8000-deep.epub", cover("p.png", () => png(8000, 8000, { type: 6, depth: 16 }))],
  ["png-line.epub", cover("p.png", () => png(63_000_000, 1))],
  ["png-column.epub", cover("p.png", () => png(1, 63_000_000))],
  ["png-iccp.epub", cover("p.png", () => png(10, 10, { more: [["iCCP", Buffer.concat([Buffer.from("x\0\0"), zeros()])]] }))],
  ["png-ztxt.epub", cover("p.png", () => png(10, 10, { more: Array.from({ length: 200 }, () => ["zTXt", Buffer.concat([Buffer.from("x\0\0"), zeros().subarray(0, 200_000)])]) }))],
  ["png-chunks.epub", cover("p.png", () => png(10, 10, { more: Array.from({ length: 300_000 }, () => ["tEXt", Buffer.from("x\0y")]) }))],
  ["png-claims.epub", cover("p.png", () => { const bytes = png(10, 10); bytes.writeUInt32BE(0x7fffffff, 33); return bytes; })],
  ["gif-65535.epub", cover("p.gif", () => gif(65_535, 65_535))],
  ["gif-8000.epub", cover("p.gif", () => gif(8000, 8000))],
  ["gif-frames.epub", cover("p.gif", () => gif(7000, 7000, 100_000))],
  ["webp-16384.epub", cover("p.webp", () => webp(16_384, 16_384))],
  ["webp-8000.epub", cover("p.webp", () => webp(8000, 8000))],
  ["jpeg-65500.epub", cover("p.jpg", () => jpeg(65_500, 65_500, 1))],
  ["jpeg-8000.epub", cover("p.jpg", () => jpeg(8000, 8000, 1))],
  ["jpeg-scans.epub", cover("p.jpg", () => jpeg(8000, 8000, 2000))],
  ["covers-100.epub", () => epub([["c.xhtml", page("<img src='p0.png'/>")], ...Array.from({ length: 100 }, (_, n) => [`p${n}.png`, png(8000, 8000, { real: false, depth: 8 }), { stored: true }])], { metadata: Array.from({ length: 100 }, (_, n) => `<meta name="cover" content="f${n + 1}"/>`).join("") })],
];
