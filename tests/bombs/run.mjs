// Books made to kill a reader, through the real binary and its sandbox. Each must convert or be
// refused by one of the engine's own codes: no panic, no killed child, no hang. What each cost is
// printed and not judged: the machine decides it.
// usage: node tests/bombs/run.mjs BINDERY [--only TEXT]      ends with `N passed, M failed`
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CLEAN, convert } from "../corpus/convert.mjs";
import { cases } from "./cases.mjs";

const [bindery, flag, only = ""] = process.argv.slice(2);
if (!bindery || (flag && flag !== "--only")) {
  console.error("usage: node tests/bombs/run.mjs BINDERY [--only TEXT]");
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), "bombs-"));
const [passed, failed] = [[], []];
const worst = { wall: [0, ""], cpu: [0, ""], mib: [0, ""] };
console.log("bomb\tKiB\tanswer\twall ms\tCPU ms\tMiB");
for (const [name, make] of cases) {
  if (!name.includes(only)) continue;
  const path = join(folder, name);
  const bytes = make();
  writeFileSync(path, bytes);
  const run = convert(bindery, path, join(folder, "out"));
  const codes = [...new Set(run.warnings.map(({ code }) => code))].join(" ");
  const answer = run.error ? `${run.error.code}: ${run.error.message}` : `${run.slices} slices ${codes}`.trim();
  console.log([name, Math.ceil(bytes.length / 1024), answer.slice(0, 160), run.wall.toFixed(0), run.cpu.toFixed(0), run.mib.toFixed(0)].join("\t"));
  if (!run.error || CLEAN.has(run.error.code)) passed.push(name);
  else failed.push(name);
  for (const key of ["wall", "cpu", "mib"]) if (run[key] > worst[key][0]) worst[key] = [run[key], name];
  for (const left of readdirSync(folder)) rmSync(join(folder, left), { recursive: true });
}
rmSync(folder, { recursive: true });
for (const name of failed) console.log(`FAILED ${name}`);
console.log(`worst: ${worst.wall[0].toFixed(0)} ms wall (${worst.wall[1]}), ${worst.cpu[0].toFixed(0)} ms CPU (${worst.cpu[1]}), ${worst.mib[0].toFixed(0)} MiB (${worst.mib[1]})`);
console.log(`${passed.length} passed, ${failed.length} failed`);
process.exit(failed.length || !passed.length ? 1 : 0);
