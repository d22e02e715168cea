// Writers of archives, books, pictures and Palm databases, for bombs: they write what they are told,
// however wrong it is.
import { crc32, deflateRawSync, deflateSync } from "node:zlib";

/**
 * A zip archive. An entry is [name, content] or [name, content, what], with `what.size` for a size
 * that is a lie. Everything longer than 64 bytes is deflated. More than 65,535 entries: zip64.
 */
export function zip(entries) {
  const [bodies, directory] = [[], []];
  let offset = 0;
  for (const [name, content, what = {}] of entries) {
    const [data, path] = [Buffer.from(content), Buffer.from(name)];
    const packed = data.length > 64 && !what.stored ? deflateRawSync(data, { level: 6 }) : data;
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(0x800, 2);
    shared.writeUInt16LE(packed === data ? 0 : 8, 4);
    shared.writeUInt32LE(crc32(data), 10);
    shared.writeUInt32LE(packed.length, 14);
    shared.writeUInt32LE(what.size ?? data.length, 18);
    shared.writeUInt16LE(path.length, 22);
    bodies.push(Buffer.from("PK\x03\x04"), shared, path, packed);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.from("PK\x01\x02\x14\x00", "latin1"), shared, tail, path);
    offset += 30 + path.length + packed.length;
  }
  return Buffer.concat([...bodies, ...directory, ends(entries.length, Buffer.concat(directory).length, offset)]);
}

