// Scripts, which this reader never runs: what is left to be seen. And structural semantics.
import assert from "node:assert/strict";
import { eventually } from "./reader.mjs";

export const tests = {
  "scr-storage-delete": {
    looks: "the paragraph for systems without scripting (“hence this test succeeds”) is seen, and nothing of the book is in the browser's storage",
    async judge(reader) {
      await reader.open();
      await reader.mustSee(0, "This reading system does not support scripting, hence this test succeeds.");
      const kept = await reader.page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes("scr_storage")));
      assert.deepEqual(kept, []);
    },
  },
  "scr-support-fallback": {
    looks: "the fallback's text (“it followed through the scripted content fallback”) is seen",
    async judge(reader) {
      await reader.open();
      await reader.mustSee(0, "it followed through the scripted content fallback by displaying this page. Test passes.");
    },
  },
  "scr-support_scrolled-doc": {
    looks: "each document scrolls downwards by the wheel to its last words, with no other document in the window; a finger across the text leads from one to the next (the scrolling needs no script, so it is judged)",
    async judge(reader) {
      for (const n of [1, 2, 3]) {
        await reader.open(n);
        await reader.page.mouse.move(700, 450);
        const end = () => reader.inside(n, (doc) => {
          const last = window.conf.letters(doc.body).filter(({ letter }) => /\S/.test(letter)).at(-1).box;
          return last.top >= 0 && last.bottom <= doc.defaultView.innerHeight + 2;
        });
        assert.equal(await end(), false, `document ${n} does not need to scroll`);
        for (let turns = 0; turns < 80 && !(await end()); turns += 1) {
          await reader.page.mouse.wheel(0, 1500);
          await reader.page.waitForTimeout(40);
          assert.deepEqual(await reader.numbers(), [n]);
        }
        assert.ok(await end(), `the wheel does not reach the end of document ${n}`);
      }
      await reader.open(0);
      for (const n of [1, 2, 3]) {
        await reader.swipe(-300);
        await eventually(() => reader.shows(n), `a swipe leads to document ${n}`);
      }
    },
  },
  "sec-untrusted-consent_scripting": {
    looks: "nobody having consented, “No script has been executed.” is seen and “The script has been executed” is nowhere; no script of the book is even fetched",
    async judge(reader) {
      const fetched = [];
      reader.page.on("response", (answer) => /external_script/.test(answer.url()) && fetched.push(answer.url()));
      await reader.open();
      await reader.page.waitForTimeout(500);
      await reader.mustSee(0, "No script has been executed.");
      assert.equal(await reader.inside(0, (doc) => doc.documentElement.textContent.includes("The script has been executed")), false);
      assert.deepEqual(fetched, []);
    },
  },
  "pss-support_ignore-title": {
    looks: "clicking the link of page 1 opens the note in the reader's own box; clicking the link of page 2 opens none",
    async judge(reader) {
      const box = reader.page.getByRole("dialog");
      await reader.open(0);
      await reader.follow(0, 'a[href*="the_note"]');
      await box.waitFor();
      assert.match(await noteText(reader, box), /This text is meant to appear as a footnote\./);
      await reader.open(1);
      await reader.follow(1, "a");
      await reader.page.waitForTimeout(800);
      assert.equal(await box.filter({ visible: true }).count(), 0);
      assert.deepEqual(await reader.numbers(), [1]);
    },
  },
};

/** The text of the pop-up, which may be a frame of its own. */
async function noteText(reader, box) {
  const own = await box.innerText();
  const frame = box.locator("iframe");
  if ((await frame.count()) === 0) return own;
  return eventually(() => frame.evaluate((element) => element.contentDocument?.body?.innerText), "the note's text");
}
