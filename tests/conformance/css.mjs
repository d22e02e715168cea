// The prefixed CSS properties of EPUB.
import assert from "node:assert/strict";
import { blue, dark, inked, magenta } from "./picture.mjs";
import { landscape, narrow } from "./reader.mjs";

/** Places inside words where the paragraphs that begin so are broken: `[…, "surf-|ace"]`. */
function brokenWords(reader, beginnings) {
  return reader.inside(
    0,
    (doc, starts) =>
      starts.map((start) => {
        const paragraph = [...doc.querySelectorAll("p")].find((p) => p.textContent.trim().startsWith(start));
        const lines = window.conf.lines(paragraph).map(({ text }) => text);
        return lines.slice(1).flatMap((line, n) => (/[\p{L}\u00AD]$/u.test(lines[n]) && /^\p{L}/u.test(line) ? [`${lines[n].slice(-8)}|${line.slice(0, 8)}`] : []));
      }),
    beginnings,
  );
}

/** What each class of the text-emphasis test declares: style, and where the marks must be drawn. */
const emphasis = [
  [0, "emphasis-filled-dot", "dot", "top"],
  [0, "emphasis-filled-circle", "circle", "top"],
  [0, "emphasis-filled-double-circle", "double-circle", "top"],
  [0, "emphasis-filled-double-triangle", "triangle", "top"],
  [0, "emphasis-filled-sesame", "sesame", "top"],
  [0, "emphasis-a", '"a"', "top"],
  [0, "emphasis-open-dot", "open dot", "top"],
  [0, "emphasis-filled-triangle", "triangle", "top"],
  [0, "emphasis-filled-dot-blue", "dot", "top"],
  [0, "emphasis-filled-dot-under", "dot", "bottom"],
  [1, "emphasis-filled-dot-over-left", "dot", "left"],
  [3, "emphasis-filled-dot-over-right", "dot", "right"],
];

/** The marks of one span, with its letters made transparent: their colour and on which side of the letters they are. */
async function marks(reader, slice, name, mark) {
  const found = await reader.inside(
    slice,
    (doc, [n, css, mark]) => {
      const span = doc.querySelector(css);
      span.scrollIntoView({ block: "center" });
      span.style.setProperty("-webkit-text-fill-color", "transparent", "important");
      const { textEmphasisStyle: style } = getComputedStyle(span);
      // Marks over the letters are those of the last line, marks under them those of the first: no other line's are near.
      const line = window.conf.lines(span).at(mark === "bottom" ? 0 : -1);
      const boxes = line.boxes.map((box) => window.conf.place(n, box));
      const side = (pick, edge) => pick(...boxes.map((box) => box[edge]));
      return { style, left: side(Math.min, "left"), right: side(Math.max, "right"), top: side(Math.min, "top"), bottom: side(Math.max, "bottom") };
    },
    [slice, `.${name}`, mark],
  );
  const reach = 14;
  const around = { left: found.left - reach, right: found.right + reach, top: found.top - (mark === "bottom" ? 0 : reach), bottom: found.bottom + (mark === "top" ? 0 : reach) };
  const drawn = (await reader.picture()).count(inked, around);
  const blues = (await reader.picture()).count(blue, around).count;
  await reader.inside(slice, (doc, css) => doc.querySelector(css).style.removeProperty("-webkit-text-fill-color"), `.${name}`);
  const middle = { x: (found.left + found.right) / 2, y: (found.top + found.bottom) / 2 };
  const sides = { top: drawn.bottom <= middle.y, bottom: drawn.top >= middle.y, left: drawn.right <= middle.x, right: drawn.left >= middle.x };
  return { style: found.style, count: drawn.count, blue: blues / Math.max(1, drawn.count), sides };
}

