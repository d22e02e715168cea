import assert from "node:assert/strict";
import { target } from "../browser.mjs";
import { eventually, step } from "../harness.mjs";
import { heading, inSlice } from "../watch.mjs";

const needs = ["upload an EPUB and watch it become readable"];

export async function traps(world) {
  const { page, context, watch } = world;

  await step(
    "in the frame the image and the font load, the planted script and remote image do nothing",
    async () => {
      watch.clear();
      await page.goto(`${target.url}/books/${world.book}/read?slice=1`);
      await eventually(async () => (await heading(page)) === "The Second Sheet", "the second chapter");
      await eventually(
        () => inSlice(page, (slice) => slice.querySelector("img[alt='A small square']")?.naturalWidth === 2),
        "the book's image",
      );
      await eventually(
        () =>
          inSlice(page, (slice) =>
            [...slice.fonts].some((face) => /Planted/.test(face.family) && face.status === "loaded"),
          ),
        "the book's font",
      );
      const sandbox = await inSlice(page, (_slice, _given, frame) => frame.getAttribute("sandbox"));
      assert.equal(sandbox, "allow-same-origin");
      world.slice = await inSlice(page, (slice) => slice.URL);
      await page.waitForTimeout(500);
      assert.equal(await page.evaluate(() => window.planted), undefined);
      assert.equal(
        await inSlice(page, (slice) => slice.querySelectorAll("script, iframe, object, embed").length),
        0,
      );
      assert.deepEqual(watch.planted(), []);
      assert.deepEqual(watch.foreign, [], "no request left the origin");
    },
    { needs },
  );

  await step(
    "opened directly, a slice does not run or fetch anything either",
    async () => {
      watch.clear();
      const tab = await context.newPage();
      const got = new Map();
      tab.on("response", (response) => got.set(new URL(response.url()).pathname, response));
      const answer = await tab.goto(world.slice);
      await tab.waitForLoadState("networkidle");
      assert.equal(answer.status(), 200);
      const policy = answer.headers()["content-security-policy"] ?? "";
      for (const rule of [
        "sandbox allow-same-origin",
        "default-src 'none'",
        "script-src 'none'",
        "frame-ancestors 'self'",
      ]) {
        assert.ok(policy.includes(rule), `${rule} in “${policy}”`);
      }
      assert.ok(!policy.includes("allow-scripts"));
      assert.equal(answer.headers()["x-content-type-options"], "nosniff");
      const kinds = [...got.values()].map(
        (response) => `${response.request().resourceType()} ${response.status()}`,
      );
      assert.ok(kinds.includes("image 200"), `an image among ${kinds}`);
      assert.ok(kinds.includes("font 200"), `a font among ${kinds}`);
      assert.ok(!kinds.some((kind) => kind.startsWith("script")), `no script among ${kinds}`);
      assert.deepEqual(watch.planted(), []);
      assert.deepEqual(watch.foreign, []);
      await tab.close();
    },
    { needs: ["in the frame the image and the font load, the planted script and remote image do nothing"] },
  );

  await step(
    "without its cookies a slice is refused",
    async () => {
      const stranger = await world.browser.newContext();
      const answer = await stranger.request.get(world.slice);
      assert.equal(answer.status(), 403);
      await stranger.close();
    },
    { needs: ["in the frame the image and the font load, the planted script and remote image do nothing"] },
  );
}
