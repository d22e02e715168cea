// Converts every EPUB and MOBI of the corpus with the binary, one process per file (so that time and
// memory are each file's own), and judges what comes out: every link of every slice and sheet.
// Prints a line for each file, totals for each kind, refusals, lost links and the worst figures.
// usage: node tests/corpus/corpus.mjs BINDERY [CORPUS] [--only TEXT]     exit 1: not as it should be
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CLEAN, convert } from "./convert.mjs";
import { judge } from "./links.mjs";

const words = process.argv.slice(2);
const at = words.indexOf("--only");
const [only] = at < 0 ? [""] : words.splice(at, 2).slice(1);
const [bindery, corpus = process.env.BINDERY_CORPUS ?? "../shared/corpora"] = words;
if (!bindery) {
  console.error("usage: node tests/corpus/corpus.mjs BINDERY [CORPUS] [--only TEXT]");
  process.exit(2);
}

/** What must open, whatever happens. */
const MUST = new Set(["novel", "techdoc", "idpf-sample", "epubcheck-valid"]);
/** Listed, but no books: a README in plain text, and an archive that holds only `mimetype`. */
const NOT_BOOKS = new Set(["deb-docbook-xsl-ns-README.epub", "se-web.epub"]);

const out = mkdtempSync(join(tmpdir(), "corpus-"));
const kinds = new Map();
const [refused, lost, wrong] = [[], [], []];
const worst = { cpu: [0, ""], wall: [0, ""], mib: [0, ""] };
const total = { links: 0 };

console.log("file\tkind\tanswer\twarnings\tlinks\tlost in the book\tlost by us\twall ms\tCPU ms\tMiB");
for (const format of ["epub", "mobi"]) {
  const list = `${corpus}/${format}/LIST.tsv`;
  if (!existsSync(list)) continue;
  for (const line of readFileSync(list, "utf8").trim().split("\n").slice(1)) {
    const [file, , , kind] = line.split("\t");
    const path = `${corpus}/${format}/${file}`;
    if (file === "file" || !file.includes(only) || !existsSync(path)) continue;
    const run = convert(bindery, path, out);
    const k = kinds.get(kind) ?? { files: 0, opened: 0, refused: 0, warned: 0, warnings: 0 };
    kinds.set(kind, k);
    k.files += 1;
    let found = { links: 0, lost: [], ours: [] };
    if (run.error) {
      k.refused += 1;
      refused.push([kind, file, run.error.code, run.error.message]);
      if (!CLEAN.has(run.error.code)) wrong.push(`${file}: ${run.error.code}`);
      if (MUST.has(kind) && !NOT_BOOKS.has(file)) wrong.push(`${file} must open: ${run.error.code}`);
    } else {
      k.opened += 1;
      k.warned += run.warnings.length > 0;
      k.warnings += run.warnings.length;
      found = judge(run.folder, format === "epub" ? path : null);
    }
    total.links += found.links;
    for (const link of found.lost) lost.push([file, "in the book", link]);
    for (const link of found.ours) {
      lost.push([file, "by us", link]);
      wrong.push(`${file}: ${link}`);
    }
    for (const key of ["cpu", "wall", "mib"]) if (run[key] > worst[key][0]) worst[key] = [run[key], file];
    const codes = new Map();
    for (const { code } of run.warnings) codes.set(code, (codes.get(code) ?? 0) + 1);
    const warnings = [...codes].map(([code, n]) => (n > 1 ? `${code}×${n}` : code)).join(" ") || "–";
    console.log([file, kind, run.error?.code ?? "opened", warnings, found.links, found.lost.length, found.ours.length, run.wall.toFixed(0), run.cpu.toFixed(0), run.mib.toFixed(0)].join("\t"));
    for (const name of readdirSync(out)) rmSync(join(out, name), { recursive: true });
  }
}
rmSync(out, { recursive: true });

const sum = { files: 0, opened: 0, refused: 0, warned: 0, warnings: 0 };
console.log("\nkind\tfiles\topened\trefused\twith warnings\twarnings");
for (const [kind, k] of [...kinds].sort()) {
  console.log([kind, k.files, k.opened, k.refused, k.warned, k.warnings].join("\t"));
  for (const key in sum) sum[key] += k[key];
}
console.log(["all", ...Object.values(sum)].join("\t"));
console.log("\nrefused:");
for (const r of refused) console.log(r.join("\t"));
console.log("\nlost links (file, whose fault, how many, the first):");
const groups = new Map();
for (const [file, fault, link] of lost) groups.set(`${file}\t${fault}`, [...(groups.get(`${file}\t${fault}`) ?? []), link]);
for (const [group, links] of groups) console.log([group, links.length, links[0]].join("\t"));
console.log(`\n${total.links} references of slices and sheets looked up, ${lost.length} lost`);
console.log(`worst: ${worst.cpu[0].toFixed(0)} ms CPU (${worst.cpu[1]}); ${worst.wall[0].toFixed(0)} ms wall (${worst.wall[1]}); ${worst.mib[0].toFixed(0)} MiB (${worst.mib[1]})`);
for (const w of wrong) console.log(`WRONG\t${w}`);
console.log(wrong.length ? `${wrong.length} things are not as they should be` : "every book that must open opened, nothing panicked, no link was lost by us");
process.exit(wrong.length ? 1 : 0);
