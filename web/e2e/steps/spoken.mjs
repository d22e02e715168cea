import assert from "node:assert/strict";
import { spokenBook } from "../books.mjs";
import { target } from "../browser.mjs";
import { eventually, step } from "../harness.mjs";
import { heading, inSlice } from "../watch.mjs";
import { shelve } from "./uploading.mjs";

export async function spoken(world) {
  const { page } = world;
  const opens = "a recording is heard, its phrases are marked and brought into sight";
  const state = () => page.evaluate(() => document.querySelector(".reader").dataset.overlay);
  const marked = () =>
    inSlice(page, (slice) => {
      const element = slice.querySelector("[data-reading]");
      if (!element) return undefined;
      const { top, bottom } = element.getBoundingClientRect();
      const ground = slice.defaultView.getComputedStyle(element).backgroundColor;
      return {
        id: element.id,
        seen: top >= 0 && bottom <= slice.defaultView.innerHeight,
        plain: ground === "rgba(0, 0, 0, 0)",
      };
    });
  const reads = (id) => eventually(async () => (await marked())?.id === id, `the phrase ${id}`, 10_000);

  await step(
    opens,
    async () => {
      world.spoken = await shelve(page, `${world.title} spoken`, spokenBook(`${world.title} spoken`));
      await page.goto(`${target.url}/books/${world.spoken}/read`);
      await eventually(async () => (await heading(page)) === "First", "the first chapter");
      await page.getByRole("button", { name: "Read aloud" }).click();
      await reads("h");
      assert.equal(await state(), "playing");
      assert.equal(
        (await marked()).plain,
        false,
        "the mark can be seen, though the book has no style for it",
      );
      await reads("p1");
      await reads("p39");
      assert.equal((await marked()).seen, true, "the text has followed");
    },
    { needs: ["upload an EPUB and watch it become readable"] },
  );

  await step(
    "the reading goes on into the next chapter, pauses, steps, and leaves no mark",
    async () => {
      await eventually(async () => (await heading(page)) === "Second", "the next chapter");
      await reads("h");
      await page.getByRole("button", { name: "Pause reading" }).click();
      await eventually(async () => (await state()) === "paused", "a pause");
      assert.equal(await page.evaluate(() => document.querySelector("audio.overlay").paused), true);
      await page.getByRole("button", { name: "Stop reading aloud" }).click();
      await eventually(async () => (await state()) === undefined, "the end");
      assert.equal(await marked(), undefined);
    },
    { needs: [opens] },
  );

  await step(
    "a click on a phrase reads from there, and a jump takes the reading along",
    async () => {
      await page.goto(`${target.url}/books/${world.spoken}/read?slice=0`);
      await eventually(async () => (await heading(page)) === "First", "the first chapter");
      await page.getByRole("button", { name: "Read aloud" }).click();
      await reads("h");
      await inSlice(page, (slice) => slice.getElementById("p1").click());
      await reads("p1");
      await page.getByRole("button", { name: "Contents" }).click();
      await page.getByRole("dialog").getByRole("link", { name: "second" }).click();
      await eventually(async () => (await heading(page)) === "Second", "the second chapter");
      await reads("h");
      assert.equal(await state(), "playing");
      await page.getByRole("button", { name: "Stop reading aloud" }).click();
    },
    { needs: [opens] },
  );

  await step(
    "contents lead to printed page numbers and landmarks",
    async () => {
      await page.goto(`${target.url}/books/${world.spoken}/read?slice=0`);
      await eventually(async () => (await heading(page)) === "First", "the first chapter");
      await page.getByRole("button", { name: "Contents" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByText(/^Position 1 of \d+$/).waitFor();
      await dialog.getByRole("button", { name: "Pages" }).click();
      await dialog.getByLabel("Go to page").fill("9");
      await page.keyboard.press("Enter");
      await dialog.getByRole("alert").waitFor();
      await dialog.getByLabel("Go to page").fill("VIII");
      await page.keyboard.press("Enter");
      await eventually(async () => (await heading(page)) === "Second", "the page’s chapter");
      await eventually(
        () => inSlice(page, ({ scrollingElement: root }) => root.scrollTop > 500),
        "the page itself",
      );
      await page.locator(".reader-foot").getByText("page viii").waitFor();
      await page.getByRole("button", { name: "Contents" }).click();
      await dialog.getByRole("button", { name: "Landmarks" }).click();
      await dialog.getByRole("link", { name: "Start of the text" }).click();
      await eventually(async () => (await heading(page)) === "First", "the landmark");
    },
    { needs: [opens] },
  );

  await step(
    "a book without a recording is read by the browser's voice, on into the next chapter",
    async () => {
      const tab = await world.context.newPage();
      // A voice that says everything at once and keeps what it has said.
      await tab.addInitScript(() => {
        window.said = [];
        const speech = {
          getVoices: () => [{ name: "Test", lang: "en" }],
          cancel() {},
          speak(utterance) {
            window.said.push(utterance.text);
            setTimeout(() => utterance.onend?.(), 5);
          },
        };
        Object.defineProperty(window, "speechSynthesis", { value: speech });
      });
      await tab.goto(`${target.url}/books/${world.book}/read?slice=0`);
      await eventually(async () => (await heading(tab)) === "The First Sheet", "the first chapter");
      await tab.getByRole("button", { name: "Read aloud" }).click();
      await eventually(async () => (await heading(tab)) === "The Second Sheet", "the second chapter");
      await eventually(() => tab.evaluate(() => window.said.includes("The Second Sheet")), "its heading");
      const said = await tab.evaluate(() => window.said);
      assert.equal(said[0], "The First Sheet");
      assert.ok(said[4].startsWith("First, paragraph 2."), said[4]);
      await tab.close();
    },
    { needs: ["upload an EPUB and watch it become readable"] },
  );
}
