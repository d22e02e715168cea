// PDFs that unpack to more than they are worth, or lead in circles.
import { deflateSync } from "node:zlib";

/** A file of these objects (number, body); a stream where the body is [dictionary, bytes]. */
function pdf(objects) {
  const parts = [Buffer.from("%PDF-1.7\n")];
  const offsets = [];
  let at = parts[0].length;
  const put = (bytes) => {
    parts.push(bytes);
    at += bytes.length;
  };
  objects.forEach((body, n) => {
    offsets.push(at);
    const [dictionary, bytes] = Array.isArray(body) ? body : [body];
    put(Buffer.from(`${n + 1} 0 obj\n`));
    if (bytes === undefined) put(Buffer.from(dictionary));
    else {
      put(Buffer.from(`<< /Length ${bytes.length} ${dictionary} >>\nstream\n`));
      put(Buffer.from(bytes));
      put(Buffer.from("\nendstream"));
    }
    put(Buffer.from("\nendobj\n"));
  });
  const start = at;
  put(Buffer.from(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.map((o) => `${`${o}`.padStart(10, "0")} 00000 n \n`).join("")}`));
  put(Buffer.from(`trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`));
  return Buffer.concat(parts);
}

const FONT = "/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>";
/** Objects 1 to 4: catalogue, tree, a page with these resources and this content. More follow as 5, 6 ... */
const book = (content, resources = "", more = [], entries = "") =>
  pdf([
    `<< /Type /Catalog /Pages 2 0 R ${entries} >>`,
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << ${FONT} ${resources} >> >>`,
    Array.isArray(content) ? content : ["", content],
    ...more,
  ]);

/** Spaces, packed; `size` bytes unpacked. The pieces are joined, so nothing of that size is held. */
function packed(size, times = 1) {
  const zeros = deflateSync(Buffer.alloc(64 << 20, 32), { level: 9, finishFlush: 2 /* Z_SYNC_FLUSH */ });
  let stream = Buffer.concat([zeros, ...Array(Math.ceil(size / (64 << 20)) - 1).fill(zeros.subarray(2)), Buffer.from([3, 0, 0, 0, 0, 0])]);
  for (let n = 1; n < times; n++) stream = deflateSync(stream, { level: 9 });
  return stream;
}

const FLATE = "/Filter /FlateDecode";
const image = (entries, bytes) => book("q 500 0 0 500 50 50 cm /I Do Q", "/XObject << /I 5 0 R >>", [[`/Type /XObject /Subtype /Image ${entries}`, bytes]]);
const many = (n, text) => Array.from({ length: n }, (_, i) => text(i));
const form = (resources, content) => [`/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << ${resources} >>`, content];

