// Publication resources: media types, fallbacks, data URLs, links to the outside, XML.
import assert from "node:assert/strict";
import { eventually, portrait } from "./reader.mjs";
import { seenPicture } from "./ocf.mjs";

const picture = {
  looks: "the picture has loaded with pixels and is seen in several colours",
  async judge(reader) {
    await reader.open();
    await seenPicture(reader);
  },
};

const sound = {
  looks: "the player is seen; a click on its play button starts it, its seconds run, and sound has been decoded, not muted",
  async judge(reader) {
    await reader.open();
    const box = await reader.box(0, "audio");
    assert.ok(box.width > 50, "no player is seen");
    await reader.page.mouse.click(box.left + 24, (box.top + box.bottom) / 2);
    await eventually(
      () =>
        reader.inside(0, (doc) => {
          const audio = doc.querySelector("audio");
          return !audio.paused && audio.currentTime > 0.3 && !audio.muted && audio.volume > 0 && audio.webkitAudioDecodedByteCount > 0;
        }),
      "sound runs",
    );
  },
};

const fallbackText = {
  looks: "“Test passes if you see this text.” is seen, “Test fails” is not",
  async judge(reader) {
    await reader.open();
    await reader.mustSee(0, "Test passes if you see this text.");
    assert.equal(await reader.seen(0, "Test fails"), false);
  },
};

/** Clicks the link; the reader asks first. Answers the dialog, with nothing opened or asked for so far. */
async function asked(reader, address) {
  const opened = [];
  reader.desk.context.on("page", (page) => opened.push(page));
  reader.page.on("request", (request) => request.isNavigationRequest() && opened.push(request.url()));
  await reader.open();
  opened.length = 0;
  await reader.follow(0, "a");
  const dialog = reader.page.getByRole("dialog");
  await dialog.waitFor();
  assert.ok((await dialog.innerText()).includes(address), `the question does not name ${address}`);
  await reader.page.waitForTimeout(300);
  assert.deepEqual(opened, [], "something was opened before the answer");
  assert.deepEqual(reader.desk.asked, []);
  return dialog;
}

export const tests = {
  "pub-cmt-gif": picture,
  "pub-cmt-jpeg": picture,
  "pub-cmt-jxl": picture,
  "pub-cmt-svg": picture,
  "pub-cmt-webp": picture,
  "pub-cmt-mp3": sound,
  "pub-cmt-mp4": sound,
  "pub-data-urls_browsing-context": picture,
  "pub-data-urls_top-level-content": {
    looks: "the picture of the data URL is seen on page 1, below its text, which is seen too; no other window or page was opened",
    async judge(reader) {
      await reader.open(0, portrait);
      const pages = reader.desk.context.pages().length;
      await reader.mustSee(0, "Test passes if you can see the SVG below");
      const box = await reader.box(0, "img");
      const text = await reader.box(0, "p");
      const loaded = await reader.inside(0, (doc) => doc.images[0].naturalWidth > 0 && window.conf.visible(0, doc.images[0]));
      assert.ok(loaded && box.bottom > text.bottom, JSON.stringify({ loaded, box, text }));
      const shot = await reader.picture();
      const inked = shot.count((r, g, b) => r < 240 || g < 240 || b < 240, box);
      assert.ok(inked.share > 0.02, `only ${inked.share.toFixed(3)} of the picture is painted`);
      assert.equal(reader.desk.context.pages().length, pages);
    },
  },
  "pub-external-links": {
    looks: "clicking the link shows a question that names the address, and opens nothing; saying yes opens the address in a tab of its own",
    async judge(reader) {
      const dialog = await asked(reader, "www.w3.org");
      const tab = reader.desk.context.waitForEvent("page");
      await dialog.getByRole("button", { name: /open|continue|yes/i }).or(dialog.getByRole("link", { name: /open|continue|yes/i })).first().click();
      const opened = await tab;
      await eventually(() => reader.desk.asked.some((url) => url.startsWith("https://www.w3.org/TR/epub-rs-33/")), "the address is asked for");
      assert.deepEqual(await reader.numbers(), [0], "the book is still open");
      await opened.close();
    },
  },
  "pub-external-links_consent": {
    looks: "clicking the link shows a question that names the mail address, and nothing is opened before the answer",
    async judge(reader) {
      await asked(reader, "public-epub-wg@w3.org");
    },
  },
  "pub-foreign_image": picture,
  "pub-foreign_json-spine": fallbackText,
  "pub-foreign_xml-suffix-spine": fallbackText,
  "pub-xml-external-id": {
    looks: "the page's text is seen, and “The test fails.” is nowhere in it; or the import ends with an error",
    async judge(reader) {
      await reader.open();
      await reader.mustSee(0, "Test passes unless a failure statement follows");
      assert.equal(await reader.inside(0, (doc) => doc.body.textContent.includes("The test fails.")), false);
    },
  },
  "pub-xml-non-validating_unclosed": {
    looks: "the reader shows a notice on this page that the chapter was damaged; or the import ends with an error",
    async judge(reader) {
      await reader.open();
      await reader.page.getByText(/chapter was damaged/).waitFor();
    },
  },
};
