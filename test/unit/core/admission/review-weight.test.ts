import assert from "node:assert/strict";
import { isLarge, reviewWeight } from "../../../../src/core/admission/review-weight.ts";

const KIB = 1024;

describe("reviewWeight(body)", () => {
  it("takes a small body for sixteen times its length, whatever is in it", () => {
    assert.equal(reviewWeight(""), 0);
    assert.equal(reviewWeight("[".repeat(128 * KIB)), 16 * 128 * KIB);
  });

  const long = "x".repeat(128 * KIB);
  const cases = [
    { when: "it is one text", body: `"${long}"`, more: 0 },
    { when: "it has an object", body: `{"a":"${long}"}`, more: 64 + 32 },
    { when: "it has lists", body: `["${long}",[],[1,2]]`, more: 3 * 64 + 3 * 16 },
    { when: "a text looks like values", body: `"{[[[,,,:::${long}"`, more: 0 },
    { when: "a text holds quotes and backslashes", body: `["${long}\\",[[\\\\",[]]`, more: 2 * 64 + 16 },
    { when: "it is not ASCII", body: `["ä€${long}"]`, more: 64 },
    { when: "a character outside of texts is not ASCII", body: `ä€"${long}"`, more: 0 },
  ];
  for (const { when, body, more } of cases) {
    it(`adds ${String(more)} bytes to its length when ${when}`, () => {
      assert.equal(reviewWeight(body), body.length + more);
    });
  }
});

describe("isLarge(body)", () => {
  it("is true beyond 128 KiB", () => {
    assert.deepEqual(
      [128 * KIB, 128 * KIB + 1].map((length) => isLarge("x".repeat(length))),
      [false, true],
    );
  });
});
