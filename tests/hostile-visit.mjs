// Opening what the sanitiser made, in Chromium, without any content policy: what must not happen.
import { readFileSync, readdirSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";

export const TYPES = { ".html": "text/html; charset=utf-8", ".svg": "image/svg+xml", ".css": "text/css", ".json": "application/json", ".png": "image/png", ".jpg": "image/jpeg", ".vtt": "text/vtt" };

/** Listens on a free port of this machine. */
export const listen = (handler) =>
  new Promise((resolve) => {
    const server = createServer(handler).listen(0, "127.0.0.1", () => resolve({ server, origin: `http://127.0.0.1:${server.address().port}` }));
  });

/** Runs in the page: what the document holds that it must not, now and after being written anew. */
function audit() {
  const wrong = [];
  const look = (when) => {
    for (const element of document.querySelectorAll("*")) {
      const name = element.localName.toLowerCase();
      if (/^(script|iframe|frame|frameset|object|embed|applet|base|form|input|button|template|portal|foreignobject|animate|set|handler|noscript|title)$/.test(name) && !(name === "title" && element.children.length === 0)) wrong.push(`${when}: <${name}>`);
      if (name === "meta" && element.hasAttribute("http-equiv")) wrong.push(`${when}: meta http-equiv`);
      for (const { name: key, value } of element.attributes) {
        if (/^on|^(ping|formaction|srcdoc|action|is|nonce|xml:base)$/i.test(key)) wrong.push(`${when}: ${name} ${key}`);
        const scheme = /href|src$|data|poster/i.test(key) && !key.startsWith("data-") && /^[\s\0-\x20]*([a-z][a-z0-9+.-]*):/i.exec(value)?.[1].toLowerCase();
        if (scheme && !["http", "https", "mailto", "tel", "data"].includes(scheme)) wrong.push(`${when}: ${name} ${key}=${value.slice(0, 40)}`);
      }
      for (const kind of ["click", "mouseover", "focus", "toggle", "load", "error"]) element.dispatchEvent(new Event(kind, { cancelable: true }));
    }
  };
  document.addEventListener("click", (event) => event.preventDefault(), true);
  look("as opened");
  if (document.body) {
    // A second reading must not find more than the first (mutation XSS).
    document.body.innerHTML = new XMLSerializer().serializeToString(document.body);
    look("serialised as XML");
    document.body.innerHTML = String(document.body.innerHTML);
    look("written anew");
  }
  return [...new Set(wrong)];
}

/** Opens one address; answers everything that should not have happened. */
export async function visit(context, url, inside) {
  const wrong = [];
  const tab = await context.newPage();
  tab.on("request", (request) => {
    const asked = request.url();
    if (!asked.startsWith(inside) && !/^(data:|blob:|about:invalid)/.test(asked)) wrong.push(`asked for ${asked}`);
  });
  // Whatever the browser compiles of the page itself: elements, handlers, addresses. Ours has no such address.
  const debug = await context.newCDPSession(tab);
  await debug.send("Debugger.enable");
  debug.on("Debugger.scriptParsed", (script) => {
    if (/^https?:/.test(script.url)) wrong.push(`script of ${script.url}`);
  });
  tab.on("dialog", (dialog) => {
    wrong.push("dialog");
    void dialog.dismiss();
  });
  await tab.goto(url, { waitUntil: "load" }).catch((error) => wrong.push(`not opened: ${error.message.split("\n")[0]}`));
  wrong.push(...(await tab.evaluate(audit).catch((error) => [`audit: ${error.message.split("\n")[0]}`])));
  await tab.waitForTimeout(20);
  const ran = await tab.evaluate(() => (typeof window.ran === "string" ? window.ran : "")).catch(() => "");
  if (ran) wrong.push(`ran ${ran}`);
  await tab.close();
  return wrong;
}

/** Serves the files of a folder, by the path under `/book/`, without any content policy. */
export function serveFolder(folderOf) {
  return (request, response) => {
    const { pathname, search } = new URL(request.url, "http://x");
    try {
      const file = readFileSync(join(folderOf(), decodeURI(pathname.replace(/^\/book\//, "")).replaceAll("..", "")));
      // Slices carry a policy of their own: it must not help either.
      const bytes = extname(pathname) === ".html" ? String(file).replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/i, "") : file;
      const type = search === "?xml" ? "application/xhtml+xml" : (TYPES[extname(pathname)] ?? "application/octet-stream");
      response.writeHead(200, { "content-type": type }).end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  };
}

/** What of a rendition is opened: slices as HTML and as XML, and every other file a browser shows. */
export function visitsOf(root) {
  const found = readdirSync(root, { recursive: true }).map(String).filter((name) => statSync(join(root, name)).isFile());
  const shown = found.filter((name) => extname(name) in TYPES);
  return { found, visits: shown.flatMap((name) => (name.startsWith("slices/") ? [name, `${name}?xml`] : [name])) };
}
