import assert from "node:assert/strict";
import { target } from "../browser.mjs";
import { makeEpub } from "../epub.mjs";
import { eventually, step } from "../harness.mjs";

export async function keeping(world) {
  const { page, context } = world;
  const needs = ["upload an EPUB and watch it become readable"];
  const open = (tab) => tab.goto(`${target.url}/books/${world.book}`);
  const edit = (tab) => tab.getByRole("button", { name: "Edit details" }).click();

  await step(
    "an edit that came second is told kindly and loses nothing",
    async () => {
      const other = await context.newPage();
      await open(page);
      await edit(page);
      await page.getByRole("textbox", { name: "Tags" }).fill("mine; shared");
      await open(other);
      await edit(other);
      await other.getByRole("textbox", { name: "Tags" }).fill("theirs");
      await other.getByRole("button", { name: "Save" }).click();
      await other.getByRole("dialog").waitFor({ state: "detached" });
      await other.close();
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText("Somebody else changed this book meanwhile").waitFor();
      await page.getByText("Theirs: theirs").waitFor();
      assert.equal(await page.getByRole("textbox", { name: "Tags" }).inputValue(), "mine; shared");
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByRole("dialog").waitFor({ state: "detached" });
      await page.getByRole("link", { name: "shared" }).waitFor();
    },
    { needs },
  );

  await step(
    "replacing the file keeps the book",
    async () => {
      await open(page);
      await page.getByRole("button", { name: "Replace file" }).click();
      const buffer = makeEpub({ title: world.title, salt: `${world.title} again` });
      await page
        .getByRole("dialog")
        .locator("input[type=file]")
        .setInputFiles([{ name: "again.epub", mimeType: "application/epub+zip", buffer }]);
      await page.getByRole("dialog").waitFor({ state: "detached", timeout: 30_000 });
      await page.getByRole("link", { name: "Read", exact: true }).waitFor({ timeout: 30_000 });
    },
    { needs },
  );

  await step("a server that cannot be reached is told, and found again", async () => {
    await page.goto(target.url);
    await page.locator("main").waitFor();
    await context.setOffline(true);
    await page.keyboard.press("/");
    await page.keyboard.type("anything");
    try {
      await page.getByText("We keep trying").waitFor();
    } finally {
      await context.setOffline(false);
    }
    await page.getByText("We keep trying").waitFor({ state: "detached", timeout: 20_000 });
  });
  world.clean = async () => {
    await step(
      "deleting asks first, then the book is gone",
      async () => {
        await open(page);
        await page.getByRole("button", { name: "Delete", exact: true }).click();
        await page.getByRole("button", { name: "Keep it" }).click();
        await page.getByRole("button", { name: "Delete", exact: true }).click();
        await page.getByRole("button", { name: "Delete the book" }).click();
        await page.waitForURL(`${target.url}/`);
        await eventually(
          async () => (await page.locator(".card", { hasText: world.title }).count()) === 0,
          "the book gone",
        );
        await open(page);
        await page.getByText("not on our shelves").waitFor();
      },
      { needs },
    );
  };
}
