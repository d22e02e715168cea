// Opens slices in Chromium. Reads questions as lines of JSON, answers each with a line:
// {folder, n, size: {width, height}, picture?} → {text, unpainted, nodes, errors}.
import { createInterface } from "node:readline";
import { launch } from "../../../web/e2e/browser.mjs";
import { listen, serveFolder } from "../../hostile-visit.mjs";

/** As large as a screenshot may be: pixels. The same as in peers.py. */
const MOST = 12_000_000;

let folder = "";
const { server, origin } = await listen(serveFolder(() => folder));
const browser = await launch();

/** Words of the text that nobody sees: transparent, without size, or outside the page. Runs in the page. */
function look(size) {
  let unpainted = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const words = node.data.trim() ? node.data.trim().split(/\s+/).length : 0;
    if (!words) continue;
    let [element, opacity] = [node.parentElement, 1];
    const style = getComputedStyle(element);
    const alpha = /rgba\(.*, ([\d.]+)\)/.exec(style.color)?.[1] ?? "1";
    for (; element; element = element.parentElement) opacity *= Number(getComputedStyle(element).opacity);
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    const outside = box.right < 0 || box.bottom < 0 || box.left > size.width || box.top > size.height;
    if (style.visibility !== "visible" || opacity < 0.05 || Number(alpha) < 0.05 || box.width < 0.1 || box.height < 0.1 || outside) unpainted += words;
  }
  return { text: document.body.innerText, unpainted, nodes: document.getElementsByTagName("*").length };
}

const contexts = new Map();

/** A tab at this density; one for each density that is asked for. */
async function tab(density) {
  if (!contexts.has(density)) {
    const context = await browser.newContext({ deviceScaleFactor: density, javaScriptEnabled: true });
    contexts.set(density, await context.newPage());
  }
  return contexts.get(density);
}

async function answer({ folder: root, n, size, picture }) {
  folder = root;
  const density = picture ? Math.min(2, Math.sqrt(MOST / Math.max(1, size.width * size.height))) : 1;
  const page = await tab(density === 2 || !picture ? density : Math.round(density * 1e4) / 1e4);
  const errors = [];
  const failed = (request) => errors.push(`not loaded: ${request.url()}`);
  const missing = (response) => response.status() >= 400 && errors.push(`${response.status()}: ${response.url()}`);
  page.on("requestfailed", failed);
  page.on("response", missing);
  const side = (points) => Math.max(1, Math.round(points));
  await page.setViewportSize({ width: side(size.width), height: side(size.height) });
  await page.goto(`${origin}/book/slices/${n}.html`, { waitUntil: "load" }).catch((error) => errors.push(error.message.split("\n")[0]));
  await page.evaluate(() => document.fonts.ready.then(() => 0)).catch(() => 0);
  const seen = await page.evaluate(look, size).catch((error) => ({ text: "", unpainted: 0, nodes: 0, error: errors.push(String(error)) }));
  if (picture) {
    await page.screenshot({ path: picture, clip: { x: 0, y: 0, width: size.width, height: size.height } }).catch((error) => errors.push(error.message.split("\n")[0]));
  }
  page.off("requestfailed", failed);
  page.off("response", missing);
  return { ...seen, errors };
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line)))}\n`);
}
await browser.close();
server.close();
