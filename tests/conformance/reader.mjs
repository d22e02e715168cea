// The real reader in Chromium, worked as a person works it and looked at from outside.
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { Picture } from "./picture.mjs";
import { toolkit } from "./toolkit.mjs";

export const landscape = { width: 1400, height: 900 };
export const portrait = { width: 700, height: 1000 };
export const narrow = { width: 420, height: 900 };

/** Waits until `look` gives something true; fails with `what` otherwise. */
export async function eventually(look, what, patience = 6000) {
  const end = Date.now() + patience;
  for (;;) {
    const value = await look();
    if (value) return value;
    assert.ok(Date.now() < end, `${what}: not within ${patience} ms`);
    await pause(60);
  }
}

/** Signs in once; every test gets a tab of its own from here. */
export class Desk {
  constructor(browser, server) {
    this.browser = browser;
    this.server = server;
    this.asked = [];
  }

  async open() {
    this.context = await this.browser.newContext({ viewport: landscape });
    this.context.setDefaultTimeout(8000);
    await this.context.addInitScript(toolkit);
    // Nothing leaves this machine; what would have is noted.
    await this.context.route(
      (url) => /^https?:$/.test(url.protocol) && url.origin !== this.server.url,
      (route) => {
        this.asked.push(route.request().url());
        return route.abort();
      },
    );
    const page = await this.context.newPage();
    await page.goto(`${this.server.url}/sign-in`);
    await page.getByLabel("E-mail").fill(this.server.email);
    await page.getByLabel("Password").fill(this.server.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    await page.close();
  }

  async reader(book) {
    this.asked = [];
    return new Reader(await this.context.newPage(), this, book);
  }
}

/** One tab with one book. */
export class Reader {
  constructor(page, desk, book) {
    this.page = page;
    this.desk = desk;
    this.book = book;
  }

  /** Opens the book at a slice, in a window of that size. */
  async open(slice = 0, size = landscape) {
    await this.page.setViewportSize(size);
    await this.page.goto(`${this.desk.server.url}/books/${this.book}/read?slice=${slice}`);
    await eventually(() => this.shows(slice), `slice ${slice} is shown`, 10_000);
    await this.settle();
  }

  /** Opens the book where the reader itself would. */
  async resume() {
    await this.page.goto(`${this.desk.server.url}/books/${this.book}/read`);
    await eventually(async () => (await this.shown()).length > 0, "a slice is shown", 10_000);
    await this.settle();
  }

  async resize(size) {
    await this.page.setViewportSize(size);
    await this.settle();
  }

  /** Waits for fonts and images, and until nothing moves any more. */
  async settle() {
    let last = "";
    for (let tries = 0; tries < 40; tries += 1) {
      const now = await this.page.evaluate(async () => {
        const shown = window.conf.shown();
        const ready = await Promise.all(
          shown.map(async ({ n }) => {
            const doc = window.conf.doc(n);
            await Promise.race([doc.fonts.ready, new Promise((done) => setTimeout(done, 1000))]);
            return doc.readyState === "complete" && [...doc.images].every((image) => image.complete);
          }),
        );
        const body = shown.map(({ n }) => JSON.stringify(window.conf.doc(n).body?.getBoundingClientRect()));
        return ready.every(Boolean) && JSON.stringify([shown, body]);
      });
      if (now && now === last) return;
      last = now;
      await pause(120);
    }
  }

  /** The slices in the window from left to right: `{ n, left, top, right, bottom, width, height }`. */
  shown() {
    return this.page.evaluate(() => window.conf.shown());
  }

  async numbers() {
    return (await this.shown()).map(({ n }) => n);
  }

  async shows(slice) {
    return (await this.numbers()).includes(slice);
  }

  /** Runs `look(document, argument)` on slice `n`'s document, in the reader's page (the slice runs nothing). */
  inside(n, look, argument) {
    return this.page.evaluate(
      ([at, text, given]) => {
        const doc = window.conf.doc(at);
        if (!doc) throw new Error(`slice ${at} is not shown`);
        // biome-ignore lint/security/noGlobalEval: our own test's function, handed over as text
        return (0, eval)(`(${text})`)(doc, given);
      },
      [n, look.toString(), argument],
    );
  }

