// The entries of a zip archive, as far as a judge of books needs them: no limits, no zip64.
import { readFileSync } from "node:fs";
import { inflateRawSync } from "node:zlib";

/** `read(path)` gives the text of an entry, or null. */
export function archive(path) {
  const bytes = readFileSync(path);
  const entries = new Map();
  const end = bytes.lastIndexOf("PK\x05\x06", undefined, "latin1");
  let at = end < 0 ? bytes.length : bytes.readUInt32LE(end + 16);
  while (at + 46 <= bytes.length && bytes.readUInt32LE(at) === 0x02014b50) {
    const [name, extra, comment] = [28, 30, 32].map((field) => bytes.readUInt16LE(at + field));
    entries.set(bytes.toString("utf8", at + 46, at + 46 + name), { method: bytes.readUInt16LE(at + 10), packed: bytes.readUInt32LE(at + 20), header: bytes.readUInt32LE(at + 42) });
    at += 46 + name + extra + comment;
  }
  const read = (name) => {
    const entry = entries.get(name) ?? [...entries].find(([known]) => known.toLowerCase() === name?.toLowerCase())?.[1];
    if (!entry) return null;
    const start = entry.header + 30 + bytes.readUInt16LE(entry.header + 26) + bytes.readUInt16LE(entry.header + 28);
    const packed = bytes.subarray(start, start + entry.packed);
    try {
      return (entry.method === 0 ? packed : inflateRawSync(packed)).toString("utf8");
    } catch {
      return null;
    }
  };
  return { read };
}
