import { expect, test } from "vitest";
import { door, invitationIn, localPath } from "./ways";

test("after signing in one goes on within the app, never to another site", () => {
  expect(localPath("/books/1?x=2")).toBe("/books/1?x=2");
  for (const bad of [null, "", "https://evil.example", "//evil.example", "/\\evil.example", "javascript:x"]) {
    expect(localPath(bad)).toBe("/");
  }
});

test("the register page opens to everybody, to the invited, or to nobody", () => {
  expect(door(undefined, undefined)).toBe("open");
  expect(door({ registration: "open" }, undefined)).toBe("open");
  expect(door({ registration: "invite" }, "token")).toBe("open");
  expect(door({ registration: "invite" }, undefined)).toBe("needsInvitation");
  expect(door({ registration: "closed" }, "token")).toBe("closed");
});

test("an invitation's token is read from the address", () => {
  expect(invitationIn(new URLSearchParams("invitation=abc-_1"))).toBe("abc-_1");
  expect(invitationIn(new URLSearchParams("invitation=+"))).toBeUndefined();
  expect(invitationIn(new URLSearchParams(""))).toBeUndefined();
});
