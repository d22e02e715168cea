// What the package document says: metadata, order, direction.
import assert from "node:assert/strict";
import { eventually, landscape, portrait } from "./reader.mjs";
import { spread } from "./layout.mjs";

const opens = { looks: "the import ends without an error and “Test passes if the EPUB opens.” is seen", judge: async (reader) => {
  await reader.open();
  await reader.mustSee(0, "Test passes if the EPUB opens.");
} };

/** Opens the book's own page in the library. */
async function bookPage(reader) {
  await reader.page.goto(`${reader.desk.server.url}/books/${reader.book}`);
  await reader.page.locator("h1.book-title").waitFor();
}

/** Where the title's first and last letters stand, on the book's page and in the reader's bar. */
async function titleEnds(reader, title) {
  const ends = () =>
    reader.page.evaluate((text) => {
      const heading = [...document.querySelectorAll("h1, h1 span")].filter((element) => element.textContent.replace(/[\u200E\u200F]/g, "").trim() === text).at(-1);
      const letters = heading && window.conf.letters(heading).filter(({ letter }) => /[^\s\u200E\u200F]/.test(letter));
      return letters && { first: letters[0].box.left, last: letters.at(-1).box.left };
    }, title);
  await bookPage(reader);
  const onPage = await eventually(ends, "the title on the book's page");
  await reader.open();
  const inReader = await eventually(ends, "the title in the reader");
  return [onPage, inReader];
}

const arabic = "CSS: مغامرة جديدة!";

/** The four documents come in order by what a person does to go `forward`, and back. */
async function goes(reader, { forward, back, swipe }) {
  await reader.open(0);
  for (const n of [1, 2, 3]) {
    await reader.key(forward);
    await eventually(() => reader.shows(n), `${forward} leads to ${n}`);
  }
  await reader.key(back);
  await eventually(() => reader.shows(2), `${back} leads back`);
  await reader.open(0);
  for (const n of [1, 2, 3]) {
    await reader.swipe(swipe);
    await eventually(() => reader.shows(n), `a swipe of ${swipe} leads to ${n}`);
  }
}

const separately = (own, other) => ({
  looks: "both books stand in the library, each with its own title, and each opens with its own text",
  async judge(reader, { ids }) {
    await reader.page.goto(`${reader.desk.server.url}/`);
    assert.ok(ids[own] && ids[other] && ids[own] !== ids[other]);
    for (const id of [ids[own], ids[other]]) {
      reader.book = id;
      await reader.open();
      await reader.mustSee(0, "Test passes if the reading system displays this book");
      await bookPage(reader);
    }
    const titles = new Set();
    for (const id of [ids[own], ids[other]]) {
      reader.book = id;
      await bookPage(reader);
      titles.add(await reader.page.locator("h1.book-title").innerText());
    }
    assert.equal(titles.size, 2, [...titles].join(" · "));
  },
});

