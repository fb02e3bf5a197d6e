import assert from "node:assert/strict";
import { matchesWildcard } from "../../../../../src/core/admission/rules/wildcard.ts";

describe("matchesWildcard(pattern, text)", () => {
  const cases = [
    { pattern: "web", text: "web", matches: true },
    { pattern: "web", text: "web2", matches: false },
    { pattern: "", text: "", matches: true },
    { pattern: "*", text: "", matches: true },
    { pattern: "web-*", text: "web-", matches: true },
    { pattern: "web-*", text: "my-web-1", matches: false },
    { pattern: "*-web", text: "my-web", matches: true },
    { pattern: "*-web", text: "my-web-1", matches: false },
    { pattern: "a*b*c", text: "a1b2c", matches: true },
    { pattern: "a*b*c", text: "abc", matches: true },
    { pattern: "a*b*c", text: "acb", matches: false },
    { pattern: "a*b*b", text: "ab", matches: false },
    { pattern: "ab*ba", text: "aba", matches: false },
    { pattern: "a*bc*c", text: "abc", matches: false },
    { pattern: "a**c", text: "abc", matches: true },
    { pattern: "a.c", text: "abc", matches: false },
  ];
  for (const { pattern, text, matches } of cases)
    it(`${matches ? "finds" : "does not find"} "${text}" in "${pattern}"`, () => {
      assert.equal(matchesWildcard(pattern, text), matches);
    });

  it("takes no time that grows with the stars", () => {
    const started = performance.now();
    assert.equal(matchesWildcard("*a".repeat(200) + "b", "a".repeat(100_000)), false);
    assert.ok(performance.now() - started < 500);
  });
});
