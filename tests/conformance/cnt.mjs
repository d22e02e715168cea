// Content documents: fonts, MathML, SVG, XHTML.
import assert from "node:assert/strict";
import { green, halfGreen, pale, red } from "./picture.mjs";

/** The glyphs of `selector` come from the book's font of that name, and from no other. */
export async function bookFont(reader, selector, name) {
  const fonts = await reader.fonts(0, selector);
  assert.deepEqual(fonts, [{ name, own: true }], `fonts used: ${JSON.stringify(fonts)}`);
}

/** The drawing shows stars: half-green and the paper inside it, and hardly any solid green but its outline. */
async function starred(reader) {
  const box = await reader.box(0, "path.fil0");
  const picture = await reader.picture();
  const [stars, gaps, solid] = [halfGreen, pale, green].map((colour) => picture.count(colour, box).share);
  assert.ok(stars > 0.05, `half-green stars fill ${stars.toFixed(3)} of the drawing`);
  assert.ok(gaps > 0.1, `paper shows through ${gaps.toFixed(3)} of it`);
  assert.ok(solid < stars, `solid green: ${solid.toFixed(3)}`);
}

export const tests = {
  "cnt-css-fonts_ot": {
    looks: "every glyph of the list item comes from the book's OpenType font (by its own name “FRANKY TOYS RUS”), by the browser's own account of the fonts it used",
    async judge(reader) {
      await reader.open();
      await bookFont(reader, "li.font-opentype", "FRANKY TOYS RUS");
    },
  },
  "cnt-css-fonts_woff": {
    looks: "every glyph of the list item comes from the book's WOFF font “Pacifico”",
    async judge(reader) {
      await reader.open();
      await bookFont(reader, "li", "Pacifico");
    },
  },
  "cnt-mathml-support": {
    looks: "the formula is laid out as mathematics, and its superscript stands higher and smaller than its base",
    async judge(reader) {
      await reader.open();
      const found = await reader.inside(0, (doc) => {
        const sup = doc.querySelector("math msup");
        const [base, raised] = [...sup.children].map((part) => part.getBoundingClientRect());
        return { seen: window.conf.visible(0, sup), display: getComputedStyle(doc.querySelector("math")).display, higher: base.bottom - raised.bottom, smaller: raised.height < base.height };
      });
      assert.ok(found.seen && /math/.test(found.display) && found.higher > 2 && found.smaller, JSON.stringify(found));
    },
  },
  "cnt-svg-css-inclusion": {
    looks: "pixels: the included drawing is filled with half-green stars with the page's paper between them",
    async judge(reader) {
      await reader.open();
      await starred(reader);
    },
  },
  "cnt-svg-css-reference": {
    looks: "pixels: the drawing in the `img` is solid green, without half-green stars",
    async judge(reader) {
      await reader.open();
      const box = await reader.box(0, "img");
      const picture = await reader.picture();
      const [solid, stars] = [green, halfGreen].map((colour) => picture.count(colour, box).share);
      assert.ok(solid > 0.2 && stars < 0.02, `green ${solid.toFixed(3)}, stars ${stars.toFixed(3)}`);
    },
  },
  "cnt-svg-css": {
    looks: "pixels: the SVG content document's drawing is filled with half-green stars with the page's paper between them",
    async judge(reader) {
      await reader.open();
      await starred(reader);
    },
  },
  "cnt-svg-support": {
    looks: "the SVG document's text is seen, and red pixels of its image fill a good part of the window",
    async judge(reader) {
      await reader.open();
      await reader.mustSee(0, "Test passes if you see this text on top");
      const found = (await reader.picture()).count(red);
      assert.ok(found.share > 0.03, `red: ${found.share.toFixed(3)} of the window`);
    },
  },
  "cnt-xhtml-support": {
    looks: "“Test passes if you see this.” is seen",
    async judge(reader) {
      await reader.open();
      await reader.mustSee(0, "Test passes if you see this.");
    },
  },
};
