import assert from "node:assert/strict";
import { readRetryAfter } from "../../../../src/core/notice/retry-after.ts";

describe("readRetryAfter(header, now)", () => {
  const now = new Date("2026-11-22T08:00:00.500Z");
  const cases: readonly (readonly [header: string, seconds: number | null])[] = [
    ["120", 120],
    [" 0 ", 0],
    ["Sun, 22 Nov 2026 08:01:00 GMT", 60],
    ["Sun, 22 Nov 2026 07:00:00 GMT", 0],
    ["Sun, 99 Nov 2026 08:01:00 GMT", null],
    ["2026-11-22T08:01:00Z", null],
    ["-1", null],
    ["1.5", null],
    ["soon", null],
    ["9".repeat(400), null],
    ["", null],
  ];
  for (const [header, seconds] of cases) {
    it(`reads ${JSON.stringify(header.slice(0, 40))} as ${String(seconds)}`, () => {
      assert.equal(readRetryAfter(header, now), seconds);
    });
  }
});
