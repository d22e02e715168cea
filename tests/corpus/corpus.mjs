// Converts every EPUB of the corpus with the binary, one process per file (so that time and memory
// are each file's own), and prints the table: opened, refused with the reason, warnings.
// usage: node benches/convert_corpus.mjs BINDERY [CORPUS]
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

const [bindery, corpus = process.env.BINDERY_CORPUS ?? "../shared/corpora"] = process.argv.slice(2);
if (!bindery) {
  console.error("usage: node benches/convert_corpus.mjs BINDERY [CORPUS]");
  process.exit(2);
}
const rows = readFileSync(`${corpus}/epub/LIST.tsv`, "utf8").trim().split("\n").slice(1).map((l) => l.split("\t"));
const out = mkdtempSync(join(tmpdir(), "convert-"));
const kinds = new Map();
const refused = [];
const worst = { ms: [0, ""], mib: [0, ""] };

for (const [file, , , kind] of rows) {
  const path = `${corpus}/epub/${file}`;
  const started = performance.now();
  // GNU time's %M is the largest resident size of the process or any child it waited for, in KiB.
  const run = spawnSync("/usr/bin/time", ["-f", "%M", bindery, "convert", path, "--out", out], { encoding: "utf8" });
  const ms = performance.now() - started;
  const mib = Number(run.stderr.trim().split("\n").at(-1)) / 1024;
  const report = join(out, basename(file, ".epub"), "report.json");
  const answer = existsSync(report) ? JSON.parse(readFileSync(report, "utf8")) : { error: { code: "no_report", message: run.stderr } };
  const k = kinds.get(kind) ?? { files: 0, opened: 0, refused: 0, warned: 0, warnings: 0 };
  k.files += 1;
  if (answer.error) {
    k.refused += 1;
    refused.push([kind, file, answer.error.code, answer.error.message]);
  } else {
    k.opened += 1;
    k.warned += answer.warnings.length > 0;
    k.warnings += answer.warnings.length;
  }
  kinds.set(kind, k);
  if (ms > worst.ms[0]) worst.ms = [ms, file];
  if (mib > worst.mib[0]) worst.mib = [mib, file];
  for (const name of readdirSync(out)) rmSync(join(out, name), { recursive: true });
}
rmSync(out, { recursive: true });

const sum = { files: 0, opened: 0, refused: 0, warned: 0, warnings: 0 };
console.log("kind\tfiles\topened\trefused\twith warnings\twarnings");
for (const [kind, k] of [...kinds].sort()) {
  console.log([kind, k.files, k.opened, k.refused, k.warned, k.warnings].join("\t"));
  for (const key in sum) sum[key] += k[key];
}
console.log(["all", sum.files, sum.opened, sum.refused, sum.warned, sum.warnings].join("\t"));
console.log("\nrefused:");
for (const r of refused) console.log(r.join("\t"));
console.log(`\nslowest ${worst.ms[0].toFixed(0)} ms (${worst.ms[1]}); most memory ${worst.mib[0].toFixed(0)} MiB (${worst.mib[1]})`);
// Two rows of the list are no books: a README in plain text, and an archive that holds only `mimetype`.
const notBooks = new Set(["deb-docbook-xsl-ns-README.epub", "se-web.epub"]);
const must = ["novel", "techdoc", "idpf-sample", "epubcheck-valid"];
const closed = refused.filter(([kind, file, code]) => (must.includes(kind) && !notBooks.has(file)) || code === "engine_panic" || code === "no_report");
console.log(closed.length ? `NOT AS IT SHOULD BE: ${closed.length} files` : "every good file opened, nothing panicked");
process.exit(closed.length ? 1 : 0);
