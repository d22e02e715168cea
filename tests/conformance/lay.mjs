// Layout: reflowable and fixed, clipping, flow.
import assert from "node:assert/strict";
import { fixed, inOrder, reflowable, side, spread, whole } from "./layout.mjs";
import { dark, green, halfGreen, red, white } from "./picture.mjs";
import { seenPicture } from "./ocf.mjs";
import { landscape, narrow, portrait } from "./reader.mjs";

/** Colours of page `n`, in the whole window: nothing of the page may be hidden from the search. */
async function colours(reader, n) {
  const picture = await reader.picture();
  const page = (await reader.shown()).find((each) => each.n === n);
  return { red: picture.count(red), stars: picture.count(halfGreen), white: picture.count(white, page), lines: picture.count(dark, page), green: picture.count(green), page };
}

/** The page shows its grid on white, and no red anywhere. */
async function gridOnly(reader, n) {
  const seen = await colours(reader, n);
  assert.equal(seen.red.count, 0, `${seen.red.count} red pixels, from ${seen.red.left}, ${seen.red.top}`);
  assert.ok(seen.white.share > 0.6 && seen.lines.share > 0.01, `white ${seen.white.share.toFixed(2)}, lines ${seen.lines.share.toFixed(3)}`);
  return seen;
}

const clipped = {
  looks: "pixels: page 1 shows a grid on white and no red anywhere in the window",
  async judge(reader) {
    await reader.open(0);
    await gridOnly(reader, 0);
  },
};

const bothClipped = {
  looks: "pixels: pages 1 and 2 show a grid on white and no red anywhere in the window, at the same scale",
  async judge(reader) {
    const scales = [];
    for (const n of [0, 1]) {
      await reader.open(n);
      await gridOnly(reader, n);
      const { left, right } = await reader.box(n, ".pattern");
      scales.push(Math.round(right - left));
    }
    assert.equal(scales[0], scales[1]);
  },
};

const stars = {
  looks: "pixels: page 2 is red and shows no half-green star anywhere; page 3 shows stars, all right of the red",
  async judge(reader) {
    await reader.open(1);
    const two = await colours(reader, 1);
    assert.ok(two.red.share > 0.1 && two.stars.count === 0, `red ${two.red.share.toFixed(2)}, stars ${two.stars.count}`);
    await reader.open(2);
    const three = await colours(reader, 2);
    assert.ok(three.stars.share > 0.004 && three.stars.left >= three.red.right - 1, `stars ${three.stars.share.toFixed(4)} from ${three.stars.left}, red to ${three.red.right}`);
  },
};

const flowsByDefault = {
  looks: "the text keeps its size and is broken anew when the window becomes narrow",
  judge: (reader) => reflowable(reader, 0),
};

const onePageEach = {
  looks: "Next leads through pages 1 to 4 in order, each shown once and whole; page 1 is scaled with the window and keeps its lines",
  async judge(reader) {
    await inOrder(reader, 4);
    await inOrder(reader, 4, portrait);
    for (const n of [0, 1, 2, 3]) {
      await reader.open(n, portrait);
      await whole(reader, n);
    }
    await fixed(reader, 0);
  },
};

const noBlanks = {
  looks: "in a wide window Next leads through pages 1 to 4 in order in spreads; the two pages of a spread touch, and no side is empty but before the first and after the last page",
  async judge(reader) {
    await reader.open(0);
    const steps = [];
    for (let n = 0; n < 5; n += 1) {
      steps.push(await spread(reader));
      if ((await reader.button(1).getAttribute("aria-disabled")) === "true") break;
      await reader.next();
    }
    assert.deepEqual(steps.flat(), [0, 1, 2, 3], JSON.stringify(steps));
    for (const step of steps.slice(1, -1)) assert.equal(step.length, 2, JSON.stringify(steps));
    assert.ok(steps.some((step) => step.length === 2), JSON.stringify(steps));
  },
};

