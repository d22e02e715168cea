// Media overlays, followed by the reader.
import assert from "node:assert/strict";
import { eventually } from "./reader.mjs";

const button = (reader) => reader.page.getByRole("button", { name: /read aloud|listen|^play/i }).filter({ visible: true });

/** Turns reading aloud on. */
async function listen(reader) {
  await button(reader).first().waitFor();
  await button(reader).first().click();
}

/** The sound being played by the reader: address and second; undefined when silent. */
function playing(reader) {
  return reader.page.evaluate(() => {
    const now = window.conf.media.find((media) => !media.paused && !media.ended && media.readyState > 2 && !media.muted && media.volume > 0);
    return now && { source: now.currentSrc, at: now.currentTime };
  });
}

/** The background of the element of that id: the book's style for what is being read makes it green. */
function background(reader, n, id) {
  return reader.inside(n, (doc, name) => getComputedStyle(doc.getElementById(name)).backgroundColor, id);
}

/** What is handed to the platform's speech, with the white space of a reader's eye. */
function spoken(reader) {
  return reader.page.evaluate(() => window.conf.spoken.join(" ").replace(/\s+/g, " "));
}

async function speaks(reader) {
  await reader.open(1);
  await listen(reader);
  const end = "very nearly the same feelings towards the ocean with me.";
  await eventually(async () => (await spoken(reader)).includes(end), "the extract's last words are spoken");
  const text = await spoken(reader);
  const parts = ["Call me Ishmael.", "It is a way I have of driving off the spleen", "Whenever I find myself growing grim", "With a philosophical flourish Cato"];
  const places = parts.map((part) => text.indexOf(part));
  assert.ok(places.every((place, n) => place >= 0 && (n === 0 || place > places[n - 1])), `spoken at ${places}`);
  for (const part of parts) assert.equal(text.split(part).length, 2, `“${part}” is spoken ${text.split(part).length - 1} times`);
}

export const tests = {
  "mol-navigation": {
    looks: "with reading aloud on in chapter 1 (its sound runs), choosing Chapter 2 in the contents shows chapter 2, and chapter 2's sound runs",
    async judge(reader) {
      await reader.open(0);
      await listen(reader);
      const first = await eventually(() => playing(reader), "chapter 1's sound runs");
      await reader.contents();
      await reader.choose("Chapter 2");
      await reader.mustSee(1, "The test passes if this page plays");
      const second = await eventually(async () => {
        const now = await playing(reader);
        return now && now.source !== first.source && now;
      }, "chapter 2's sound runs");
      await eventually(async () => ((await playing(reader))?.at ?? 0) > second.at + 0.2, "chapter 2's sound goes on");
    },
  },
  "mol-timing-synchronization_multiple_audio-fxl": {
    looks: "a button turns reading on; the first file runs from second 29 with the first words in the book's green; at its end the second file follows within a second, with the second paragraph in green",
    async judge(reader) {
      await reader.open(1);
      await listen(reader);
      const first = await eventually(() => playing(reader), "the first sound runs");
      assert.ok(first.at > 29 && first.at < 36, `it runs from ${first.at}`);
      await eventually(async () => (await background(reader, 1, "first")) === "rgb(13, 146, 95)", "the first words are marked");
      // Forward to the last seconds of the first file's last part, as a person drags a slider.
      const gap = await reader.page.evaluate(async () => {
        const media = window.conf.media.find((each) => !each.paused);
        const source = media.currentSrc;
        for (const second of [45.5, 51, 86.8]) {
          media.currentTime = second;
          await new Promise((done) => setTimeout(done, 400));
        }
        let last = performance.now();
        for (const end = last + 6000; performance.now() < end; await new Promise((done) => setTimeout(done, 10))) {
          const now = window.conf.media.find((each) => !each.paused && each.readyState > 2);
          if (now && now.currentSrc !== source && now.currentTime > 0.02) return performance.now() - last;
          if (now && now.currentSrc === source) last = performance.now();
        }
        return Infinity;
      });
      assert.ok(gap < 1000, `${gap} ms between the two sounds`);
      await eventually(async () => (await background(reader, 1, "fourth")) === "rgb(13, 146, 95)", "the second paragraph is marked");
    },
  },
  "mol-tts_multi": {
    looks: "a button turns reading on; the four fragments' texts are handed to the browser's speech synthesis one after the other, each once",
    judge: speaks,
  },
  "mol-tts_single": {
    looks: "a button turns reading on; the whole extract is handed to the browser's speech synthesis in order, once",
    judge: speaks,
  },
};
