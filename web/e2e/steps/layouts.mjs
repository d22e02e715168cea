import assert from "node:assert/strict";
import { continuousBook, fixedBook, verticalBook } from "../books.mjs";
import { target } from "../browser.mjs";
import { eventually, step } from "../harness.mjs";
import { heading, inSlice } from "../watch.mjs";
import { shelve } from "./uploading.mjs";

const needs = ["upload an EPUB and watch it become readable"];

/** The frames that are seen: slice, side, place on the screen, and the window the page itself finds. */
const frames = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll("iframe.slice:not(.ahead)")].map((frame) => {
      const { left, right, top, bottom } = frame.getBoundingClientRect();
      const own = frame.contentWindow;
      return {
        slice: Number(frame.dataset.slice),
        side: frame.dataset.side,
        left,
        right,
        top,
        bottom,
        own: [own.innerWidth, own.innerHeight],
      };
    }),
  );
const reader = (page, name) => page.evaluate((key) => document.querySelector(".reader").dataset[key], name);
const shown = (page, slices) =>
  eventually(
    async () => (await frames(page)).map(({ slice }) => slice).join() === slices.join(),
    `slices ${slices}`,
  );

export async function layouts(world) {
  await fixedPages(world);
  await verticalPages(world);
  await onePage(world);
}

async function onePage({ page, title }) {
  await step(
    "a continuous book is scrolled from chapter to chapter by the wheel alone, and past a plate",
    async () => {
      const book = await shelve(page, `${title} strip`, continuousBook(`${title} strip`));
      await page.goto(`${target.url}/books/${book}/read`);
      await eventually(async () => {
        const [first, second] = await frames(page);
        // The page may be on its way from the loading form to the book.
        const room = await page.locator("main").boundingBox();
        return room && second && Math.abs(first.bottom - second.top) < 1 && second.top < room.height;
      }, "the end of one chapter and the beginning of the next in the window");
      await page.mouse.move(600, 400);
      await page.mouse.wheel(0, 600);
      await page.waitForURL(/slice=1/);
      for (const [slice, flow] of [
        [2, "fixed"],
        [3, "continuous"],
      ]) {
        await eventually(async () => {
          await page.mouse.wheel(0, 600);
          await page.waitForTimeout(400);
          return new URL(page.url()).searchParams.get("slice") === String(slice);
        }, `slice ${slice}`);
        assert.equal(await reader(page, "flow"), flow);
      }
    },
    { needs },
  );
}

async function fixedPages(world) {
  const { page } = world;
  let book;
  const next = () => page.getByRole("button", { name: /^Next/ }).click();

  await step(
    "two fixed pages lie side by side in a wide window, whole and touching",
    async () => {
      book = await shelve(page, `${world.title} plates`, fixedBook(`${world.title} plates`));
      world.plates = book;
      await page.goto(`${target.url}/books/${book}/read`);
      await shown(page, [0, 1]);
      const [left, right] = await frames(page);
      assert.deepEqual([left.side, right.side], ["left", "right"]);
      assert.ok(Math.abs(left.right - right.left) < 1, `a gap of ${right.left - left.right}`);
      assert.deepEqual(left.own, [600, 800], "the page finds the window it was made for");
      const room = await page.locator("main").boundingBox();
      assert.ok(left.left >= room.x && right.right <= room.x + room.width + 1);
      assert.ok(left.top >= room.y - 1 && left.bottom <= room.y + room.height + 1);
      assert.equal(await reader(page, "flow"), "fixed");
    },
    { needs },
  );

  await step(
    "a drawing is a page of its own shape, then text flows again",
    async () => {
      await next();
      await shown(page, [2]);
      const [drawing] = await frames(page);
      assert.deepEqual(drawing.own, [400, 300]);
      await next();
      await shown(page, [3]);
      assert.equal(await reader(page, "flow"), "scrolled");
      assert.equal(await heading(page), "Text");
    },
    { needs: ["two fixed pages lie side by side in a wide window, whole and touching"] },
  );

  await step(
    "damage is told where it is, and nowhere else",
    async () => {
      const told = () => page.locator(".reader-notices").allTextContents();
      await next();
      await shown(page, [4]);
      assert.match((await told()).join(), /was damaged and has been mended/);
      await next();
      await shown(page, [5]);
      assert.match((await told()).join(), /is missing from the book/);
      await page.getByRole("button", { name: /^Previous/ }).click();
      await page.getByRole("button", { name: /^Previous/ }).click();
      await shown(page, [3]);
      assert.deepEqual(await told(), []);
    },
    { needs: ["a drawing is a page of its own shape, then text flows again"] },
  );

  await step(
    "in a high window each page stands alone",
    async () => {
      await page.setViewportSize({ width: 600, height: 900 });
      await page.goto(`${target.url}/books/${book}/read?slice=0`);
      await shown(page, [0]);
      await next();
      await shown(page, [1]);
      await page.setViewportSize({ width: 1200, height: 800 });
      await shown(page, [0, 1]);
    },
    { needs: ["two fixed pages lie side by side in a wide window, whole and touching"] },
  );
}

