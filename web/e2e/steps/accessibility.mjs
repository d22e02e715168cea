import assert from "node:assert/strict";
import { AxeBuilder } from "@axe-core/playwright";
import { signIn, target } from "../browser.mjs";
import { eventually, step } from "../harness.mjs";
import { heading, inSlice, Watch } from "../watch.mjs";

/** Every page by name, with what makes it ready to be looked at. */
function pages(world) {
  const book = `/books/${world.book}`;
  return {
    "sign in": { path: "/sign-in", signedOut: true, ready: (page) => page.getByLabel("Password").waitFor() },
    register: { path: "/register", signedOut: true, ready: (page) => page.getByLabel("Password").waitFor() },
    catalogue: { path: "/", ready: (page) => page.locator(".card a").first().waitFor() },
    search: {
      path: "/?q=planted",
      ready: (page) => page.getByRole("heading", { name: /Results/ }).waitFor(),
    },
    book: { path: book, ready: (page) => page.getByRole("button", { name: "Edit details" }).waitFor() },
    "edit dialog": {
      path: book,
      ready: async (page) => {
        await page.getByRole("button", { name: "Edit details" }).click();
        await page.getByRole("dialog").waitFor();
      },
    },
    reader: { path: `${book}/read?slice=1`, ready: (page) => eventually(() => heading(page), "the chapter") },
    "reader's contents": {
      path: `${book}/read?slice=1`,
      ready: async (page) => {
        await eventually(() => heading(page), "the chapter");
        await page.getByRole("button", { name: "Contents" }).click();
      },
    },
    "reader's settings": {
      path: `${book}/read?slice=1`,
      ready: async (page) => {
        await eventually(() => heading(page), "the chapter");
        await page.getByRole("button", { name: "Text settings" }).click();
      },
    },
    "reader, reading aloud": {
      path: `/books/${world.spoken}/read?slice=0`,
      ready: async (page) => {
        await eventually(() => heading(page), "the chapter");
        await page.getByRole("button", { name: "Read aloud" }).click();
        await page.getByRole("button", { name: "Next phrase" }).waitFor();
      },
    },
    "reader's page numbers": {
      path: `/books/${world.spoken}/read?slice=0`,
      ready: async (page) => {
        await eventually(() => heading(page), "the chapter");
        await page.getByRole("button", { name: "Contents" }).click();
        await page.getByRole("dialog").getByRole("button", { name: "Pages" }).click();
      },
    },
    "reader's note": {
      path: `${book}/read?slice=0`,
      ready: async (page) => {
        await eventually(() => heading(page), "the chapter");
        await inSlice(page, (slice) => slice.getElementById("ref").click());
        await page.getByRole("dialog").waitFor();
      },
    },
    "leaving the reader": {
      path: `${book}/read?slice=0`,
      ready: async (page) => {
        await eventually(() => heading(page), "the chapter");
        await inSlice(page, (slice) => slice.querySelector("a[href^='http']").click());
        await page.getByRole("dialog").waitFor();
      },
    },
    "reader's plates": {
      path: `/books/${world.plates}/read`,
      ready: (page) => eventually(() => heading(page), "the plate"),
    },
    upload: { path: "/upload", ready: (page) => page.getByText("Choose files").waitFor() },
    jobs: { path: "/jobs", ready: (page) => page.locator(".jobs").waitFor() },
    "not found": {
      path: "/nowhere",
      ready: (page) => page.getByRole("link", { name: "To the catalogue" }).waitFor(),
    },
  };
}

export async function accessibility(world) {
  const needs = ["upload an EPUB and watch it become readable"];
  for (const theme of ["light", "dark"]) {
    const { context, page, stranger } = await visitors(world, {
      colorScheme: theme,
      viewport: { width: 1200, height: 800 },
    });
    for (const [name, { path, ready, signedOut }] of Object.entries(pages(world))) {
      await step(
        `${name}, ${theme}: no serious finding of axe`,
        async () => {
          const tab = signedOut ? stranger : page;
          await tab.goto(target.url + path);
          await ready(tab);
          await tab.waitForTimeout(300);
          await axe(tab);
        },
        { needs },
      );
    }
    await context.close();
  }
  for (const [what, viewport] of [
    ["on a phone (360 × 740)", { width: 360, height: 740 }],
    ["at 400 % zoom (320 × 256)", { width: 320, height: 256 }],
  ]) {
    const { context, page, stranger, watch } = await visitors(world, { viewport, hasTouch: true });
    for (const [name, { path, ready, signedOut }] of Object.entries(pages(world))) {
      await step(
        `${name} ${what}: nothing to scroll sideways`,
        async () => {
          const tab = signedOut ? stranger : page;
          await tab.goto(target.url + path);
          await ready(tab);
          const wide = await tab.evaluate(overflow);
          assert.deepEqual(wide, []);
        },
        { needs },
      );
    }
    await step(`${what}: the pages keep their own Content-Security-Policy`, async () =>
      assert.deepEqual(watch.refused(), []),
    );
    await context.close();
  }
  await world.clean();
}

/** A signed-in page and one that is nobody's, in one setting. */
async function visitors(world, options) {
  const context = await world.browser.newContext(options);
  const watch = new Watch(context);
  const page = await context.newPage();
  await signIn(page);
  const stranger = await (await world.browser.newContext(options)).newPage();
  return { context, page, stranger, watch };
}

async function axe(page) {
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
    // The book's own text is its author's; and the frame runs no scripts, so axe cannot either.
    .exclude("iframe.slice")
    .exclude("iframe.note")
    .analyze();
  const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  const told = grave.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target} ${node.failureSummary}`),
  );
  assert.deepEqual(told, []);
}

/** Runs in the page: whether it, or the slice in it, is wider than the window, and by what. */
function overflow() {
  const found = [];
  const slice = document.querySelector("iframe.slice:not(.ahead)")?.contentDocument;
  // A fixed page is scaled as a whole, and what lies outside of it is cut off.
  const fixed = document.querySelector(".reader")?.dataset.flow === "fixed";
  for (const root of [document.documentElement, fixed ? undefined : slice?.documentElement]) {
    if (root && root.scrollWidth > root.clientWidth)
      found.push(`${root.scrollWidth} px in ${root.clientWidth}`);
  }
  return found;
}