  /** Whether a piece of text is to be seen. */
  seen(n, text) {
    return this.page.evaluate(([at, words]) => window.conf.seen(at, words), [n, text]);
  }

  async mustSee(n, text) {
    await eventually(() => this.seen(n, text), `“${text}” is seen`);
  }

  async picture() {
    return new Picture(await this.page.screenshot());
  }

  /** Where the first element of a selector stands in the window. */
  box(n, selector) {
    return this.inside(
      n,
      (doc, [at, css]) => {
        const element = doc.querySelector(css);
        return element && window.conf.place(at, element.getBoundingClientRect());
      },
      [n, selector],
    );
  }

  /** The fonts an element's glyphs really come from: `[{ name, own }]`; `own` when it is the book's. */
  async fonts(n, selector) {
    const session = await this.page.context().newCDPSession(this.page);
    await session.send("DOM.enable");
    await session.send("CSS.enable");
    await session.send("DOM.getDocument", { depth: 0 });
    const { result } = await session.send("Runtime.evaluate", { expression: `window.conf.doc(${n}).querySelector(${JSON.stringify(selector)})` });
    const { nodeId } = await session.send("DOM.requestNode", { objectId: result.objectId });
    const { fonts } = await session.send("CSS.getPlatformFontsForNode", { nodeId });
    await session.detach();
    return fonts.map(({ familyName, isCustomFont }) => ({ name: familyName, own: isCustomFont }));
  }

  button(step) {
    return this.page.locator(".reader-foot nav button").filter({ visible: true }).and(this.page.getByRole("button", { name: step > 0 ? /^Next/ : /^Previous/ }));
  }

  async next() {
    await this.button(1).click();
    await this.settle();
  }

  /** Presses Next until the end; the slices shown after every press. */
  async walk(most = 40) {
    const seen = [await this.numbers()];
    for (let n = 0; n < most; n += 1) {
      if ((await this.button(1).getAttribute("aria-disabled")) === "true") break;
      await this.next();
      seen.push(await this.numbers());
    }
    return seen;
  }

  async key(name) {
    await this.page.keyboard.press(name);
    await this.settle();
  }

  /** A finger across the text, `dx` pixels. */
  async swipe(dx) {
    const session = await this.page.context().newCDPSession(this.page);
    const { width, height } = this.page.viewportSize();
    const [x, y] = [width / 2 - dx / 2, height / 2];
    await session.send("Emulation.setTouchEmulationEnabled", { enabled: true });
    const touch = (type, at) => session.send("Input.dispatchTouchEvent", { type, touchPoints: at === undefined ? [] : [{ x: at, y }] });
    await touch("touchStart", x);
    for (let part = 1; part <= 6; part += 1) await touch("touchMove", x + (dx * part) / 6);
    await touch("touchEnd");
    await session.send("Emulation.setTouchEmulationEnabled", { enabled: false });
    await session.detach();
    await pause(400);
    await this.settle();
  }

  /** Clicks where a link stands, as a person does. */
  async follow(n, selector) {
    const box = await this.inside(
      n,
      (doc, [at, css]) => {
        const link = doc.querySelector(css);
        link.scrollIntoView({ block: "nearest" });
        return window.conf.place(at, link.getClientRects()[0]);
      },
      [n, selector],
    );
    await this.page.mouse.click((box.left + box.right) / 2, (box.top + box.bottom) / 2);
  }

  /** The table of contents, opened: its links' names, as seen. */
  async contents() {
    await this.page.getByRole("button", { name: "Contents" }).click();
    const list = this.page.getByRole("dialog");
    await list.waitFor();
    const links = await list.getByRole("link").filter({ visible: true }).all();
    return Promise.all(links.map(async (link) => (await link.innerText()).replace(/\s+/g, " ").trim()));
  }

  async choose(name) {
    await this.page.getByRole("dialog").getByRole("link", { name, exact: true }).click();
    await this.settle();
  }
}
