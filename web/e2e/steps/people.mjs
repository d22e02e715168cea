import assert from "node:assert/strict";
import { signIn, target } from "../browser.mjs";
import { step } from "../harness.mjs";

export async function people({ context, page }) {
  await step("a wrong password is refused in plain words", async () => {
    await page.goto(`${target.url}/sign-in`);
    await page.getByLabel("E-mail").fill(target.email);
    await page.getByLabel("Password").fill("certainly not this one");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").getByText("not right").waitFor();
  });

  await step("sign in", async () => {
    await signIn(page);
    await page.waitForURL(`${target.url}/`);
  });

  await step(
    "the session survives a reload by its HttpOnly cookie",
    async () => {
      await page.reload();
      await page.getByRole("button", { name: "Sign out" }).waitFor();
      const cookies = await context.cookies(`${target.url}/api/v1/auth/refresh`);
      assert.ok(
        cookies.length > 0 && cookies.every((cookie) => cookie.httpOnly),
        "refresh cookie is HttpOnly",
      );
      assert.ok(
        cookies.every((cookie) => cookie.sameSite === "Strict"),
        "refresh cookie is SameSite=Strict",
      );
      const stored = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
      assert.doesNotMatch(stored, /eyJ/, "no token in storage");
    },
    { needs: ["sign in"] },
  );

  await step("an unknown address says so and leads back", async () => {
    await page.goto(`${target.url}/no/such/page`);
    await page.getByRole("link", { name: "To the catalogue" }).click();
    await page.waitForURL(`${target.url}/`);
  });
}
