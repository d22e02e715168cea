// Hostile books against the sanitiser alone: converted by the real binary, their files served
// without any content policy and opened in Chromium. No script may run and nothing outside the
// rendition may be asked for. Usage: node tests/hostile.mjs BINDERY
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { launch } from "../web/e2e/browser.mjs";
import { chapters, files, names } from "./hostile-cases.mjs";
import { listen, serveFolder, visit, visitsOf } from "./hostile-visit.mjs";

/** A zip archive of stored entries (APPNOTE 4.3): enough for an EPUB. */
function zip(entries) {
  const [bodies, directory] = [[], []];
  let offset = 0;
  for (const [name, content] of entries) {
    const [data, path] = [Buffer.from(content), Buffer.from(name)];
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(0x800, 2);
    shared.writeUInt32LE(crc32(data), 10);
    shared.writeUInt32LE(data.length, 14);
    shared.writeUInt32LE(data.length, 18);
    shared.writeUInt16LE(path.length, 22);
    bodies.push(Buffer.from("PK\x03\x04"), shared, path, data);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.from("PK\x01\x02\x14\x00", "latin1"), shared, tail, path);
    offset += 30 + path.length + data.length;
  }
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, ...directory, end]);
}

const attribute = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");

function book(outside) {
  const [pages, others, text] = [chapters(outside), files(outside), names(outside)];
  const item = (id, href, type, more = "") => `<item id="${id}" href="${attribute(encodeURI(href))}" media-type="${type}" ${more}/>`;
  const opf = `<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="id">urn:hostile</dc:identifier><dc:title>${text.title}</dc:title><dc:creator>${text.creator}</dc:creator><dc:description>${text.description}</dc:description><dc:language>en</dc:language></metadata><manifest>${item("nav", "nav.xhtml", "application/xhtml+xml", 'properties="nav"')}${pages.map((_, n) => item(`c${n}`, `c${n}.xhtml`, "application/xhtml+xml")).join("")}${others.map(([name, type], n) => item(`f${n}`, name, type)).join("")}</manifest><spine>${pages.map((_, n) => `<itemref idref="c${n}"/>`).join("")}</spine></package>`;
  const nav = `<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><head><title>n</title></head><body><nav epub:type="toc"><ol>${pages.map((_, n) => `<li><a href="c${n}.xhtml">${text.label}</a></li>`).join("")}<li><a href="javascript:alert(1)">x</a></li></ol></nav></body></html>`;
  return zip([
    ["mimetype", "application/epub+zip"],
    ["META-INF/container.xml", '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'],
    ["book.opf", opf],
    ["nav.xhtml", nav],
    ...pages.map(([, content], n) => [`c${n}.xhtml`, content]),
    ...others.map(([name, , content]) => [name, content]),
  ]);
}

const bindery = process.argv[2] ?? "target/debug/bindery";
const folder = mkdtempSync(join(tmpdir(), "hostile-"));
const heard = [];
const trap = await listen((request, response) => {
  heard.push(request.url);
  response.writeHead(200, { "access-control-allow-origin": "*" }).end();
});
const root = join(folder, "out", "hostile");
const serve = serveFolder(() => root);
const site = await listen((request, response) => {
  const raw = /^\/raw\/(\d+)$/.exec(request.url);
  if (raw) return response.writeHead(200, { "content-type": "text/html" }).end(chapters(trap.origin)[Number(raw[1])][1]);
  serve(request, response);
});
let [passed, failed] = [0, 0];
const check = (name, wrong) => {
  if (wrong.length === 0) passed += 1;
  else {
    failed += 1;
    console.log(`FAIL  ${name}: ${[...new Set(wrong)].slice(0, 6).join("; ")}`);
  }
};
const browser = await launch();
try {
  const pages = chapters(trap.origin);
  writeFileSync(join(folder, "hostile.epub"), book(trap.origin));
  execFileSync(bindery, ["convert", join(folder, "hostile.epub"), "--out", join(folder, "out")], { stdio: ["ignore", "ignore", "inherit"] });
  const context = await browser.newContext();
  // The traps themselves: what nobody has cleaned must be noticed.
  for (const name of ["script", "images", "style-element", "javascript"]) {
    const wrong = await visit(context, `${site.origin}/raw/${pages.findIndex(([known]) => known === name)}`, `${site.origin}/`);
    check(`the trap "${name}" snaps`, wrong.length > 0 ? [] : ["it does not"]);
  }
  heard.length = 0;
  const { found, visits } = visitsOf(root);
  const slices = found.filter((name) => name.startsWith("slices/"));
  check("every chapter became a slice", slices.length >= pages.length ? [] : [`${slices.length} of ${pages.length}`]);
  check("nothing is a script", found.filter((name) => /\.(m?js|xhtml|xsl|xml|htm)$/.test(name)));
  const worker = async () => {
    for (let visited = visits.pop(); visited !== undefined; visited = visits.pop()) {
      const which = /^slices\/(\d+)\.html/.exec(visited)?.[1];
      const label = which === undefined ? visited : `${visited} (${pages[Number(which)]?.[0]})`;
      check(label, await visit(context, `${site.origin}/book/${visited}`, `${site.origin}/book/`));
    }
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
  check("nobody called outside", heard);
} finally {
  await browser.close();
  trap.server.close();
  site.server.close();
  rmSync(folder, { recursive: true });
}
console.log(`${passed} passed, ${failed} failed, 0 skipped`);
process.exitCode = failed === 0 ? 0 : 1;