/** Where the underline of slice `n`'s `.underline` is: its pixels' box and the letters' box. */
async function underline(reader, n) {
  const text = await reader.inside(
    n,
    (doc, at) => {
      const span = doc.querySelector(".underline");
      span.style.setProperty("text-decoration-color", "rgb(255, 0, 255)", "important");
      span.style.setProperty("text-decoration-skip-ink", "none", "important");
      const boxes = window.conf.lines(span)[0].boxes.map((box) => window.conf.place(at, box));
      return { left: Math.min(...boxes.map((b) => b.left)), right: Math.max(...boxes.map((b) => b.right)), top: Math.min(...boxes.map((b) => b.top)), bottom: Math.max(...boxes.map((b) => b.bottom)) };
    },
    n,
  );
  const around = { left: text.left - 12, right: text.right + 12, top: text.top - 12, bottom: text.bottom + 12 };
  const picture = await reader.picture();
  return { line: picture.count(magenta, around), ink: picture.count(dark, around), text };
}

/** The boxes of the first letters of a paragraph's first two lines, and of the window. */
function lettersOf(reader, n, selector) {
  return reader.inside(
    n,
    (doc, [at, css]) => {
      const lines = window.conf.lines(doc.querySelector(css));
      const box = (line, letter) => lines[line] && window.conf.place(at, lines[line].boxes[letter]);
      return { mode: getComputedStyle(doc.querySelector(css)).writingMode, first: box(0, 0), second: box(0, 1), room: window.conf.room(at) };
    },
    [n, selector],
  );
}

/** Where a run of letters of the orientation test's paragraph stands. */
function run(reader, name, words) {
  return reader.inside(
    1,
    (doc, [css, text]) => {
      const all = window.conf.letters(doc.querySelector(css));
      const start = all.map(({ letter }) => letter).join("").indexOf(text);
      const boxes = all.slice(start, start + text.length).map(({ box }) => window.conf.place(1, box));
      return { left: Math.min(...boxes.map((b) => b.left)), right: Math.max(...boxes.map((b) => b.right)), top: Math.min(...boxes.map((b) => b.top)), bottom: Math.max(...boxes.map((b) => b.bottom)) };
    },
    [`.text-orientation-${name}`, words],
  );
}

