import assert from "node:assert/strict";
import { target } from "../browser.mjs";
import { eventually, step } from "../harness.mjs";
import { heading } from "../watch.mjs";

export async function keyboard(world) {
  const { page, title } = world;
  const focused = () =>
    page.evaluate(() => document.activeElement?.textContent?.trim() || document.activeElement?.tagName);
  const tabTo = async (wanted) => {
    for (let n = 0; n < 40; n += 1) {
      await page.keyboard.press("Tab");
      if (wanted.test((await focused()) ?? "")) return;
    }
    assert.fail(`Tab does not come to ${wanted}`);
  };

  await step(
    "by keyboard alone: skip link, search, book, reader, contents, next chapter",
    async () => {
      await page.goto(target.url);
      await page.locator(".card").first().waitFor();
      await page.keyboard.press("Tab");
      assert.match(await focused(), /Skip to the content/);
      await page.keyboard.press("Enter");
      assert.equal(await page.evaluate(() => document.activeElement?.id), "main");
      await page.keyboard.press("/");
      await page.keyboard.type(title, { delay: 15 });
      await page.getByRole("option").first().waitFor();
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await page.waitForURL(/\/books\//);
      await eventually(async () => (await focused()) === title, "the focus on the new page's heading");
      await tabTo(/^Read$/);
      await page.keyboard.press("Enter");
      await eventually(() => heading(page), "a chapter");
      await page.goto(`${target.url}/books/${world.book}/read?slice=0`);
      await eventually(async () => (await heading(page)) === "The First Sheet", "the first chapter");
      await page.keyboard.press("ArrowRight");
      await eventually(async () => (await heading(page)) === "The Second Sheet", "the next chapter by arrow");
      assert.equal(
        await page.evaluate(() => document.activeElement?.tagName),
        "IFRAME",
        "the focus is in the text",
      );
      await eventually(
        () =>
          page.evaluate(() =>
            /The Second Sheet/.test(document.querySelector("[role=status][aria-live]")?.textContent ?? ""),
          ),
        "the turn announced",
      );
      await page.keyboard.press("End");
      await page.waitForTimeout(300);
      await page.keyboard.press("PageDown");
      await eventually(
        async () => (await heading(page)) === "The Third Sheet",
        "the next chapter by page key at the end",
      );
      await page.keyboard.press("PageUp");
      await eventually(async () => (await heading(page)) === "The Second Sheet", "the end of the one before");
      await page.getByRole("button", { name: "Contents" }).focus();
      await page.keyboard.press("Enter");
      await page.getByRole("dialog").waitFor();
      assert.match(await focused(), /The Second Sheet/, "the present chapter has the focus");
      await page.keyboard.press("Escape");
      assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("aria-label")), "Contents");
    },
    { needs: ["upload an EPUB and watch it become readable"] },
  );
}