async function verticalPages(world) {
  const { page } = world;
  const name = "vertical text is cut into pages, and the left arrow goes on";
  let book;
  const at = () => inSlice(page, ({ scrollingElement: root }) => [root.scrollLeft, root.scrollTop]);
  const layout = async (choice) => {
    await page.getByRole("button", { name: "Text settings" }).click();
    await page.getByLabel("Layout").selectOption(choice);
    await page.keyboard.press("Escape");
  };
  /** The first characters on the screen: in vertical-rl, at the upper right. */
  const first = () =>
    inSlice(page, (slice) => {
      const { innerWidth: width } = slice.defaultView;
      for (let x = width - 30; x > 0; x -= 10) {
        const caret = slice.caretPositionFromPoint(x, 60);
        if (caret?.offsetNode?.nodeType === 3 && caret.offsetNode.parentElement.matches("p"))
          return [...slice.querySelectorAll("p")].indexOf(caret.offsetNode.parentElement);
      }
      return -1;
    });

  const sees = (paragraph) =>
    inSlice(
      page,
      (slice, n) => {
        const { innerHeight: height } = slice.defaultView;
        return [...slice.querySelectorAll("p")[n].getClientRects()].some(
          ({ top, bottom }) => top < height && bottom > 0,
        );
      },
      paragraph,
    );

  await step(
    name,
    async () => {
      book = await shelve(page, `${world.title} vertical`, verticalBook(`${world.title} vertical`));
      await page.goto(`${target.url}/books/${book}/read`);
      await eventually(async () => (await heading(page)) === "第一", "the first chapter");
      assert.equal(await reader(page, "flow"), "paginated");
      const window = await inSlice(page, (slice) => slice.defaultView.innerHeight);
      await page.keyboard.press("ArrowLeft");
      await eventually(async () => (await at())[1] === window, "one page on");
      await page.keyboard.press("ArrowLeft");
      await eventually(async () => (await at())[1] === 2 * window, "two pages on");
      await page.keyboard.press("ArrowRight");
      await eventually(async () => (await at())[1] === window, "one page back");
      const buttons = await page.evaluate(() =>
        ["Next page", "Previous page"].map(
          (label) => document.querySelector(`[aria-label="${label}"]`).getBoundingClientRect().left,
        ),
      );
      assert.ok(buttons[0] < buttons[1], "the button that goes on stands on the left");
    },
    { needs },
  );

  await step(
    "the place survives another flow, another size of text and a reload",
    async () => {
      const before = await first();
      assert.ok(before > 2, `paragraph ${before}`);
      await layout("scrolled");
      await eventually(async () => (await at())[0] < -300, "scrolled text at the same place");
      assert.ok(Math.abs((await first()) - before) <= 1, `scrolled to ${await first()}, not ${before}`);
      const saved = page.waitForResponse(
        (response) => response.url().endsWith("/progress") && response.request().method() === "PUT",
      );
      await layout("paginated");
      await saved;
      await page.getByRole("button", { name: "Text settings" }).click();
      await page.getByLabel("Size").press("ArrowRight");
      await page.getByLabel("Size").press("ArrowRight");
      await page.keyboard.press("Escape");
      await page.goto(`${target.url}/books/${book}/read`);
      await eventually(async () => (await at())?.[1] > 0, "a place other than the start");
      await eventually(
        () => sees(before),
        `paragraph ${before} on the page, which begins at ${await first()}`,
      );
      await page.getByRole("button", { name: "Text settings" }).click();
      await page.getByRole("button", { name: "Reset" }).click();
      await page.keyboard.press("Escape");
    },
    { needs: [name] },
  );

  await step(
    "what lies beside the reading order is passed over, opened by a link, and left again",
    async () => {
      await page.goto(`${target.url}/books/${book}/read?slice=0`);
      await eventually(async () => (await heading(page)) === "第一", "the first chapter");
      await page.keyboard.press("End");
      await page.keyboard.press("ArrowLeft");
      await eventually(async () => (await heading(page)) === "第二", "the chapter behind the note");
      await inSlice(page, (slice) => slice.getElementById("out").click());
      await eventually(async () => (await heading(page)) === "注", "the note");
      await page.getByRole("button", { name: "Back to where you were" }).click();
      await eventually(async () => (await heading(page)) === "第二", "the chapter again");
    },
    { needs: [name] },
  );
}