/** Pages 1 and 3 flow, page 2 is a picture that is shown whole and scaled. */
const pictureBetween = {
  looks: "sections 1 and 3 keep their letters' size and are broken anew in a narrow window; page 2's picture has loaded, is whole in the window, keeps its shape and is scaled with the window",
  async judge(reader) {
    await reflowable(reader, 0);
    await reflowable(reader, 2);
    const boxes = [];
    for (const size of [landscape, narrow]) {
      await reader.open(1, size);
      await whole(reader, 1);
      await seenPicture(reader, 1);
      const box = await reader.box(1, "img");
      const { width, height } = reader.page.viewportSize();
      // The page's own margin (8 px of 1,000) moves the picture beyond the page, which cuts it off there.
      const beyond = box.width / 100 + 1;
      assert.ok(box.left > -1 && box.top > -1 && box.right < width + beyond && box.bottom < height + beyond, JSON.stringify(box));
      boxes.push(box);
    }
    assert.ok(boxes[0].width > boxes[1].width * 1.15 && Math.abs(boxes[0].width / boxes[0].height / (boxes[1].width / boxes[1].height) - 1) < 0.03, JSON.stringify(boxes));
  },
};

export const tests = {
  "fxl-spine-overrides_behave-as-global-bis": {
    looks: "pages 1 and 3 flow anew with the window; page 2 is scaled, whole, and shows green at its upper left on red (pixels)",
    async judge(reader) {
      await reflowable(reader, 0);
      await reflowable(reader, 2);
      await fixed(reader, 1);
      await reader.open(1);
      const seen = await colours(reader, 1);
      const corner = (found) => [found.left, found.top];
      assert.ok(seen.green.share > 0.05 && seen.red.share > 0.1, JSON.stringify(seen));
      assert.ok(corner(seen.green).every((at, n) => Math.abs(at - [seen.page.left, seen.page.top][n]) < 4), `green begins at ${corner(seen.green)}, the page at ${seen.page.left}, ${seen.page.top}`);
      assert.ok(seen.red.right > seen.green.right && seen.red.bottom > seen.green.bottom);
    },
  },
  "fxl-spine-overrides_behave-as-global": {
    looks: "page 1 is scaled as a whole; page 2 keeps its letters' size and is broken anew in a narrow window",
    async judge(reader) {
      await fixed(reader, 0);
      await reflowable(reader, 1);
    },
  },
  "lay-fxl-layout-default": flowsByDefault,
  "lay-pp-layout-default": flowsByDefault,
  "lay-fxl-layout-pre-paginated": onePageEach,
  "lay-pp-layout-pre-paginated": onePageEach,
  "lay-fxl-layout-pre-paginated-spreads": noBlanks,
  "lay-pp-layout-pre-paginated-spreads": noBlanks,
  "lay-fxl-orientation-default": {
    looks: "in a wide and in a high window page 1's letters stand upright and no line of the reader asks to turn anything",
    async judge(reader) {
      for (const size of [landscape, portrait]) {
        await reader.open(0, size);
        const upright = await reader.inside(0, (doc) => {
          const [a, b] = window.conf.letters(doc.querySelector("p")).map(({ box }) => window.conf.place(0, box));
          return b.left > a.left && Math.abs(a.top - b.top) < 1 && a.height > a.width * 0.8;
        });
        assert.ok(upright, "letters are turned");
        assert.equal(await reader.page.getByText(/meant .*(landscape|portrait)|turn your|rotate/i).filter({ visible: true }).count(), 0);
      }
    },
  },
  "lay-fxl-orientation-landscape": {
    looks: "in a high window the reader shows a line that names “landscape”; in a wide window page 1 is shown upright without it",
    async judge(reader) {
      const line = reader.page.getByText(/landscape/i).filter({ visible: true });
      await reader.open(0, portrait);
      assert.ok((await line.count()) > (await titles(reader)), "no line about landscape");
      await reader.open(0, landscape);
      assert.ok((await line.count()) <= (await titles(reader)), "a line about landscape in landscape");
    },
  },
  "lay-fxl-svg-icb_multi": stars,
  "lay-pp-svg-icb_multi": stars,
  "lay-fxl-xhtml-icb": clipped,
  "lay-pp-xhtml-icb": clipped,
  "lay-fxl-xhtml-icb_device_sizes": {
    looks: "pixels: red right of the grid and below it; the page fills the room between the reader's bars in both directions",
    async judge(reader) {
      await reader.open(0);
      const { page, red: found } = await colours(reader, 0);
      const grid = await reader.box(0, ".pattern");
      const room = await reader.page.locator("main").boundingBox();
      assert.ok(found.right > grid.right + 20 && found.bottom > grid.bottom + 20, JSON.stringify({ found, grid }));
      assert.ok(Math.abs(page.width - room.width) < 4 && Math.abs(page.height - room.height) < 4, JSON.stringify({ page, room }));
    },
  },
  "lay-fxl-xhtml-icb_invalid_meta": bothClipped,
  "lay-pp-xhtml-icb_repeated-in-meta": bothClipped,
  "lay-pp-xhtml-icb_multi": {
    looks: "pixels: page 1 shows no red, page 2 shows a red band right of its grid",
    async judge(reader) {
      await reader.open(0);
      const shownWith = await reader.numbers();
      if (shownWith.length === 1) await gridOnly(reader, 0);
      await reader.open(0, portrait);
      assert.deepEqual(await reader.numbers(), [0]);
      await gridOnly(reader, 0);
      await reader.open(1, portrait);
      const { red: found } = await colours(reader, 1);
      const grid = await reader.box(1, ".pattern");
      assert.ok(found.count > 500 && found.left >= grid.right - 2, JSON.stringify({ found, grid }));
    },
  },
  "lay-pkg-flow-paginated": {
    looks: "chapters 2 to 4 are cut into pages: nothing scrolls downwards (wheel and arrow key), Next shows other words of the same chapter, the letters seen are whole, and the words of the pages follow each other",
    async judge(reader) {
      for (const n of [1, 2, 3]) {
        await reader.open(n);
        const first = await wordsSeen(reader, n);
        assert.deepEqual(first.cut, [], "letters cut by the window's edge");
        assert.equal(first.down, 0, `the text can be scrolled down by ${first.down} px`);
        await reader.next();
        const second = await wordsSeen(reader, n);
        assert.ok(second && second.from === first.to, `page 1 ends at letter ${first.to}, page 2 begins at ${second?.from}`);
        assert.deepEqual(second.cut, []);
      }
    },
  },
  "lay-pkg-flow-scrolled-continuous": {
    looks: "with the wheel alone, from the beginning, one comes from the front page into chapters 1, 2 and 3; an end and the next beginning are in the window at once",
    async judge(reader) {
      await reader.open(0);
      await wheelThrough(reader, [0, 1, 2, 3]);
    },
  },
  "lay-pp-spine-overrides_image-only-reflow": pictureBetween,
  "lay-pp-spine-overrides_image-spine-reflow": pictureBetween,
  "lay-rendition-flow-pre-pag": {
    looks: "documents 2 and 3 are fixed pages, each alone and whole in a high window and scaled with it; a little wheel does not move them, Next puts one in the place of the other; document 1 flows",
    async judge(reader) {
      await reflowable(reader, 0);
      for (const n of [1, 2]) {
        await reader.open(n, portrait);
        await whole(reader, n);
        assert.deepEqual(await reader.numbers(), [n]);
        await reader.mustSee(n, "This page should appear in its own viewport.");
      }
      await fixed(reader, 1);
      await reader.open(1, portrait);
      await reader.next();
      assert.deepEqual(await reader.numbers(), [2]);
    },
  },
  "lay-viewport-meta-prop": {
    looks: "all four pages stand at the same size and scale (place and height of the heading's letters); zooming the window in by two takes effect on each",
    async judge(reader) {
      const seen = [];
      for (const n of [0, 1, 2, 3]) {
        await reader.open(n, portrait);
        const page = (await reader.shown()).find((each) => each.n === n);
        const { height } = await reader.box(n, "h1");
        seen.push([page.left, page.top, page.width, page.height, height].map(Math.round).join());
        const session = await reader.page.context().newCDPSession(reader.page);
        await session.send("Emulation.setPageScaleFactor", { pageScaleFactor: 2 });
        const zoom = await reader.page.evaluate(() => visualViewport.scale);
        await session.send("Emulation.setPageScaleFactor", { pageScaleFactor: 1 });
        await session.detach();
        assert.ok(zoom > 1.9, `page ${n} zooms to ${zoom}`);
      }
      assert.equal(new Set(seen).size, 1, seen.join(" · "));
    },
  },
  "lay-page-layout-both-spread": {
    looks: "page 2 flows (letters of the same size at two window widths) and stands on the left, page 3 on the right of the same spread; page 5 stands on the left",
    async judge(reader) {
      await reader.open(1);
      assert.equal(await side(reader, 1), "left");
      assert.equal(await side(reader, 2), "right");
      // Text that flows has all of the room's height, a fixed page its own.
      assert.deepEqual(await spread(reader, false), [1, 2]);
      const letter = () => reader.inside(1, (doc) => window.conf.place(1, window.conf.letters(doc.querySelector("p"))[0].box).height);
      const wide = await letter();
      await reader.open(1, { width: 1100, height: 800 });
      assert.ok(Math.abs((await letter()) / wide - 1) < 0.05, "page 2 is scaled");
      await reader.open(4);
      assert.equal(await side(reader, 4), "left");
    },
  },
};

