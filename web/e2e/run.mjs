// Browser tests against a running Bindery.
//   BINDERY_E2E_URL=http://127.0.0.1:8080 BINDERY_E2E_EMAIL=… BINDERY_E2E_PASSWORD=… npm run e2e
import { launch, target } from "./browser.mjs";
import { finish, onFailure } from "./harness.mjs";
import { accessibility } from "./steps/accessibility.mjs";
import { keeping } from "./steps/keeping.mjs";
import { keyboard } from "./steps/keyboard.mjs";
import { layouts } from "./steps/layouts.mjs";
import { people } from "./steps/people.mjs";
import { reading } from "./steps/reading.mjs";
import { spoken } from "./steps/spoken.mjs";
import { traps } from "./steps/traps.mjs";
import { uploading } from "./steps/uploading.mjs";
import { Watch } from "./watch.mjs";

if (!target.url) {
  console.log("BINDERY_E2E_URL is not set: there is no server to test against.");
  console.log("0 passed, 0 failed, 1 skipped");
} else {
  const browser = await launch();
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 } });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const shots = new URL("./shots/", import.meta.url).pathname;
  onFailure((name) => page.screenshot({ path: `${shots}failed-${name}.png` }));
  const world = {
    browser,
    context,
    page,
    watch: new Watch(context),
    title: `Planted ${Date.now().toString(36)}`,
  };
  for (const chapter of [
    people,
    uploading,
    reading,
    layouts,
    spoken,
    traps,
    keyboard,
    keeping,
    accessibility,
  ])
    await chapter(world);
  await browser.close();
  finish();
}
