import assert from "node:assert/strict";
import { target } from "../browser.mjs";
import { foreign } from "../epub.mjs";
import { eventually, step } from "../harness.mjs";
import { heading, inSlice } from "../watch.mjs";

const needs = ["upload an EPUB and watch it become readable"];

export async function reading(world) {
  const { page, context, watch } = world;
  const read = (rest = "") => page.goto(`${target.url}/books/${world.book}/read${rest}`);
  const shows = (title) => eventually(async () => (await heading(page)) === title, `the chapter “${title}”`);

  await step(
    "read the second chapter from the book's page",
    async () => {
      await page.goto(`${target.url}/books/${world.book}`);
      await page.getByRole("link", { name: "Read", exact: true }).click();
      await shows("The First Sheet");
      await page.getByRole("button", { name: "Contents" }).click();
      await page.getByRole("dialog").getByRole("link", { name: "The Second Sheet" }).click();
      await shows("The Second Sheet");
      await page.waitForURL(/slice=1/);
    },
    { needs },
  );

  await step(
    "the place is remembered after a reload",
    async () => {
      await read("?slice=1");
      await shows("The Second Sheet");
      await page.waitForTimeout(500);
      const saved = page.waitForResponse(
        (r) => r.url().endsWith("/progress") && r.request().method() === "PUT",
      );
      await inSlice(page, (slice) => {
        const root = slice.scrollingElement;
        root.scrollTop = (root.scrollHeight - root.clientHeight) * 0.6;
      });
      await saved;
      await read();
      await shows("The Second Sheet");
      const part = await eventually(
        () =>
          inSlice(page, (slice) => {
            const root = slice.scrollingElement;
            return root.scrollTop / (root.scrollHeight - root.clientHeight);
          }),
        "a place other than the start",
      );
      assert.ok(Math.abs(part - 0.6) < 0.03, `landed at ${part}`);
      await page.goto(target.url);
      await page
        .getByRole("region", { name: "Continue reading" })
        .getByRole("link")
        .filter({ hasText: world.title })
        .waitFor();
    },
    { needs },
  );

  await step(
    "a note opens over the text, and gives the focus back",
    async () => {
      await read("?slice=0");
      await shows("The First Sheet");
      await inSlice(page, (slice) => slice.getElementById("ref").focus());
      await page.keyboard.press("Enter");
      const note = page.getByRole("dialog", { name: "Note 1" });
      await note.waitFor();
      const text = () =>
        page.evaluate(() => document.querySelector("iframe.note")?.contentDocument?.body?.innerText.trim());
      await eventually(async () => (await text()) === "Or with a note.", "the note's text and nothing else");
      await eventually(
        () => page.evaluate(() => document.activeElement?.className === "note"),
        "the focus in the note",
      );
      await page.keyboard.press("Escape");
      await note.waitFor({ state: "detached" });
      assert.equal(await inSlice(page, (slice) => slice.activeElement?.id), "ref");
      assert.equal(await heading(page), "The First Sheet", "the text stays where it was");
    },
    { needs },
  );

  await step(
    "links in the text turn to the chapter they name, and one can return",
    async () => {
      await read("?slice=0");
      await shows("The First Sheet");
      await inSlice(page, (slice) => slice.getElementById("ref")?.click());
      await page.getByRole("button", { name: "Go to the note" }).click();
      await shows("The Third Sheet");
      await page.waitForURL(/slice=2/);
      await page.getByRole("button", { name: "Back to where you were" }).click();
      await shows("The First Sheet");
      await page.goBack();
      await shows("The Third Sheet");
    },
    { needs },
  );

  await step(
    "a link out of the book asks first, then opens a tab that cannot reach back",
    async () => {
      await read("?slice=0");
      await shows("The First Sheet");
      watch.clear();
      const press = () => inSlice(page, (slice) => slice.querySelector("a[href^='http']").click());
      await press();
      const dialog = page.getByRole("dialog");
      await dialog.getByText(`${foreign}/elsewhere`).waitFor();
      assert.deepEqual(watch.foreign, [], "nothing is asked for before the person agrees");
      await dialog.getByRole("button", { name: "Stay here" }).click();
      await dialog.waitFor({ state: "detached" });
      await press();
      const opened = context.waitForEvent("page");
      await dialog.getByRole("link", { name: "Open in a new tab" }).click();
      const tab = await opened;
      assert.equal(await tab.evaluate(() => window.opener), null);
      await tab.close();
      assert.deepEqual(watch.foreign, [`${foreign}/elsewhere`]);
      assert.equal(await heading(page), "The First Sheet", "the reader stays where it was");
    },
    { needs },
  );

  await step(
    "text settings apply at once and stay",
    async () => {
      const ground = () =>
        inSlice(page, (slice) => slice.defaultView.getComputedStyle(slice.documentElement).backgroundColor);
      await page.getByRole("button", { name: "Text settings" }).click();
      await page.getByLabel("Dark").check();
      await eventually(async () => (await ground()) === "rgb(27, 24, 21)", "dark paper");
      await page.getByLabel("Size").press("ArrowRight");
      await page.keyboard.press("Escape");
      await page.reload();
      await shows("The First Sheet");
      await eventually(async () => (await ground()) === "rgb(27, 24, 21)", "dark paper after a reload");
      await page.getByRole("button", { name: "Text settings" }).click();
      await page.getByRole("button", { name: "Reset" }).click();
      await page.keyboard.press("Escape");
    },
    { needs },
  );

  await step(
    "the reader comes back after its cookies are gone",
    async () => {
      await read("?slice=0");
      await shows("The First Sheet");
      // The chapter after the one loaded ahead is asked for without cookies, refused, and asked for again.
      await context.clearCookies({ name: /^CloudFront/ });
      await page.getByRole("button", { name: "Next chapter" }).click();
      await shows("The Second Sheet");
      await context.clearCookies({ name: /^CloudFront/ });
      await page.getByRole("button", { name: "Next chapter" }).click();
      await shows("The Third Sheet");
    },
    { needs },
  );

  await step(
    "a connection that breaks once costs a moment, not the chapter",
    async () => {
      let broken = 0;
      const slice = /\/slices\/0\.html$/;
      await page.route(slice, (route) => {
        broken += 1;
        return broken === 1 ? route.abort("connectionreset") : route.continue();
      });
      await read("?slice=0");
      await shows("The First Sheet");
      await page.unroute(slice);
      assert.equal(broken, 2);
    },
    { needs },
  );
}
