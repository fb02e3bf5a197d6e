import assert from "node:assert/strict";
import { formatDuration } from "../../../../src/core/notice/duration.ts";

const units = { hour: "h", minute: "m", second: "s", between: " ", unknown: "unknown" };
const from = "2026-11-22T08:00:00Z";

describe("formatDuration(from, to, units)", () => {
  const cases = [
    { to: "2026-11-22T08:00:00Z", expected: "0s" },
    { to: "2026-11-22T08:00:00.499Z", expected: "0s" },
    { to: "2026-11-22T08:00:41.5Z", expected: "42s" },
    { to: "2026-11-22T08:00:59.7Z", expected: "1m 0s" },
    { to: "2026-11-22T08:01:32Z", expected: "1m 32s" },
    { to: "2026-11-22T09:00:05Z", expected: "1h 0m" },
    { to: "2026-11-23T10:15:00Z", expected: "26h 15m" },
    { to: "2026-11-22T07:00:00Z", expected: "0s" },
    { to: "soon", expected: "unknown" },
  ];
  for (const { to, expected } of cases) {
    it(`writes ${expected} until ${to}`, () => {
      assert.equal(formatDuration(from, to, units), expected);
    });
  }
});
