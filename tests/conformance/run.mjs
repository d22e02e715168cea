// Judges the W3C's EPUB tests (files `w3c-*.epub` of the corpus) in Chromium, through the real reader.
//   node tests/conformance/run.mjs BINDERY [NAME…]    all tests, or those whose names contain one of the words
//   node tests/conformance/run.mjs --list             only the list of what is judged and how
// The corpus is $BINDERY_CORPUS or ../shared/corpora. A full run writes bindery.json and the table in README.md.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { launch } from "../../web/e2e/browser.mjs";
import { judged } from "./catalogue.mjs";
import { Desk } from "./reader.mjs";
import { writeReport, writeTable } from "./report.mjs";
import { startServer } from "./server.mjs";
import { unjudged } from "./unjudged.mjs";

const [binary, ...words] = process.argv.slice(2);
/** Longer than any test needs, in ms. */
const patience = 120_000;

function corpus() {
  const folder = process.env.BINDERY_CORPUS ?? new URL("../../../shared/corpora", import.meta.url).pathname;
  for (const place of [join(folder, "epub"), folder]) {
    if (!existsSync(place)) continue;
    const files = readdirSync(place).filter((name) => /^w3c-.*\.epub$/.test(name));
    if (files.length > 0) return new Map(files.sort().map((name) => [name.slice(4, -5), join(place, name)]));
  }
  return new Map();
}

/** The same files, packed with bzip2 (all but `mimetype`). */
function repacked(path, folder) {
  const out = join(folder, basename(path));
  const program = `import sys, zipfile as z
with z.ZipFile(sys.argv[1]) as old, z.ZipFile(sys.argv[2], "w") as new:
    for name in old.namelist():
        new.writestr(name, old.read(name), z.ZIP_STORED if name == "mimetype" else z.ZIP_BZIP2)`;
  execFileSync("python3", ["-c", program, path, out]);
  return out;
}

async function withPatience(work) {
  let timer;
  const late = new Promise((_, fail) => {
    timer = setTimeout(() => fail(new Error(`no end after ${patience / 1000} s`)), patience);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** One test in a tab of its own: `{ passed, why }`. */
async function judge(desk, name, book) {
  const test = judged[name];
  if (book.error && !test.refused) return { passed: false, why: `the import ended with ${book.error}` };
  const reader = await desk.reader(book.id);
  try {
    await withPatience(test.judge(reader, book));
    return { passed: true };
  } catch (error) {
    if (process.env.CONFORMANCE_SHOTS) {
      mkdirSync(process.env.CONFORMANCE_SHOTS, { recursive: true });
      await reader.page.screenshot({ path: join(process.env.CONFORMANCE_SHOTS, `${name}.png`) }).catch(() => undefined);
    }
    return { passed: false, why: String(error.message).replace(/\u001b\[\d+m/g, "").split("\n").slice(0, 12).join(" ").slice(0, 400) };
  } finally {
    await reader.page.close();
  }
}

async function main() {
  const books = corpus();
  if (books.size === 0) {
    console.log("SKIPPED: no w3c-*.epub in the corpus (BINDERY_CORPUS)\n0 passed, 0 failed, 1 skipped");
    return;
  }
  const unknown = [...books.keys()].filter((name) => !(name in judged) && !(name in unjudged));
  if (unknown.length > 0) console.log(`neither judged nor excused: ${unknown.join(", ")}`);
  const wanted = (name) => words.length === 0 || words.some((word) => name.includes(word));
  const names = [...books.keys()].filter((name) => name in judged);
  const server = await startServer(binary);
  const results = {};
  const folder = mkdtempSync(join(tmpdir(), "repacked-"));
  let browser;
  try {
    const imported = {};
    for (const name of names) if (words.length === 0 || wanted(name) || name.startsWith("pkg-unique-id")) imported[name] = await server.library.add(judged[name].repack ? repacked(books.get(name), folder) : books.get(name));
    const ids = Object.fromEntries(Object.entries(imported).map(([name, { id }]) => [name, id]));
    browser = await launch();
    const desk = new Desk(browser, server);
    await desk.open();
    for (const name of names.filter(wanted)) {
      const began = Date.now();
      results[name] = await judge(desk, name, { ...imported[name], ids });
      console.log(`${results[name].passed ? "ok   " : "FAIL "} ${name} (${Date.now() - began} ms)${results[name].why ? `\n      ${results[name].why}` : ""}`);
    }
  } finally {
    await browser?.close();
    await server.stop();
    rmSync(folder, { recursive: true });
  }
  const passed = Object.values(results).filter((result) => result.passed).length;
  const failed = Object.keys(results).length - passed;
  if (words.length === 0) {
    writeReport(books, results);
    writeTable(books, results);
    console.log(`${books.size} tests, ${names.length} judged: ${((100 * passed) / names.length).toFixed(1)} % of them pass`);
  }
  console.log(`${passed} passed, ${failed} failed, ${words.length === 0 ? books.size - names.length : 0} skipped`);
}

if (binary === "--list") writeTable(corpus(), {});
else await main();
