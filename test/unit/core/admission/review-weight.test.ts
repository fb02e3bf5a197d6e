import assert from "node:assert/strict";
import { isLarge, reviewWeight } from "../../../../src/core/admission/review-weight.ts";

const KIB = 1024;

describe("reviewWeight(body)", () => {
  it("is sixteen times a small body", () => {
    assert.equal(reviewWeight("x".repeat(10)), 160);
    assert.equal(isLarge("x".repeat(128 * KIB)), false);
  });

  it("is hardly more than a large text, whatever stands in it", () => {
    const body = JSON.stringify({ text: '[[[{{{,,,::: \\" \\\\'.repeat(20 * KIB) });
    assert.equal(isLarge(body), true);
    assert.equal(reviewWeight(body), body.length + 64 + 32);
  });

  it("is many times the brackets of a large body", () => {
    const body = `[${"[],".repeat(60 * KIB)}[]]`;
    assert.ok(reviewWeight(body) > 20 * body.length);
  });

  it("counts letters beyond ASCII as letters", () => {
    const body = `"${"é".repeat(10)}"${"ü".repeat(128 * KIB)}`;
    assert.equal(reviewWeight(body), body.length);
  });
});