export const papers = [
  ["flate-2-gb.pdf", () => book([FLATE, packed(2147483648)])],
  ["flate-in-flate.pdf", () => book(["/Filter [/FlateDecode /FlateDecode]", packed(4294967296, 2)])],
  ["flate-behind-damage.pdf", () => book([FLATE, Buffer.concat([Buffer.from([0x78, 0x9c, 0, 1, 0, 0, 0, 120]), packed(1073741824).subarray(2)])])],
  ["lzw.pdf", () => book(["/Filter /LZWDecode", Buffer.alloc(2 << 20)])],
  ["run-length.pdf", () => book(["/Filter /RunLengthDecode", Buffer.alloc(16 << 20, 129)])],
  ["font-1-gb.pdf", () => book("BT /B 9 Tf (x) Tj ET", "/Font << /B << /Type /Font /Subtype /TrueType /BaseFont /X /FirstChar 0 /LastChar 0 /Widths [500] /FontDescriptor << /FontFile2 5 0 R >> >> >>", [[FLATE, packed(1073741824)]])],
  ["object-stream-1-gb.pdf", () => book("", "", [["/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", packed(1073741824)]])],
  ["xref-stream-2-gb.pdf", () => {
    const stream = packed(2147483648);
    const head = Buffer.from(`%PDF-1.5\n1 0 obj\n<< /Type /XRef /Size 100 /W [1 2 1] /Root 2 0 R /Filter /FlateDecode /Length ${stream.length} >>\nstream\n`);
    return Buffer.concat([head, stream, Buffer.from("\nendstream\nendobj\n2 0 obj\n<< /Type /Catalog /Pages 3 0 R >>\nendobj\n3 0 obj\n<< /Type /Pages /Kids [4 0 R] /Count 1 >>\nendobj\n4 0 obj\n<< /Type /Page /Parent 3 0 R >>\nendobj\nstartxref\n9\n%%EOF")]);
  }],
  ["xref-4-billion.pdf", () => Buffer.from("%PDF-1.5\n1 0 obj\n<< /Type /XRef /Size 4000000000 /W [0 0 0] /Index [0 4000000000] /Root 2 0 R /Length 0 >>\nstream\n\nendstream\nendobj\n2 0 obj\n<< /Type /Catalog /Pages 3 0 R >>\nendobj\nstartxref\n9\n%%EOF")],
  ["image-900-megapixels.pdf", () => image(`/Width 30000 /Height 30000 /ColorSpace /DeviceRGB /BitsPerComponent 8 ${FLATE}`, packed(2700000000))],
  ["image-1-bit.pdf", () => image(`/Width 60000 /Height 60000 /ColorSpace /DeviceGray /BitsPerComponent 1 ${FLATE}`, packed(450000000))],
  ["image-ccitt.pdf", () => image("/Width 60000 /Height 60000 /ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns 60000 /Rows 60000 >>", Buffer.alloc(1 << 20, 255))],
  ["image-jbig2.pdf", () => image("/Width 10 /Height 10 /ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /JBIG2Decode", Buffer.concat([Buffer.from([0, 0, 0, 0, 48, 0, 1, 0, 0, 0, 19, 0, 1, 0, 0, 0, 1, 0, 0]), Buffer.alloc(11)]))],
  ["image-jpx.pdf", () => image("/Width 10 /Height 10 /ColorSpace /DeviceRGB /Filter /JPXDecode", Buffer.from("ff4fff51002f0000" + "0000ea600000ea60".repeat(1) + "0".repeat(16) + "0000ea600000ea60" + "0".repeat(16) + "0003070101070101070101ff52000c00000001000504040001ff5c00134040484850484850484850484850484850ff90000a0000000000000001ff93ffd9", "hex"))],
  ["images-1000.pdf", () => book(many(1000, (n) => `/I${n} Do`).join(" "), `/XObject << ${many(1000, (n) => `/I${n} ${n + 5} 0 R`).join(" ")} >>`, many(1000, (n) => [`/Type /XObject /Subtype /Image /Width 3000 /Height ${2000 + n} /ColorSpace /DeviceRGB /BitsPerComponent 8 ${FLATE}`, deflateSync(Buffer.alloc(9000, n))]))],
  ["forms-10-billion.pdf", () => book("/X Do", "/XObject << /X 15 0 R >>", many(11, (n) => (n ? form(`/XObject << /X ${n + 4} 0 R >>`, "/X Do ".repeat(10)) : form("", "0 0 1 1 re f"))))],
  ["forms-10-billion-empty.pdf", () => book("/X Do", "/XObject << /X 15 0 R >>", many(11, (n) => (n ? form(`/XObject << /X ${n + 4} 0 R >>`, "/X Do ".repeat(10)) : form("", ""))))],
  ["form-of-itself.pdf", () => book("/X Do", "/XObject << /X 5 0 R >>", [form("/XObject << /X 5 0 R >>", "/X Do /X Do")])],
  ["tiling.pdf", () => book("/Pattern cs /P scn 0 0 612 792 re f", "/Pattern << /P 5 0 R >>", [["/PatternType 1 /PaintType 1 /TilingType 1 /XStep 0.00001 /YStep 0.00001 /BBox [0 0 1 1] /Resources << >>", "0 0 1 1 re f"]])],
  ["tilings-in-tilings.pdf", () => book("/Pattern cs /P scn 0 0 612 792 re f", "/Pattern << /P 14 0 R >>", many(10, (n) => ["/PatternType 1 /PaintType 1 /TilingType 1 /XStep 1 /YStep 1 /BBox [0 0 600 600] /Resources << " + (n ? `/Pattern << /P ${n + 4} 0 R >>` : "") + " >>", n ? "/Pattern cs /P scn 0 0 600 600 re f 0 0 600 600 re f" : "0 0 1 1 re f"]))],
  ["shading-program.pdf", () => book("/S sh", "/Shading << /S << /ShadingType 1 /ColorSpace /DeviceGray /Domain [0 1 0 1] /Matrix [612 0 0 792 0 0] /Function 5 0 R >> >>", [["/FunctionType 4 /Domain [0 1 0 1] /Range [0 1]", `{ ${"dup mul sqrt ".repeat(20000)} pop }`]])],
  ["operators-million.pdf", () => book("0 0 1 1 re f ".repeat(1_000_000))],
  ["path-million.pdf", () => book(`0 0 m ${"9 9 l 8 7 l ".repeat(1_000_000)} f`)],
  ["glyphs-million.pdf", () => book(`BT /F1 1 Tf (${"words ".repeat(400_000)}) Tj ET`)],
  ["lines-100000.pdf", () => book(many(100_000, (n) => `BT /F1 1 Tf ${n % 600} ${n % 790} Td (x) Tj ET`).join("\n"))],
  ["groups-million.pdf", () => book("/G gs ".repeat(10) + "q /G gs 0 0 9 9 re f Q ".repeat(200_000), "/ExtGState << /G << /ca 0.5 /BM /Multiply >> >>")],
  ["clips-deep.pdf", () => book("q 0 0 600 600 re W n ".repeat(100_000))],
  ["marked-deep.pdf", () => book("/A BMC ".repeat(500_000))],
  ["arrays-deep.pdf", () => book("", "/XObject 5 0 R", ["[".repeat(1_000_000) + "]".repeat(1_000_000)])],
  ["dictionaries-deep.pdf", () => book("", "/XObject 5 0 R", ["<< /A ".repeat(500_000) + ">>".repeat(500_000)])],
  ["pages-endless.pdf", () => pdf(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [2 0 R 3 0 R 2 0 R] /Count 2147483647 >>", "<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 9 >>"])],
  ["pages-deep.pdf", () => pdf(["<< /Type /Catalog /Pages 2 0 R >>", ...many(200_000, (n) => `<< /Type /Pages /Kids [${n + 3} 0 R] /Count 1 >>`), "<< /Type /Page /MediaBox [0 0 9 9] >>"])],
  ["pages-200000.pdf", () => pdf(["<< /Type /Catalog /Pages 2 0 R >>", `<< /Type /Pages /Kids [${many(200_000, (n) => `${n + 3} 0 R`).join(" ")}] /Count 200000 >>`, ...many(200_000, () => "<< /Type /Page /MediaBox [0 0 9 9] >>")])],
  ["outline-of-itself.pdf", () => book("", "", ["<< /First 5 0 R /Next 5 0 R /Title (x) /Dest [3 0 R /Fit] >>"], "/Outlines 5 0 R")],
  ["outline-300000.pdf", () => book("", "", ["<< /First 6 0 R >>", ...many(300_000, (n) => `<< /Title (line ${n}) /Next ${n + 7} 0 R /Dest (d) >>`)], "/Outlines 5 0 R")],
  ["outline-deep.pdf", () => book("", "", ["<< /First 6 0 R >>", ...many(200_000, (n) => `<< /Title (line ${n}) /First ${n + 7} 0 R >>`)], "/Outlines 5 0 R")],
  ["names-of-themselves.pdf", () => book("", "", ["<< /Kids [5 0 R 5 0 R] /Dests 5 0 R /Nums [0 5 0 R] /Names [(x) 5 0 R] /D (x) >>"], "/Names 5 0 R /Dests 5 0 R /PageLabels 5 0 R")],
  ["links-million.pdf", () => pdf(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", `<< /Type /Page /MediaBox [0 0 612 792] /Annots [${many(300_000, () => "<< /Subtype /Link /Rect [9 9 99 99] /A << /S /URI /URI (http://example.org) >> >>").join("")}] >>`])],
  ["titles-10-mb.pdf", () => book("", "", [`<< /First 6 0 R >>`, `<< /Title (${"long ".repeat(2_000_000)}) /Dest [3 0 R /Fit] >>`], "/Outlines 5 0 R")],
  ["page-of-a-light-year.pdf", () => pdf(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Page /MediaBox [-3e38 -3e38 3e38 3e38] /UserUnit 3e38 /Contents 4 0 R >>", ["", "0 0 3e38 3e38 re f 1e-38 w 0 0 m 1e38 1e38 l S"]])],
];
