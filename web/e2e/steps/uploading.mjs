import assert from "node:assert/strict";
import { target } from "../browser.mjs";
import { makeEpub } from "../epub.mjs";
import { eventually, step } from "../harness.mjs";

const epub = "application/epub+zip";

/** Puts a book on the shelf by the upload page; its id, once it can be read. */
export async function shelve(page, name, buffer) {
  await page.goto(`${target.url}/upload`);
  await page.locator("input[type=file]").setInputFiles([{ name: `${name}.epub`, mimeType: epub, buffer }]);
  const row = page.locator(".upload").first();
  await row.getByText("Ready to read").waitFor({ timeout: 60_000 });
  const read = await row.getByRole("link", { name: "Read" }).getAttribute("href");
  return read.match(/\/books\/([^/]+)\/read/)[1];
}

export async function uploading(world) {
  const { page, title } = world;

  await step(
    "upload an EPUB and watch it become readable",
    async () => {
      world.book = await shelve(page, title, makeEpub({ title, salt: title }));
    },
    { needs: ["sign in"] },
  );

  await step(
    "a file that is no book is refused in plain words",
    async () => {
      await page.locator("input[type=file]").setInputFiles([
        {
          name: "bad.epub",
          mimeType: epub,
          buffer: Buffer.from("this is not a zip archive, whatever its name says"),
        },
        { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("hello") },
      ]);
      const rows = page.locator(".upload");
      await rows.filter({ hasText: "notes.txt" }).getByText("not a book file").waitFor();
      const reason = rows.filter({ hasText: "bad.epub" }).locator(".upload-reason");
      await reason.waitFor({ timeout: 30_000 });
      assert.doesNotMatch((await reason.textContent()) ?? "", /_|\bundefined\b|\{/, "no codes, no JSON");
    },
    { needs: ["sign in"] },
  );

  await step(
    "the job list shows the render, done",
    async () => {
      await page.getByRole("link", { name: "Jobs" }).click();
      await page.locator(".jobs tbody tr").first().waitFor();
      await page.getByRole("button", { name: /^render$/ }).click();
      await page.waitForURL(/queue=render/);
      const row = page.locator(".jobs tbody tr", { has: page.getByText("Done", { exact: true }) }).first();
      await row.waitFor({ timeout: 30_000 });
      await row.getByRole("button").click();
      const detail = page.getByRole("dialog");
      await detail.getByText("Timeline").waitFor();
      await detail.getByText(/^Done/).first().waitFor();
      await page.keyboard.press("Escape");
      await detail.waitFor({ state: "detached" });
    },
    { needs: ["upload an EPUB and watch it become readable"] },
  );

  await step(
    "a queue is paused and resumed",
    async () => {
      await page.goto(`${target.url}/jobs`);
      await page.getByRole("button", { name: "Pause invalidate" }).click();
      await page.getByRole("button", { name: "Resume invalidate" }).click();
      await page.getByRole("button", { name: "Pause invalidate" }).waitFor();
    },
    { needs: ["sign in"] },
  );

  await step(
    "the catalogue shows the book and search finds it",
    async () => {
      await page.goto(target.url);
      await page.locator(".card", { hasText: title }).first().waitFor();
      await page.keyboard.press("/");
      await page.keyboard.type(title, { delay: 15 });
      // The index follows the upload by a job of its own.
      await eventually(async () => {
        const options = page.getByRole("option").filter({ hasText: title });
        if ((await options.count()) > 0) return true;
        await page.keyboard.press("Space");
        await page.waitForTimeout(600);
        await page.keyboard.press("Backspace");
        await page.waitForTimeout(600);
        return false;
      }, "suggestion");
      await page.keyboard.press("Enter");
      await page.waitForURL(/q=/);
      await page.locator(".card", { hasText: title }).first().waitFor();
    },
    { needs: ["upload an EPUB and watch it become readable"] },
  );
}
