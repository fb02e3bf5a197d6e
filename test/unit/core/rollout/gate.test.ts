import assert from "node:assert/strict";
import { holdOf, OPEN_GATE, type Gate } from "../../../../src/core/rollout/gate.ts";
import type { Window } from "../../../../src/core/rollout/window.ts";

const DAILY = [0, 1, 2, 3, 4, 5, 6];
const minutes = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

const aWindow = (from: string, to: string, timeZone = "UTC", days: readonly number[] = DAILY): Window => ({
  days,
  fromMinute: minutes(from),
  toMinute: minutes(to),
  timeZone,
});

const within = (...windows: readonly Window[]): Gate => ({ ...OPEN_GATE, windows });
const LONG_AGO = "2020-01-01T00:00:00.000Z";

describe("holdOf(gate, pushedAt, now) of windows", () => {
  const night = aWindow("22:00", "06:00", "Asia/Shanghai", [1, 2, 3, 4, 5]);
  const berlin = (from: string, to: string): Window => aWindow(from, to, "Europe/Berlin");
  const sunday = aWindow("02:10", "02:50", "Europe/Berlin", [0]);
  // 2026-11-22 is a Sunday. Null: open.
  const cases: readonly (readonly [what: string, windows: readonly Window[], now: string, until: string | null])[] = [
    ["on the evening before its first day", [night], "2026-11-22T14:00:00Z", "2026-11-23T14:00:00.000Z"],
    ["a minute before it begins", [night], "2026-11-23T13:59:00Z", "2026-11-23T14:00:00.000Z"],
    ["as it begins", [night], "2026-11-23T14:00:00Z", null],
    ["behind midnight", [night], "2026-11-23T21:59:59Z", null],
    ["as it ends", [night], "2026-11-23T22:00:00Z", "2026-11-24T14:00:00.000Z"],
    ["on the morning after its last day", [night], "2026-11-27T21:59:00Z", null],
    ["on the evening after its last day", [night], "2026-11-28T15:00:00Z", "2026-11-30T14:00:00.000Z"],
    ["of a whole day, on the day", [aWindow("09:00", "09:00", "UTC", [0])], "2026-11-23T08:59:00Z", null],
    [
      "of a whole day, after it",
      [aWindow("09:00", "09:00", "UTC", [0])],
      "2026-11-23T09:00:00Z",
      "2026-11-29T09:00:00.000Z",
    ],
    ["until midnight", [aWindow("20:00", "00:00")], "2026-11-23T00:00:00Z", "2026-11-23T20:00:00.000Z"],
    ["of two, of which one is open", [night, aWindow("12:00", "13:00")], "2026-11-22T12:30:00Z", null],
    ["of two, the sooner", [night, aWindow("12:00", "13:00")], "2026-11-22T13:00:00Z", "2026-11-23T12:00:00.000Z"],
    ["whose beginning is left out", [berlin("02:30", "04:00")], "2026-03-29T00:59:00Z", "2026-03-29T01:00:00.000Z"],
    ["whose end is left out", [berlin("01:00", "02:30")], "2026-03-29T01:00:00Z", "2026-03-29T23:00:00.000Z"],
    ["that is left out and keeps its length", [sunday], "2026-03-29T00:30:00Z", "2026-03-29T01:00:00.000Z"],
    ["that is left out, at its last minute", [sunday], "2026-03-29T01:39:59Z", null],
    ["that is left out, behind it", [sunday], "2026-03-29T01:40:00Z", "2026-04-05T00:10:00.000Z"],
    ["whose beginning comes twice", [berlin("02:30", "04:00")], "2026-10-25T00:00:00Z", "2026-10-25T00:30:00.000Z"],
    ["whose beginning comes twice, the second time", [berlin("02:30", "04:00")], "2026-10-25T01:29:00Z", null],
    ["whose end comes twice", [berlin("01:00", "02:30")], "2026-10-25T00:30:00Z", "2026-10-26T00:00:00.000Z"],
  ];
  for (const [what, windows, now, until] of cases) {
    it(`is ${until === null ? "open" : "closed"} ${what} (${now})`, () => {
      assert.equal(holdOf(within(...windows), LONG_AGO, new Date(now))?.until ?? null, until);
    });
  }

  it("cannot tell the end where a window has no day", () => {
    const hold = holdOf(within(aWindow("10:00", "11:00", "UTC", [])), LONG_AGO, new Date("2026-11-22T10:30:00Z"));
    assert.deepEqual(hold, { until: null, reason: "outside of the hook's window ( 10:00-11:00 UTC)" });
  });
});

