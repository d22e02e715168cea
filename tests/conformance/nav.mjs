// The table of contents in the reader.
import assert from "node:assert/strict";
import { eventually } from "./reader.mjs";

const [one, two] = ["Test passes if you can see two links (first link)", "Test passes if you can see two links (second link)"];

/** The contents have these links, in this order, and each leads to its slice. */
async function leads(reader, links, begin = 0) {
  await reader.open(begin);
  assert.deepEqual(await reader.contents(), links.map(([name]) => name));
  for (const [name, slice] of links) {
    if ((await reader.page.getByRole("dialog").count()) === 0) await reader.contents();
    await reader.choose(name);
    await eventually(() => reader.shows(slice), `“${name}” leads to slice ${slice}`);
  }
}

const labelledPicture = {
  looks: "the contents list “Start page” and “Description of the Abbey of Sénanque” as text, and choosing them leads to the first and the second document",
  judge: (reader) => leads(reader, [["Start page", 0], ["Description of the Abbey of Sénanque", 1]]),
};

const hiddenInTheSpine = {
  looks: "the contents list both links; in the navigation document itself, shown as the first slice, the first link is seen and the second is not",
  async judge(reader) {
    await reader.open(0);
    await reader.mustSee(0, "The first link");
    assert.equal(await reader.seen(0, "The second link"), false, "the second link is seen in the text");
    assert.deepEqual(await reader.contents(), ["The first link", "The second link"]);
  },
};

export const tests = {
  "nav-access": {
    looks: "the contents show the single link, and choosing it leads to the document",
    judge: (reader) => leads(reader, [["Test passes if you can see this link", 0]]),
  },
  "nav-non-text_img": labelledPicture,
  "nav-non-text_img_title": labelledPicture,
  "nav-spine_in-spine-hidden-toc-css": hiddenInTheSpine,
  "nav-spine_in-spine-hidden-toc-html": hiddenInTheSpine,
  "nav-spine_in-spine-no-list-style": {
    looks: "the list in the navigation document's own slice is numbered in Greek; no item of the contents has a list style or a letter before its link",
    async judge(reader) {
      await reader.open(0);
      assert.equal(await reader.inside(0, (doc) => getComputedStyle(doc.querySelector("nav li, ol li")).listStyleType), "lower-greek");
      const links = await reader.contents();
      assert.equal(links.length, 2);
      const styles = await reader.page.getByRole("dialog").getByRole("listitem").evaluateAll((items) => items.map((item) => `${getComputedStyle(item).listStyleType} ${getComputedStyle(item, "::before").content}`));
      assert.deepEqual(styles, ["none none", "none none"]);
    },
  },
  "nav-spine_in-spine": {
    looks: "the contents list the two links, and choosing them leads to the second and the third slice",
    judge: (reader) => leads(reader, [[one, 1], [two, 2]]),
  },
  "nav-spine_not-in-spine": {
    looks: "the contents list the two links, and choosing them leads to the first and the second slice",
    judge: (reader) => leads(reader, [[one, 0], [two, 1]]),
  },
};
