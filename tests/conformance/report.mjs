// The result in the W3C's form (w3c/epub-tests, `reports/*.json`) and as a table for people.
import { readFileSync, writeFileSync } from "node:fs";
import { judged } from "./catalogue.mjs";
import { unjudged } from "./unjudged.mjs";

const here = (name) => new URL(name, import.meta.url);

/** `tests`: true, false, or null for what was not judged. */
export function writeReport(books, results) {
  const { version } = /^version = "(?<version>.+)"$/m.exec(readFileSync(here("../../Cargo.toml"), "utf8"))?.groups ?? { version: "" };
  // The tests' own names (their `dc:identifier`), where the corpus' file is named otherwise.
  const own = { "ocf-font_obfuscation_bis": "ocf-font_obfuscation-bis" };
  const tests = Object.fromEntries([...books.keys()].map((name) => [own[name] ?? name, results[name]?.passed ?? null]));
  // `ref`: the address of the product, for whoever hands the report in.
  const report = { name: `Bindery ${version}`.trim(), ref: "", variant: "Web, Chromium", tests };
  writeFileSync(here("bindery.json"), `${JSON.stringify(report, null, 4)}\n`);
}

/** Writes the table between the two marks of README.md. */
export function writeTable(books, results) {
  const cell = (text) => text.replaceAll("|", "\\|").replaceAll("\n", " ").replaceAll("<", "&lt;");
  const mark = (name) => (results[name] === undefined ? "–" : results[name].passed ? "pass" : "**fail**");
  const names = [...books.keys()];
  const rows = names.filter((name) => name in judged).map((name) => `| ${name} | ${mark(name)} | ${cell(judged[name].looks)} |`);
  const reasons = names.filter((name) => name in unjudged).map((name) => `| ${name} | ${cell(unjudged[name])} |`);
  const passed = names.filter((name) => results[name]?.passed).length;
  const done = Object.keys(results).length;
  const failures = names.filter((name) => results[name] && !results[name].passed).map((name) => `- ${name}: ${cell(results[name].why ?? "")}`);
  const text = [
    done === 0 ? `${names.length} tests, ${rows.length} to be judged.` : `${names.length} tests, ${rows.length} judged, ${passed} passed (${((100 * passed) / done).toFixed(1)} %).`,
    ...(failures.length > 0 ? ["", "Failed:", "", ...failures] : []),
    "",
    "| Test | Result | What must be seen |",
    "|---|---|---|",
    ...rows,
    "",
    "Not judged:",
    "",
    "| Test | Reason |",
    "|---|---|",
    ...reasons,
  ].join("\n");
  const readme = readFileSync(here("README.md"), "utf8");
  writeFileSync(here("README.md"), readme.replace(/(<!-- table -->\n)[\s\S]*(<!-- end -->)/, (_, begin, end) => `${begin}${text}\n${end}`));
}
