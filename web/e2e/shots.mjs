// Screenshots of every page, in both themes and at phone width, into e2e/shots/ (not committed): to be looked at.
import { mkdirSync } from "node:fs";
import { launch, signIn, target } from "./browser.mjs";

const out = new URL("./shots/", import.meta.url).pathname;
mkdirSync(out, { recursive: true });

const sizes = {
  light: { viewport: { width: 1200, height: 800 }, colorScheme: "light" },
  dark: { viewport: { width: 1200, height: 800 }, colorScheme: "dark" },
  phone: {
    viewport: { width: 360, height: 740 },
    colorScheme: "light",
    hasTouch: true,
    isMobile: true,
    deviceScaleFactor: 2,
  },
};
const only = process.argv.slice(2);

const browser = await launch();
for (const [name, options] of Object.entries(sizes)) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.on("pageerror", (error) => console.log(`${name}: ${error.message}`));
  page.on("console", (message) => message.type() === "error" && console.log(`${name}: ${message.text()}`));
  const shot = async (what) => {
    if (only.length > 0 && !only.includes(what)) return;
    await page.waitForTimeout(350);
    await page.screenshot({ path: `${out}${what}-${name}.png` });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wide > 0) console.log(`${name}/${what}: ${wide} px too wide`);
  };
  await page.goto(`${target.url}/sign-in`);
  await shot("signin");
  await page.goto(`${target.url}/register`);
  await shot("register");
  await page.goto(target.url);
  await shot("anonymous");
  await signIn(page);
  await page.waitForURL(`${target.url}/`);
  await page.locator(".card").first().waitFor();
  const first = await page.locator(".grid .card a").first().getAttribute("href");
  await page.goto(`${target.url}${first}/read?slice=1`);
  await page.locator("iframe.slice:not(.ahead)").waitFor();
  await shot("reader");
  await page.getByRole("button", { name: "Contents" }).click();
  await shot("contents");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Text settings" }).click();
  await shot("typography");
  await page.getByLabel("Sepia").check();
  await page.keyboard.press("Escape");
  await shot("sepia");
  await page.waitForTimeout(1500);
  await page.goto(target.url);
  await page.locator(".grid .card").first().waitFor();
  await shot("catalogue");
  await page.keyboard.press("/");
  await page.keyboard.type("the", { delay: 40 });
  await page.waitForTimeout(500);
  await shot("suggest");
  await page.keyboard.press("Enter");
  await shot("search");
  await page.goto(`${target.url}/?author=nobody`);
  await shot("nothing");
  await page.goto(`${target.url}${first}`);
  await page.getByRole("link", { name: "Read" }).waitFor();
  await shot("book");
  await page.getByRole("button", { name: "Edit details" }).click();
  await shot("edit");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Delete" }).click();
  await shot("delete");
  await page.goto(`${target.url}/upload`);
  await page.locator("input[type=file]").setInputFiles([
    { name: "good.epub", mimeType: "application/epub+zip", buffer: Buffer.from("good") },
    { name: "bad.epub", mimeType: "application/epub+zip", buffer: Buffer.from("bad") },
    { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("text") },
  ]);
  await page.waitForTimeout(400);
  await shot("upload");
  await page.goto(`${target.url}/jobs`);
  await page.locator(".jobs").waitFor();
  await shot("jobs");
  await page.locator(".job-open").nth(1).click();
  await shot("job");
  await page.goto(`${target.url}/nowhere`);
  await shot("lost");
  await context.close();
}
await browser.close();