export const tests = {
  "pkg-collections-unknown": opens,
  "pkg-meta-unknown": opens,
  "pkg-spine-unknown": opens,
  "pkg-version-backward": opens,
  "pkg-dir-auto_root-rtl": {
    looks: "on the book's page and in the reader's bar the title runs from the left: “CSS” is left of the exclamation mark (as the test's own sample)",
    async judge(reader) {
      for (const { first, last } of await titleEnds(reader, arabic)) assert.ok(first < last, JSON.stringify({ first, last }));
    },
  },
  "pkg-dir_unset-root-rtl": {
    looks: "on the book's page and in the reader's bar the title runs from the right: “CSS” is right of the exclamation mark (as the test's own sample)",
    async judge(reader) {
      for (const { first, last } of await titleEnds(reader, arabic)) assert.ok(first > last, JSON.stringify({ first, last }));
    },
  },
  "pkg-dir_but_not_content": {
    looks: "the list and the paragraph run from the left: their direction is ltr, and their first letters stand near the left edge of the text, their numbers left of them",
    async judge(reader) {
      await reader.open();
      const found = await reader.inside(0, (doc) => {
        const body = doc.body.getBoundingClientRect();
        return [...doc.querySelectorAll("li, p")].map((element) => ({ direction: getComputedStyle(element).direction, from: window.conf.letters(element).find(({ letter }) => /\S/.test(letter)).box.left - body.left, width: body.width }));
      });
      assert.ok(found.length >= 4 && found.every(({ direction, from, width }) => direction === "ltr" && from < width / 4), JSON.stringify(found));
    },
  },
  "pkg-lang_but_not_content": {
    looks: "the quotation's marks are as wide as “ and ” in its font, not as « and »; the page does not match :lang(fr)",
    async judge(reader) {
      await reader.open();
      const found = await reader.inside(0, (doc) => {
        const quote = doc.querySelector("q");
        const width = (element) => element.getBoundingClientRect().width;
        const inner = doc.createRange();
        inner.selectNodeContents(quote);
        const marks = width(quote) - width(inner);
        const probe = (text) => {
          const span = quote.parentNode.appendChild(doc.createElement("span"));
          span.style.cssText = "white-space:pre";
          span.textContent = text;
          const wide = width(span);
          span.remove();
          return wide;
        };
        return { marks, english: probe("“”"), french: probe("«»"), lang: quote.matches(":lang(fr)") };
      });
      assert.ok(!found.lang && Math.abs(found.marks - found.english) < 0.6 && Math.abs(found.english - found.french) > 0.6, JSON.stringify(found));
    },
  },
  "pkg-meta-whitespace": {
    looks: "on the book's page title and creator are shown with single spaces: “Dave Cramer”, and no text of them has two spaces, a tab or a space at an end",
    async judge(reader) {
      await bookPage(reader);
      const found = await reader.page.evaluate(() => {
        const named = [...document.querySelectorAll("main *")].filter((element) => element.children.length === 0 && /Dave\s+Cramer/.test(element.textContent)).map((element) => element.textContent);
        return { named, title: document.querySelector("h1.book-title").textContent };
      });
      assert.ok(found.named.length > 0 && found.named.every((text) => text.includes("Dave Cramer")), JSON.stringify(found));
      for (const text of [...found.named, found.title]) assert.doesNotMatch(text, /\s\s|^\s|\s$|[\t\n]/);
    },
  },
  "pkg-spine-duplicate-item-ui": {
    looks: "the reader tells the three places apart: each shows the text and its own progress, and the place remembered in the third comes back to the third",
    async judge(reader) {
      const progress = [];
      for (const n of [1, 2, 3]) {
        await reader.open(n);
        await reader.mustSee(n, "This document occurs three times in the spine.");
        progress.push(await reader.page.locator(".reader-foot").innerText());
      }
      assert.equal(new Set(progress).size, 3, JSON.stringify(progress));
      const saved = reader.page.waitForResponse((answer) => answer.url().endsWith("/progress") && answer.request().method() === "PUT");
      await reader.open(2);
      await saved;
      await reader.resume();
      assert.deepEqual(await reader.numbers(), [2]);
    },
  },
  "pkg-spine-nonlinear-activation": {
    looks: "clicking the link shows the second document, though turning pages does not",
    async judge(reader) {
      await reader.open(0);
      await reader.follow(0, "a");
      await eventually(() => reader.seen(1, "Test passes if following the link opens this page."), "the link's target is seen");
    },
  },
  "pkg-spine-order-svg": {
    looks: "Next leads from “Page 1” to “Page 4”, each seen in turn",
    async judge(reader) {
      await reader.open(0, portrait);
      for (const n of [0, 1, 2, 3]) {
        await eventually(() => reader.shows(n), `page ${n + 1}`);
        await reader.mustSee(n, `Page ${n + 1}`);
        if (n < 3) await reader.next();
      }
    },
  },
  "pkg-spine-order": {
    looks: "Next leads through the documents that must appear first, second, third and last, in this order",
    async judge(reader) {
      await reader.open(0);
      for (const [n, word] of ["first", "second", "third", "last"].entries()) {
        await eventually(() => reader.shows(n), `document ${n + 1}`);
        await reader.mustSee(n, `This page must appear ${word}`);
        if (n < 3) await reader.next();
      }
    },
  },
  "pkg-spine-progression-pre-paginated": {
    looks: "in a wide window page 1 stands left of page 2; the right arrow key leads on to 3 left of 4, the left one back",
    async judge(reader) {
      await reader.open(0, landscape);
      assert.deepEqual(await spread(reader), [0, 1]);
      await reader.key("ArrowRight");
      assert.deepEqual(await spread(reader), [2, 3]);
      await reader.key("ArrowLeft");
      assert.deepEqual(await spread(reader), [0, 1]);
    },
  },
  "pkg-spine-progression_ltr": {
    looks: "the right arrow key leads from document 1 to 4 and the left one back; so does a finger that pulls the next page in from the right",
    judge: (reader) => goes(reader, { forward: "ArrowRight", back: "ArrowLeft", swipe: -300 }),
  },
  "pkg-spine-progression_rtl": {
    looks: "the left arrow key leads from document 1 to 4 and the right one back; so does a finger that pulls the next page in from the left",
    judge: (reader) => goes(reader, { forward: "ArrowLeft", back: "ArrowRight", swipe: 300 }),
  },
  "pkg-title-order": {
    looks: "the book's page and the reader are headed by the first `dc:title` of the package (“pkg-title-order”); no other title of the package stands before it",
    async judge(reader) {
      await bookPage(reader);
      const page = await reader.page.locator("body").innerText();
      assert.equal((await reader.page.locator("h1.book-title").innerText()).trim(), "pkg-title-order");
      const other = page.search(/title (also )?must (also )?not display first/);
      assert.ok(other < 0 || other > page.indexOf("pkg-title-order"), page.slice(0, 300));
      await reader.open();
      assert.match(await reader.page.getByRole("heading", { level: 1 }).innerText(), /^pkg-title-order/);
    },
  },
  "pkg-unique-id": separately("pkg-unique-id", "pkg-unique-id_duplicate"),
  "pkg-unique-id_duplicate": separately("pkg-unique-id_duplicate", "pkg-unique-id"),
};
