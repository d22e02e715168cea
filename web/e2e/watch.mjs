import { target } from "./browser.mjs";

/** Notes what pages of a context say and ask for, so that tests can state what did not happen. */
export class Watch {
  foreign = [];
  lines = [];
  errors = [];

  constructor(context) {
    const own = new URL(target.url).origin;
    // Nothing leaves this machine: a request for another place is noted and cut off.
    context.route(
      (url) => /^https?:$/.test(url.protocol) && url.origin !== own,
      (route) => {
        this.foreign.push(route.request().url());
        return route.abort();
      },
    );
    context.on("console", (message) => this.lines.push(`${message.type()}: ${message.text()}`));
    context.on("weberror", (error) => this.errors.push(error.error().message));
  }

  clear() {
    this.foreign = [];
    this.lines = [];
    this.errors = [];
  }

  /** Console lines that planted content has written. */
  planted() {
    return this.lines.filter((line) => line.includes("planted"));
  }

  /**
   * What the page's own Content-Security-Policy refused. `about:invalid` is what the engine puts in
   * place of a remote address in a style sheet: that one shall be refused.
   */
  refused() {
    return this.lines.filter(
      (line) => /Content Security Policy/i.test(line) && !line.includes("about:invalid"),
    );
  }
}

/** The slice being read, seen through its parent: the frame itself runs no script, not even ours. */
export function inSlice(page, look, argument) {
  return page.evaluate(
    ([source, given]) => {
      const frame = document.querySelector("iframe.slice:not(.ahead)");
      const slice = frame?.contentDocument;
      if (!slice?.body) return null;
      // biome-ignore lint/security/noGlobalEval: the test's own function, handed over as text
      return window.eval(`(${source})`)(slice, given, frame);
    },
    [look.toString(), argument],
  );
}

export const heading = (page) => inSlice(page, (slice) => slice.querySelector("h1")?.textContent ?? null);
