// One book through `bindery convert`, with what it cost.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { basename, extname, join } from "node:path";

/** What the engine may answer to a book it does not open. Anything else is a defect. */
export const CLEAN = new Set(["unsupported_format", "not_a_zip", "corrupt_archive", "missing_package", "empty_spine", "drm_protected", "password_required", "limit_exceeded"]);

/**
 * Converts `path` below `out`. `error` is the report's, or code `no_report` when there is none;
 * times in ms, memory in MiB (the largest resident size of the process or of its child).
 */
export function convert(bindery, path, out, threads) {
  const folder = join(out, basename(path, extname(path)));
  rmSync(folder, { recursive: true, force: true });
  const started = performance.now();
  const command = [bindery, "convert", path, "--out", out, ...(threads ? ["--threads", `${threads}`] : [])];
  // GNU time's %M counts children that were waited for, and so do %U and %S.
  const run = spawnSync("/usr/bin/time", ["-f", "%M %U %S", ...command], { encoding: "utf8", maxBuffer: 1 << 26 });
  const wall = performance.now() - started;
  const [kib, user, system] = run.stderr.trim().split("\n").at(-1).split(" ").map(Number);
  const report = join(folder, "report.json");
  const answer = existsSync(report) ? JSON.parse(readFileSync(report, "utf8")) : { error: { code: "no_report", message: run.stderr.trim() } };
  return { folder, error: answer.error, warnings: answer.warnings ?? [], wall, cpu: (user + system) * 1000, mib: kib / 1024, slices: answer.slices };
}
