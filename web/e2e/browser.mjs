// Chromium for the tests and the screenshots.
import { chromium } from "playwright-core";

const flags = [
  "--no-sandbox",
  "--disable-dev-shm-usage",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export function launch() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: flags });
}

/** Where the server is and who signs in. */
export const target = {
  url: process.env.BINDERY_E2E_URL?.replace(/\/$/, ""),
  email: process.env.BINDERY_E2E_EMAIL ?? "admin@example.org",
  password: process.env.BINDERY_E2E_PASSWORD ?? "",
};

export async function signIn(page) {
  await page.goto(`${target.url}/sign-in`);
  await page.getByLabel("E-mail").fill(target.email);
  await page.getByLabel("Password").fill(target.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
}
