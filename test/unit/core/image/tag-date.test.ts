import assert from "node:assert/strict";
import { compareCommonUnits, parseTagDate } from "../../../../src/core/image/tag-date.ts";

describe("parseTagDate(text)", () => {
  const cases: readonly (readonly [string, readonly number[] | null])[] = [
    ["2026", [2026]],
    ["202603", [2026, 3]],
    ["2026-03", [2026, 3]],
    ["20260313", [2026, 3, 13]],
    ["2026-03-13", [2026, 3, 13]],
    ["2026.03.13", [2026, 3, 13]],
    ["2026_03_13", [2026, 3, 13]],
    ["2026.03.13-15", [2026, 3, 13, 15]],
    ["2026.03.13-1530", [2026, 3, 13, 15, 30]],
    ["202603131530", [2026, 3, 13, 15, 30]],
    ["20260313T153000Z", [2026, 3, 13, 15, 30, 0]],
    ["20260313t153000z", [2026, 3, 13, 15, 30, 0]],
    ["2026-03-13T15-30-59", [2026, 3, 13, 15, 30, 59]],
    ["20260313153059.25", [2026, 3, 13, 15, 30, 59, 250_000_000]],
    ["20260313153059123456789", [2026, 3, 13, 15, 30, 59, 123_456_789]],
    ["20261231235960", [2026, 12, 31, 23, 59, 60]],
    ["", null],
    ["latest", null],
    ["26", null],
    ["20261313", null],
    ["20260013", null],
    ["20260332", null],
    ["20260300", null],
    ["2026031324", null],
    ["202603131560", null],
    ["20260313153061", null],
    ["2026031", null],
    ["2026-3-13", null],
    ["2026--03", null],
    ["20260313-", null],
    ["20260313T", null],
    ["v20260313", null],
    ["20260313+0100", null],
    ["202603131530591234567890", null],
    // A Unix time is a number.
    ["1773415800", null],
  ];
  for (const [text, units] of cases) {
    it(`reads "${text}" as ${JSON.stringify(units)}`, () => {
      assert.deepEqual(parseTagDate(text), units);
    });
  }
});

describe("compareCommonUnits(a, b)", () => {
  const cases = [
    ["20260313", "2026-03-13", 0],
    ["20260313", "20260313-1530", 0],
    ["2026", "20261231", 0],
    ["20260313", "20260312", 1],
    ["20260313", "20260312T235959Z", 1],
    ["20260313T000000Z", "20260313-1530", -1],
    ["2027", "20261231", 1],
    ["202601", "20251231235959", 1],
    ["20260313153059.3", "20260313153059.25", 1],
  ] as const;
  for (const [a, b, sign] of cases) {
    it(`is ${String(sign)} for ${a} and ${b}`, () => {
      const [one, other] = [parseTagDate(a) ?? [], parseTagDate(b) ?? []];
      assert.equal(Math.sign(compareCommonUnits(one, other)), sign);
      assert.equal(Math.sign(compareCommonUnits(other, one)), sign === 0 ? 0 : -sign);
    });
  }
});
