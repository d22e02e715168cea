// Every hostile file of the corpus and every W3C test of scripts and of the outside: converted by the real
// binary, all of the output opened in Chromium without any content policy. No script may run and nothing
// outside the rendition may be asked for. Usage: node tests/hostile-corpus.mjs BINDERY
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, parse } from "node:path";
import { launch } from "../web/e2e/browser.mjs";
import { listen, serveFolder, visit, visitsOf } from "./hostile-visit.mjs";

const bindery = process.argv[2] ?? "target/debug/bindery";
const corpora = process.env.BINDERY_CORPUS ?? new URL("../../shared/corpora", import.meta.url).pathname;
const chosen = /^(hostile-|w3c-(scr-|sec-|pub-external|ocf-url))/;
const books = ["epub", "mobi"]
  .map((folder) => join(corpora, folder))
  .filter(existsSync)
  .flatMap((folder) => readdirSync(folder).filter((name) => chosen.test(name)).map((name) => join(folder, name)));

const folder = mkdtempSync(join(tmpdir(), "hostile-corpus-"));
let root = folder;
const serve = serveFolder(() => root);
const site = await listen((request, response) => {
  if (request.url !== "/trap") return serve(request, response);
  response.writeHead(200, { "content-type": "text/html" }).end("<script>1</script>");
});
const browser = await launch();
const counted = { books: 0, refused: 0, pages: 0, scripts: 0, asked: 0, other: 0 };
try {
  const context = await browser.newContext();
  // A script that does nothing is noticed as well.
  const snapped = await visit(context, `${site.origin}/trap`, `${site.origin}/`);
  if (!snapped.some((text) => text.startsWith("script of"))) throw new Error("a script was not noticed");
  for (const book of books) {
    const out = join(folder, String(counted.books));
    counted.books += 1;
    const made = spawnSync(bindery, ["convert", book, "--out", out], { encoding: "utf8" });
    if (made.status !== 0) {
      counted.refused += 1;
      continue;
    }
    root = join(out, parse(book).name);
    const { visits } = visitsOf(root);
    const worker = async () => {
      for (let visited = visits.pop(); visited !== undefined; visited = visits.pop()) {
        counted.pages += 1;
        const wrong = await visit(context, `${site.origin}/book/${visited}`, `${site.origin}/book/`);
        counted.scripts += wrong.filter((text) => /^(script|ran|dialog)/.test(text)).length;
        counted.asked += wrong.filter((text) => text.startsWith("asked")).length;
        counted.other += wrong.filter((text) => !/^(script|ran|dialog|asked)/.test(text)).length;
        if (wrong.length > 0) console.log(`FAIL  ${parse(book).base} ${visited}: ${[...new Set(wrong)].slice(0, 4).join("; ")}`);
      }
    };
    await Promise.all([worker(), worker(), worker()]);
    rmSync(out, { recursive: true, force: true });
  }
} finally {
  await browser.close();
  site.server.close();
  rmSync(folder, { recursive: true, force: true });
}
const bad = counted.scripts + counted.asked + counted.other;
console.log(`${counted.books} books (${counted.refused} refused), ${counted.pages} pages opened: ${counted.scripts} scripts run, ${counted.asked} requests outside, ${counted.other} other findings`);
console.log(books.length === 0 ? "0 passed, 0 failed, 1 skipped" : `${counted.pages - bad} passed, ${bad} failed, 0 skipped`);
process.exitCode = bad === 0 ? 0 : 1;