export const tests = {
  "css-epub-hyphens": {
    looks: "in a narrow window: no line of paragraph 1 ends within a word, at least one of paragraph 2 does at a soft hyphen, at least one of paragraph 3 (automatic) does",
    async judge(reader) {
      await reader.open(0, narrow);
      const [none, manual, auto] = await brokenWords(reader, ["The nineteenth", "The art", "Those who go"]);
      assert.deepEqual(none, []);
      assert.ok(manual.length > 0, "paragraph 2 has no hyphen");
      assert.ok(auto.length > 0, "paragraph 3 has no hyphen");
    },
  },
  "css-epub-line-break": {
    looks: "each block has the `line-break` it declares; at four widths of the window its text is broken into lines that differ with the width, and no letter is outside of the window; at the first width no line ends with 々 or ぁ",
    async judge(reader) {
      await reader.open(0, narrow);
      const broken = [];
      for (const width of [420, 360, 320, 280]) {
        await reader.resize({ width, height: 900 });
        broken.push(
          await reader.inside(0, (doc) =>
            ["auto", "loose", "normal", "strict"].map((name) => {
              const block = doc.querySelector(`p.${name}`);
              const lines = window.conf.lines(block);
              const view = doc.documentElement.clientWidth;
              const outside = lines.flatMap(({ boxes }) => boxes).filter((box) => (box.left % view) < -1 || box.right - Math.floor(box.left / view) * view > view + 1).length;
              return { name, is: getComputedStyle(block).lineBreak, lines: lines.map(({ text }) => text.trim()), outside };
            }),
          ),
        );
      }
      for (const block of broken.flat()) assert.ok(block.is === block.name && block.outside === 0, JSON.stringify(block));
      for (let n = 0; n < 4; n += 1) assert.ok(new Set(broken.map((blocks) => blocks[n].lines.join("\n"))).size > 1, `${broken[0][n].name} is broken the same at every width`);
      const ends = broken[0].flatMap(({ lines }) => lines.filter((line) => /[々ぁ]$/.test(line)));
      assert.deepEqual(ends, []);
    },
  },
  "css-epub-text-emphasis": {
    looks: "with the letters made transparent, the marks are drawn for every class: over the letters, under them, left or right of vertical ones, in blue where declared; each has the style its class declares (the text of 8 to 11 says “hollow”, the test's own CSS says filled: judged by the CSS)",
    async judge(reader) {
      for (const slice of [0, 1, 3]) {
        await reader.open(slice, { width: 1400, height: 2400 });
        for (const [, name, style, side] of emphasis.filter(([n]) => n === slice)) {
          const found = await marks(reader, slice, name, side);
          const said = found.style.replace("filled ", "");
          assert.ok(said === style && found.count > 20 && found.sides[side], `${name}: ${JSON.stringify(found)}`);
          if (name.endsWith("blue")) assert.ok(found.blue > 0.7, `blue: ${found.blue}`);
        }
      }
    },
  },
  "css-epub-text-orientation": {
    looks: "vertical text: Japanese looks the same in 1 and 2 and otherwise in 3 (turned); English looks the same in 1 and 3 (turned) and takes a whole em per letter in 2 (upright); 4 looks like 3",
    async judge(reader) {
      await reader.open(1, { width: 1600, height: 1400 });
      const [japanese, english] = ["これはテスト", "This test passes"];
      const kinds = ["mixed", "upright", "sideways", "sideways-right"];
      const ja = await Promise.all(kinds.map((kind) => run(reader, kind, japanese)));
      const en = await Promise.all(kinds.map((kind) => run(reader, kind, english)));
      const picture = await reader.picture();
      const like = (a, b) => picture.likeness(a, b);
      const found = { ja12: like(ja[0], ja[1]), ja13: like(ja[0], ja[2]), ja34: like(ja[2], ja[3]), en13: like(en[0], en[2]), en34: like(en[2], en[3]) };
      assert.ok(found.ja12 > 0.7 && found.ja34 > 0.8 && found.en13 > 0.8 && found.en34 > 0.8, JSON.stringify(found));
      assert.ok(found.ja13 < 0.6, `Japanese in 3 is turned: ${found.ja13}`);
      assert.ok(en[1].bottom - en[1].top > 1.5 * (en[0].bottom - en[0].top), "English in 2 is upright");
    },
  },
  "css-epub-text-underline-position": {
    looks: "pixels of the underline (drawn in a colour of its own): 1 letters reach below it, 2 it is below all letters, 3 it is left of the vertical letters, 4 right of them",
    async judge(reader) {
      await reader.open(0);
      const auto = await underline(reader, 0);
      assert.ok(auto.line.count > 50 && auto.ink.bottom > auto.line.bottom, `1: ${JSON.stringify(auto)}`);
      await reader.open(1);
      const under = await underline(reader, 1);
      assert.ok(under.line.count > 50 && under.ink.bottom <= under.line.top + 1, `2: ${JSON.stringify(under)}`);
      await reader.open(2);
      const left = await underline(reader, 2);
      assert.ok(left.line.count > 50 && left.line.right <= left.ink.left + 2, `3: ${JSON.stringify(left)}`);
      await reader.open(4);
      const right = await underline(reader, 4);
      assert.ok(right.line.count > 50 && right.line.left >= right.ink.right - 2, `4: ${JSON.stringify(right)}`);
    },
  },
  "css-epub-writing-mode": {
    looks: "1: letters go on to the right; 2: letters go downwards, the first line in the right half of the window; 3: letters go downwards, the first line in the left half",
    async judge(reader) {
      await reader.open(0, landscape);
      const one = await lettersOf(reader, 0, "p[style]");
      assert.ok(one.second.left > one.first.left && Math.abs(one.second.top - one.first.top) < 2, JSON.stringify(one));
      for (const [n, right] of [[1, true], [2, false]]) {
        await reader.open(n, landscape);
        const { first, second, room } = await lettersOf(reader, n, "h1");
        assert.ok(second.top > first.top && Math.abs(second.left - first.left) < second.width, `${n}: ${JSON.stringify([first, second])}`);
        assert.equal(first.left > (room.left + room.right) / 2, right, `${n} begins at ${first.left}`);
        await reader.mustSee(n, "This test passes if this text renders vertically");
      }
    },
  },
};
