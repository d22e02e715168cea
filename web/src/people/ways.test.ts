import { expect, test } from "vitest";
import { localPath } from "./ways";

test("after signing in one goes on within the app, never to another site", () => {
  expect(localPath("/books/1?x=2")).toBe("/books/1?x=2");
  for (const bad of [null, "", "https://evil.example", "//evil.example", "/\\evil.example", "javascript:x"]) {
    expect(localPath(bad)).toBe("/");
  }
});
