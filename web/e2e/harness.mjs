// A few lines of test runner: steps in order, one browser, a count at the end. Later steps build on
// earlier ones (the uploaded book is read, edited, deleted), so a step says what it needs.
import assert from "node:assert/strict";

const results = { passed: 0, failed: 0, skipped: 0 };
const done = new Set();
const failures = [];
let picture = async () => undefined;

/** What to do when a step fails, for those who look for the reason: `take(name)`. */
export function onFailure(take) {
  picture = take;
}

/** Runs one step. With `needs`, it is skipped unless the steps of those names passed. */
export async function step(name, work, { needs = [] } = {}) {
  const missing = needs.find((need) => !done.has(need));
  if (missing) {
    results.skipped += 1;
    console.log(`skip  ${name} (needs: ${missing})`);
    return;
  }
  const began = Date.now();
  try {
    await work();
    results.passed += 1;
    done.add(name);
    console.log(`ok    ${name} (${Date.now() - began} ms)`);
  } catch (error) {
    results.failed += 1;
    failures.push(name);
    await picture(name.replace(/\W+/g, "-")).catch(() => undefined);
    console.log(`FAIL  ${name}\n${indent(error.stack ?? String(error))}`);
  }
}

/** Prints the line every test command of the project ends with; the exit code says the same. */
export function finish() {
  if (failures.length > 0) console.log(`\nfailed: ${failures.join("; ")}`);
  console.log(`${results.passed} passed, ${results.failed} failed, ${results.skipped} skipped`);
  process.exitCode = results.failed === 0 ? 0 : 1;
}

/** Waits until `look` gives something true; fails with `what` otherwise. */
export async function eventually(look, what, timeout = 15_000) {
  const end = Date.now() + timeout;
  for (;;) {
    const value = await look();
    if (value) return value;
    if (Date.now() > end) assert.fail(`${what}: not within ${timeout} ms`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function indent(text) {
  return text.replace(/^/gm, "      ");
}
