import assert from "node:assert/strict";
import { isSameText } from "../../../../src/core/hook/same-text.ts";

describe("isSameText(a, b)", () => {
  const secret = "0123456789abcdef";
  const others = [
    { when: "nothing", text: "" },
    { when: "its first character", text: "0" },
    { when: "one character less", text: secret.slice(0, -1) },
    { when: "another last character", text: `${secret.slice(0, -1)}0` },
    { when: "one character more", text: `${secret}0` },
    { when: "a NUL behind it", text: `${secret}\0` },
    { when: "a NUL before it", text: `\0${secret}` },
    { when: "a blank behind it", text: `${secret} ` },
    { when: "10,000 characters", text: secret.repeat(625) },
    { when: "upper case", text: secret.toUpperCase() },
    { when: "full-width digits", text: secret.replace("0", "\uff10") },
  ];
  for (const { when, text } of others) {
    it(`tells a secret from ${when}`, () => {
      assert.equal(isSameText(secret, text), false);
      assert.equal(isSameText(text, secret), false);
    });
  }

  for (const text of ["", secret, "密码密码", "\0", "\u{1f600}", "x".repeat(10_000)]) {
    it(`finds ${JSON.stringify(text.slice(0, 20))} the same as itself`, () => {
      assert.equal(isSameText(text, text.slice()), true);
    });
  }

  it("compares bytes: a composed letter is not a decomposed one", () => {
    assert.equal(isSameText("\u00e9", "e\u0301"), false);
  });
});
