// Reflowable and fixed pages, and where they stand.
import assert from "node:assert/strict";
import { landscape, narrow } from "./reader.mjs";

/** The lines of slice `n`'s longest paragraph, and a letter's height in the pixels of the window. */
function measured(reader, n) {
  return reader.inside(
    n,
    (doc, at) => {
      const blocks = [...doc.querySelectorAll("p, h1, h2, li")].sort((a, b) => b.textContent.length - a.textContent.length);
      const lines = window.conf.lines(blocks[0]);
      const [first] = lines.flatMap(({ boxes }) => boxes);
      return { lines: lines.map(({ text }) => text.trim()), letter: window.conf.place(at, first).height };
    },
    n,
  );
}

/** Text keeps its size and is broken anew when the window changes: a reflowable document. */
export async function reflowable(reader, n, open = landscape) {
  await reader.open(n, open);
  const wide = await measured(reader, n);
  await reader.open(n, narrow);
  const slim = await measured(reader, n);
  assert.ok(Math.abs(wide.letter / slim.letter - 1) < 0.05, `letters of ${n}: ${wide.letter} and ${slim.letter} px`);
  assert.notDeepEqual(wide.lines, slim.lines, `lines of ${n} do not change with the window`);
}

/** Text keeps its lines, is scaled as a whole, and all of the page is in the window: a fixed page. */
export async function fixed(reader, n) {
  const seen = [];
  for (const size of [landscape, narrow]) {
    await reader.open(n, size);
    await whole(reader, n);
    seen.push(await measured(reader, n));
  }
  assert.deepEqual(seen[0].lines, seen[1].lines, `lines of page ${n} change with the window`);
  assert.ok(seen[0].letter > seen[1].letter * 1.15, `page ${n} is not scaled: letters of ${seen[0].letter} and ${seen[1].letter} px`);
}

/** The page stands wholly in the window, and neither wheel nor keys move it. */
export async function whole(reader, n) {
  const page = (await reader.shown()).find((each) => each.n === n);
  const { width, height } = reader.page.viewportSize();
  assert.ok(page && page.left > -1 && page.top > -1 && page.right < width + 1 && page.bottom < height + 1, `page ${n} stands at ${JSON.stringify(page)}`);
  await reader.page.mouse.move((page.left + page.right) / 2, (page.top + page.bottom) / 2);
  // Less than what turns a page.
  await reader.page.mouse.wheel(30, 30);
  await reader.page.waitForTimeout(150);
  const moved = await reader.inside(n, (doc) => doc.scrollingElement.scrollLeft + doc.scrollingElement.scrollTop);
  assert.equal(moved, 0, `page ${n} can be scrolled`);
}

/** What is shown now: numbers from left to right, checked to stand side by side without a gap. */
export async function spread(reader, level = true) {
  const pages = await reader.shown();
  if (pages.length === 2) {
    assert.ok(Math.abs(pages[0].right - pages[1].left) <= 2, `gap of ${pages[1].left - pages[0].right} px`);
    assert.ok(!level || Math.abs(pages[0].top - pages[1].top) <= 2, "the pages stand at different heights");
  }
  return pages.map(({ n }) => n);
}

/** On which side of the reading room's middle slice `n` stands. */
export async function side(reader, n) {
  const page = (await reader.shown()).find((each) => each.n === n);
  assert.ok(page, `page ${n} is not shown`);
  const middle = reader.page.viewportSize().width / 2;
  if (page.left >= middle - 3) return "right";
  if (page.right <= middle + 3) return "left";
  return Math.abs((page.left + page.right) / 2 - middle) < 3 ? "center" : `at ${page.left} to ${page.right}`;
}

/** Pages come in the order of the spine, none left out, none twice. */
export async function inOrder(reader, count, size = landscape) {
  await reader.open(0, size);
  const steps = await reader.walk();
  assert.deepEqual(steps.flat(), Array.from({ length: count }, (_, n) => n), `pages shown: ${JSON.stringify(steps)}`);
  return steps;
}