/** How often the book itself says “landscape” in the reader's bars: its title does. */
async function titles(reader) {
  return reader.page.locator(".reader-head, .reader-foot").getByText(/landscape/i).filter({ visible: true }).count();
}

/** Which letters of the chapter are in the window (from, to), which are cut by its edge, and how far it scrolls down. */
async function wordsSeen(reader, n) {
  await reader.page.mouse.move(700, 450);
  await reader.page.mouse.wheel(0, 0);
  return reader.inside(
    n,
    (doc, at) => {
      const room = window.conf.room(at);
      const all = window.conf.letters(doc.body).filter(({ letter, box }) => /\S/.test(letter) && box.width > 0);
      const inside = [];
      const cut = [];
      all.forEach(({ letter, box }, index) => {
        const p = window.conf.place(at, box);
        if (p.right <= room.left || p.left >= room.right || p.bottom <= room.top || p.top >= room.bottom) return;
        inside.push(index);
        if (p.left < room.left - 1 || p.right > room.right + 1 || p.top < room.top - 1 || p.bottom > room.bottom + 1) cut.push(letter);
      });
      const root = doc.scrollingElement;
      const before = root.scrollTop;
      root.scrollTop = before + 100;
      const down = root.scrollTop - before;
      root.scrollTop = before;
      return { from: inside[0], to: inside.at(-1) + 1, cut, down };
    },
    n,
  );
}

/** Turns the wheel until every slice of `order` has been seen in turn; two were in the window at once in between. */
export async function wheelThrough(reader, order) {
  const seen = new Set();
  let together = 0;
  await reader.page.mouse.move(700, 450);
  for (let turns = 0; turns < 600 && seen.size < order.length; turns += 1) {
    const now = await reader.numbers();
    for (const n of now) seen.add(n);
    if (now.length > 1) together += 1;
    await reader.page.mouse.wheel(0, 700);
    await reader.page.waitForTimeout(80);
  }
  assert.deepEqual([...seen], order, `seen by the wheel: ${[...seen]}`);
  assert.ok(together > 0, "an end and a beginning are never in the window at once");
}
