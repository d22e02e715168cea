// Synthetic spreads: which pages stand side by side, and on which side.
import assert from "node:assert/strict";
import { side, spread } from "./layout.mjs";
import { landscape, portrait } from "./reader.mjs";

/** What each press of Next shows, from the first page on. */
async function steps(reader, size) {
  await reader.open(0, size);
  const seen = [await spread(reader)];
  for (let n = 0; n < 5 && (await reader.button(1).getAttribute("aria-disabled")) !== "true"; n += 1) {
    await reader.next();
    seen.push(await spread(reader));
  }
  return seen;
}

const firstOnTheRight = {
  looks: "in a wide window page 1 stands in the right half, and nothing beside it",
  async judge(reader) {
    await reader.open(0);
    assert.deepEqual(await spread(reader), [0]);
    assert.equal(await side(reader, 0), "right");
  },
};

const never = {
  looks: "in a wide and in a high window each page is shown alone",
  async judge(reader) {
    for (const size of [landscape, portrait]) assert.deepEqual(await steps(reader, size), [[0], [1], [2], [3]]);
  },
};

export const tests = {
  "fxl-page-spread-break": {
    looks: "in a wide window: page 1 left with page 2 right of it, touching; Next once: page 3 left with page 4 right",
    async judge(reader) {
      assert.deepEqual(await steps(reader, landscape), [[0, 1], [2, 3]]);
      assert.equal(await side(reader, 2), "left");
    },
  },
  "fxl-page-spread-center": {
    looks: "in a wide window page 1 stands alone, its middle in the middle of the window",
    async judge(reader) {
      await reader.open(0);
      assert.deepEqual(await spread(reader), [0]);
      assert.equal(await side(reader, 0), "center");
    },
  },
  "lay-fxl-page-spread-combined": {
    looks: "in a wide window page 2 stands left and page 3 right of it, touching",
    async judge(reader) {
      await reader.open(1);
      assert.deepEqual(await spread(reader), [1, 2]);
      assert.deepEqual([await side(reader, 1), await side(reader, 2)], ["left", "right"]);
      const walked = await steps(reader, landscape);
      assert.deepEqual(walked.flat(), [0, 1, 2, 3], JSON.stringify(walked));
    },
  },
  "lay-fxl-page-spread-right": firstOnTheRight,
  "lay-pp-page-spread-right": firstOnTheRight,
  "lay-pp-page-spread-left": {
    looks: "in a wide window page 2 stands in the left half",
    async judge(reader) {
      await reader.open(1);
      assert.equal(await side(reader, 1), "left");
    },
  },
  "lay-fxl-spread-both": {
    looks: "in a wide and in a high window the pages are shown two by two, side by side, touching",
    async judge(reader) {
      for (const size of [landscape, portrait]) {
        const walked = await steps(reader, size);
        assert.deepEqual(walked.flat(), [0, 1, 2, 3], JSON.stringify(walked));
        assert.ok(walked.some((step) => step.length === 2), JSON.stringify(walked));
        for (const n of [0, 1, 2, 3]) {
          await reader.open(n, size);
          assert.match(await side(reader, n), /^(left|right)$/, `page ${n} is not half of a spread`);
        }
      }
    },
  },
  "lay-fxl-spread-default": {
    looks: "in a wide window pages are shown in spreads, in a high window one by one; all four in order",
    async judge(reader) {
      const wide = await steps(reader, landscape);
      assert.ok(wide.some((step) => step.length === 2), JSON.stringify(wide));
      assert.deepEqual(wide.flat(), [0, 1, 2, 3]);
      assert.deepEqual(await steps(reader, portrait), [[0], [1], [2], [3]]);
    },
  },
  "lay-fxl-spread-landscape": {
    looks: "in a wide window page 2 stands beside page 1 and page 4 beside page 3; in a high window each is alone",
    async judge(reader) {
      assert.deepEqual(await steps(reader, landscape), [[0, 1], [2, 3]]);
      assert.deepEqual(await steps(reader, portrait), [[0], [1], [2], [3]]);
    },
  },
  "lay-fxl-spread-none": never,
  "lay-pp-spread-none": never,
};