/** The records at the end of an archive. */
export function ends(count, size, offset) {
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(Math.min(count, 0xffff), 8);
  end.writeUInt16LE(Math.min(count, 0xffff), 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  if (count < 0xffff) return end;
  const wide = Buffer.alloc(76);
  wide.write("PK\x06\x06", "latin1");
  wide.writeBigUInt64LE(44n, 4);
  for (const at of [24, 32]) wide.writeBigUInt64LE(BigInt(count), at);
  wide.writeBigUInt64LE(BigInt(size), 40);
  wide.writeBigUInt64LE(BigInt(offset), 48);
  wide.write("PK\x06\x07", 56, "latin1");
  wide.writeBigUInt64LE(BigInt(offset + size), 64);
  wide.writeUInt32LE(1, 72);
  return Buffer.concat([wide, end]);
}

export const page = (body, head = "") =>
  `<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><head><title>t</title>${head}</head><body>${body}</body></html>`;

const TYPES = { xhtml: "application/xhtml+xml", css: "text/css", svg: "image/svg+xml", png: "image/png", jpg: "image/jpeg", gif: "image/gif", webp: "image/webp", bmp: "image/bmp", smil: "application/smil+xml", ncx: "application/x-dtbncx+xml", mp3: "audio/mpeg" };

/**
 * An EPUB of these files ([name, content]). Chapters are the spine unless `more.spine` is given.
 * `more`: metadata, items, spine, guide (markup), properties and overlays by file name.
 */
export function epub(files, more = {}) {
  const item = ([name], n) => {
    const properties = more.properties?.[name];
    const overlay = more.overlays?.[name];
    return `<item id="f${n}" href="${name}" media-type="${TYPES[name.split(".").at(-1)] ?? "application/octet-stream"}"${properties ? ` properties="${properties}"` : ""}${overlay ? ` media-overlay="f${overlay}"` : ""}/>`;
  };
  const spine = more.spine ?? files.map(([name], n) => (name.endsWith(".xhtml") ? `<itemref idref="f${n}"/>` : "")).join("");
  const opf = `<?xml version="1.0"?>${more.doctype ?? ""}<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="id">urn:bomb</dc:identifier><dc:title>Bomb</dc:title><dc:language>en</dc:language>${more.metadata ?? ""}</metadata><manifest>${files.map(item).join("")}${more.items ?? ""}</manifest><spine>${spine}</spine>${more.guide ?? ""}</package>`;
  return zip([
    ["mimetype", "application/epub+zip"],
    ["META-INF/container.xml", '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'],
    ["book.opf", opf],
    ...(more.raw ?? []),
    ...files,
  ]);
}

const u16 = (...values) => {
  const out = Buffer.alloc(2 * values.length);
  values.forEach((value, n) => out.writeUInt16BE(value, 2 * n));
  return out;
};
export const u32 = (...values) => {
  const out = Buffer.alloc(4 * values.length);
  values.forEach((value, n) => out.writeUInt32BE(value, 4 * n));
  return out;
};

/** A PNG's chunk. */
const chunk = (name, data) => {
  const body = Buffer.concat([Buffer.from(name), data]);
  return Buffer.concat([u32(data.length), body, u32(crc32(body))]);
};

/** A PNG of zeros, `type` as in its header (0 grey, 2 RGB, 6 RGBA); `more` are chunks before the picture. */
export function png(width, height, { type = 0, depth = 8, real = true, interlaced = 0, more = [] } = {}) {
  const row = Math.ceil((width * depth * { 0: 1, 2: 3, 6: 4 }[type]) / 8) + 1;
  const data = real ? deflateSync(Buffer.alloc(row * height), { level: 1 }) : deflateSync(Buffer.alloc(64));
  const header = Buffer.concat([u32(width, height), Buffer.from([depth, type, 0, 0, interlaced])]);
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", header), ...more.map(([name, bytes]) => chunk(name, bytes)), chunk("IDAT", data), chunk("IEND", Buffer.alloc(0))]);
}

/** A GIF of one colour: LZW clear codes and one index a pixel, as long as `pixels` says. */
export function gif(width, height, frames = 1) {
  const head = Buffer.from("GIF89a\0\0\0\0\x80\0\0\0\0\0\xff\xff\xff", "latin1");
  head.writeUInt16LE(width, 6);
  head.writeUInt16LE(height, 8);
  const frame = Buffer.from(",\0\0\0\0\0\0\0\0\0\x02\x02\x4c\x01\0", "latin1");
  frame.writeUInt16LE(width, 5);
  frame.writeUInt16LE(height, 7);
  return Buffer.concat([head, ...Array(frames).fill(frame), Buffer.from(";")]);
}

/** A lossless WebP whose header claims a size. */
export function webp(width, height) {
  const body = Buffer.alloc(64);
  body[0] = 0x2f;
  body.writeUInt32LE(((width - 1) | ((height - 1) << 14)) >>> 0, 1);
  const head = Buffer.from("RIFF\0\0\0\0WEBPVP8L\0\0\0\0", "latin1");
  head.writeUInt32LE(body.length + 12, 4);
  head.writeUInt32LE(body.length, 16);
  return Buffer.concat([head, body]);
}

/** A progressive JPEG of `scans` empty scans: each makes a decoder walk all its blocks. */
export function jpeg(width, height, scans) {
  const marker = (code, data) => Buffer.concat([Buffer.from([0xff, code]), u16(data.length + 2), data]);
  const table = marker(0xc4, Buffer.concat([Buffer.from([0]), Buffer.from([1, ...Array(15).fill(0)]), Buffer.from([0])]));
  const ac = marker(0xc4, Buffer.concat([Buffer.from([0x10]), Buffer.from([1, ...Array(15).fill(0)]), Buffer.from([0xe0])]));
  const frame = marker(0xc2, Buffer.concat([Buffer.from([8]), u16(height, width), Buffer.from([1, 1, 0x11, 0])]));
  const scan = (from, to) => Buffer.concat([marker(0xda, Buffer.from([1, 1, 0, from, to, 0])), Buffer.alloc(64)]);
  return Buffer.concat([Buffer.from([0xff, 0xd8]), marker(0xdb, Buffer.alloc(65, 1)), frame, table, ac, scan(0, 0), ...Array.from({ length: scans }, () => scan(1, 63)), Buffer.from([0xff, 0xd9])]);
}

/** A Palm database of these records. */
export function palm(records, kind = "BOOKMOBI") {
  const head = Buffer.alloc(78 + 8 * records.length);
  head.write(kind, 60, "latin1");
  head.writeUInt16BE(records.length, 76);
  let at = head.length;
  records.forEach((record, n) => {
    head.writeUInt32BE(Math.min(at, 0xffffffff), 78 + 8 * n);
    at += record.length;
  });
  return Buffer.concat([head, ...records]);
}

/** Record 0: `fields` are [offset, value] pairs, `exth` [type, bytes] pairs. */
export function header(compression, texts, { length = 0, fields = [], exth = [], version = 6 } = {}) {
  const out = Buffer.alloc(16 + 0x108);
  out.writeUInt16BE(compression, 0);
  out.writeUInt32BE(length, 4);
  out.writeUInt16BE(texts, 8);
  out.write("MOBI", 16, "latin1");
  for (const none of [108, 192, 244, 248, 252, 260]) out.writeUInt32BE(0xffffffff, none);
  for (const [at, value] of [[20, 0x108], [28, 65001], [36, version], [128, 0x40], ...fields]) out.writeUInt32BE(value, at);
  const records = exth.map(([type, bytes]) => Buffer.concat([u32(type, bytes.length + 8), bytes]));
  return Buffer.concat([out, Buffer.from("EXTH"), u32(12, exth.length), ...records]);
}

/** `HUFF` and `CDIC` records in which phrase `n` has the code of eight bits `n`. A phrase is [bytes, plain]. */
export function dictionary(phrases) {
  const codes = Array.from({ length: 256 }, (_, code) => u32((((2 * code) << 8) | 0x88) >>> 0));
  const huff = Buffer.concat([Buffer.from("HUFF"), u32(24, 24, 24 + 1024, 0, 0), ...codes, Buffer.alloc(256)]);
  let at = 2 * phrases.length;
  const places = phrases.map(([bytes]) => {
    const place = u16(at);
    at += 2 + bytes.length;
    return place;
  });
  const texts = phrases.map(([bytes, plain]) => Buffer.concat([u16(bytes.length | (plain ? 0x8000 : 0)), Buffer.from(bytes)]));
  return [huff, Buffer.concat([Buffer.from("CDIC"), u32(16, phrases.length, 16), ...places, ...texts])];
}

/** A number of variable width: seven bits a byte, the last one marked. */
const wide = (value) => {
  const out = [(value & 0x7f) | 0x80];
  for (let rest = value >>> 7; rest; rest >>>= 7) out.unshift(rest & 0x7f);
  return Buffer.from(out);
};

/** An entry of an index: label, one control byte, values. */
export const entry = (label, control, values) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label), Buffer.from([control]), ...values.map(wide)]);

/** The records of an index: `tags` are lines of TAGX, `chunks` lists of entries, one a record. */
export function index(tags, chunks, texts = []) {
  const main = Buffer.alloc(192);
  main.write("INDX", "latin1");
  main.writeUInt32BE(192, 4);
  main.writeUInt32BE(chunks.length, 24);
  main.writeUInt32BE(texts.length, 52);
  const tagx = Buffer.concat([Buffer.from("TAGX"), u32(12 + 4 * tags.length, 1), Buffer.from(tags.flat())]);
  const records = chunks.map((entries) => {
    const head = Buffer.alloc(192);
    head.write("INDX", "latin1");
    head.writeUInt32BE(192, 4);
    head.writeUInt32BE(entries.length, 24);
    let at = 192;
    const places = entries.map((bytes) => {
      const place = u16(at);
      at += bytes.length;
      return place;
    });
    head.writeUInt32BE(at, 20);
    return Buffer.concat([head, ...entries, Buffer.from("IDXT"), ...places]);
  });
  return [Buffer.concat([main, tagx]), ...records, ...texts];
}
