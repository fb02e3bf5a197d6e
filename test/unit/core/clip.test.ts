import assert from "node:assert/strict";
import { clip } from "../../../src/core/clip.ts";

describe("clip(text, maxLength)", () => {
  for (const [text, maxLength, clipped] of [
    ["", 3, ""],
    ["abc", 3, "abc"],
    ["abcd", 3, "abc…"],
    ["a".repeat(80), undefined, "a".repeat(80)],
    ["a".repeat(81), undefined, `${"a".repeat(80)}…`],
  ] as const) {
    it(`makes "${clipped.slice(-4)}" of ${String(text.length)} characters`, () => {
      assert.equal(clip(text, maxLength), clipped);
    });
  }
});
