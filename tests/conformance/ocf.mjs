// The container: files, addresses, obfuscated fonts.
import assert from "node:assert/strict";

const opens = (text) => async (reader) => {
  await reader.open();
  await reader.mustSee(0, text);
};

const photo = {
  looks: "the photograph has loaded, is as large as its file says and is seen",
  async judge(reader) {
    await reader.open();
    await seenPicture(reader);
  },
};

/** The first picture of slice `n` has arrived, with pixels, and stands in the window. */
export async function seenPicture(reader, n = 0, selector = "img") {
  const found = await reader.inside(
    n,
    (doc, [at, css]) => {
      const image = doc.querySelector(css);
      return image && { loaded: image.complete, width: image.naturalWidth, height: image.naturalHeight, seen: window.conf.visible(at, image), box: window.conf.place(at, image.getBoundingClientRect()) };
    },
    [n, selector],
  );
  assert.ok(found?.loaded && found.width > 1 && found.height > 1 && found.seen, JSON.stringify(found));
  const picture = await reader.picture();
  const colours = new Set();
  for (let x = 1; x < 20; x += 1) {
    for (let y = 1; y < 20; y += 1) {
      const [across, down] = [found.box.left + (found.box.width * x) / 20, found.box.top + (found.box.height * y) / 20];
      if (down < picture.height && across < picture.width) colours.add(picture.at(Math.floor(across), Math.floor(down)).join());
    }
  }
  assert.ok(colours.size > 3, `only ${colours.size} colours where the picture should be`);
  return found;
}

export const tests = {
  "ocf-font_obfuscation": {
    looks: "every glyph of the sample comes from the book's own font “Lobster”, once obfuscated",
    async judge(reader) {
      await reader.open();
      const selector = await sample(reader);
      const fonts = await reader.fonts(0, selector);
      assert.ok(fonts.length === 1 && fonts[0].own && /Lobster/.test(fonts[0].name), JSON.stringify(fonts));
    },
  },
  "ocf-font_obfuscation_bis": {
    looks: "no glyph of the sample comes from a font of the book (it was obfuscated with another book's key)",
    async judge(reader) {
      await reader.open();
      const fonts = await reader.fonts(0, await sample(reader));
      assert.ok(fonts.length > 0 && fonts.every(({ own }) => !own), JSON.stringify(fonts));
    },
  },
  "ocf-metainf-inc": {
    looks: "the import ends without an error and the page's text is seen, without a notice of damage",
    async judge(reader) {
      await opens("Test passes if this page of the book can be accessed")(reader);
      assert.equal(await reader.page.getByText(/damaged/).count(), 0);
    },
  },
  "ocf-package_multiple": {
    looks: "“Test passes if you see this.” is seen; “Test fails” is not",
    async judge(reader) {
      await opens("Test passes if you see this.")(reader);
      assert.equal(await reader.seen(0, "Test fails"), false);
    },
  },
  "ocf-url_link-leaking-relative": photo,
  "ocf-url_link-relative": photo,
  "ocf-url_manifest": { looks: "the page's text is seen", judge: opens("Test passes if this page opens.") },
  "ocf-zip-comp": {
    looks: "the import ends with an error code, and the book's page says that it cannot be read (the corpus holds the test's files zipped anew with Deflate: the run packs them with bzip2, as the test means)",
    refused: true,
    repack: true,
    async judge(reader, { error, id }) {
      assert.match(error ?? "", /^[a-z_]+$/, "the book was imported without an error");
      if (!id) return;
      await reader.page.goto(`${reader.desk.server.url}/books/${id}/read`);
      await reader.page.getByText("This book cannot be read").waitFor();
    },
  },
};

/** A selector for the paragraph that asks for the book's font. */
async function sample(reader) {
  await reader.inside(0, (doc) => {
    const text = window.conf.find(0, "This should be an unusual TrueType font.");
    text.setAttribute("data-sample", "");
  });
  return "[data-sample]";
}