describe("holdOf(gate, pushedAt, now) of the push's age", () => {
  const gate: Gate = { ...OPEN_GATE, minimumAgeMs: 1_800_000 };
  const pushedAt = "2026-11-22T08:00:00.500Z";
  const young = { until: "2026-11-22T08:30:00.500Z", reason: "the push is younger than the hook's minimum-age of 30m" };

  it("holds a push that is too young", () => {
    assert.deepEqual(holdOf(gate, pushedAt, new Date("2026-11-22T08:30:00.499Z")), young);
  });

  it("lets one go that is just old enough", () => {
    assert.equal(holdOf(gate, pushedAt, new Date("2026-11-22T08:30:00.500Z")), null);
  });

  it("counts a time ahead as now", () => {
    const hold = holdOf(gate, "9999-12-31T00:00:00.000Z", new Date("2026-11-22T08:00:00.500Z"));
    assert.deepEqual(hold, young);
  });

  it("lets one go whose time nobody can read", () => {
    assert.equal(holdOf(gate, "yesterday", new Date("2026-11-22T08:00:00Z")), null);
  });
});

describe("holdOf(gate, pushedAt, now)", () => {
  const now = new Date("2026-11-22T08:00:00Z");
  const pushedAt = "2026-11-22T07:50:00.000Z";
  const WEEK = aWindow("22:00", "06:00", "Asia/Shanghai", [1, 2, 3, 4, 5]);

  it("lets every push through an open gate", () => {
    assert.equal(holdOf(OPEN_GATE, pushedAt, now), null);
    assert.equal(holdOf(OPEN_GATE, "2026-11-23T00:00:00.000Z", now), null);
  });

  it("holds all that is frozen, for an unknown time", () => {
    const hold = { until: null, reason: "the hook is frozen" };
    assert.deepEqual(holdOf({ ...within(aWindow("00:00", "00:00")), isFrozen: true }, LONG_AGO, now), hold);
  });

  it("waits for a window that is open when the push is old enough", () => {
    const gate: Gate = { ...within(aWindow("07:00", "08:10"), aWindow("12:00", "13:00")), minimumAgeMs: 1_200_000 };
    assert.deepEqual(holdOf(gate, pushedAt, now), {
      until: "2026-11-22T12:00:00.000Z",
      reason: "the push is younger than the hook's minimum-age of 20m",
    });
  });

  it("names both, where both hold a push", () => {
    assert.deepEqual(holdOf({ ...within(aWindow("09:00", "10:00")), minimumAgeMs: 5_400_000 }, pushedAt, now), {
      until: "2026-11-22T09:20:00.000Z",
      reason:
        "the push is younger than the hook's minimum-age of 1h30m, and outside of the hook's window (Mon-Sun 09:00-10:00 UTC)",
    });
  });

  const names: readonly (readonly [days: readonly number[], words: string])[] = [
    [[1, 2, 3, 4, 5], "Mon-Fri"],
    [[0, 6], "Sat,Sun"],
    [[5, 6, 0, 1], "Mon,Fri-Sun"],
    [[3], "Wed"],
    [[0, 1, 3, 4], "Mon,Wed,Thu,Sun"],
  ];
  for (const [days, words] of names) {
    it(`names the days ${words}`, () => {
      const hold = holdOf(within({ ...WEEK, days }), LONG_AGO, now);
      assert.equal(hold?.reason, `outside of the hook's window (${words} 22:00-06:00 Asia/Shanghai)`);
    });
  }

  it("names all windows", () => {
    const hold = holdOf(within(WEEK, aWindow("01:05", "02:00", "+02:00", [6])), LONG_AGO, now);
    const words = "Mon-Fri 22:00-06:00 Asia/Shanghai; Sat 01:05-02:00 +02:00";
    assert.equal(hold?.reason, `outside of the hook's windows (${words})`);
  });
});
