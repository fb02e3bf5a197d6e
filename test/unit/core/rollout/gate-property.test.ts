import assert from "node:assert/strict";
import fc from "fast-check";
import { holdOf, OPEN_GATE, type Gate, type Hold } from "../../../../src/core/rollout/gate.ts";
import { WEEKDAYS, type Window } from "../../../../src/core/rollout/window.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Shanghai", "UTC"];
// Moments at which clocks of these zones change, and some at which none does.
const CHANGES = [
  "2026-03-29T01:00:00Z",
  "2026-10-25T01:00:00Z",
  "2026-03-08T07:00:00Z",
  "2026-11-01T06:00:00Z",
  "2026-04-04T15:00:00Z",
  "2026-10-03T15:30:00Z",
  "2026-01-01T00:00:00Z",
  "2026-07-15T12:00:00Z",
].map((text) => Date.parse(text));

interface Case {
  readonly gate: Gate;
  readonly pushedAt: string;
  readonly now: Date;
}

const aMinute = fc.oneof(fc.integer({ min: 0, max: 1439 }), fc.integer({ min: 50, max: 190 }));
const aWindow: fc.Arbitrary<Window> = fc.record({
  days: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 7 }),
  fromMinute: aMinute,
  toMinute: aMinute,
  timeZone: fc.constantFrom(...ZONES),
});
const cases = (windows: fc.Arbitrary<Window[]>, maxAgeMs: number): fc.Arbitrary<Case> =>
  fc
    .record({
      windows,
      minimumAgeMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: maxAgeMs })),
      atMs: fc.constantFrom(...CHANGES),
      awayMs: fc.oneof(
        fc.integer({ min: -8 * DAY_MS, max: 2 * DAY_MS }),
        fc.integer({ min: -180, max: 180 }).map((count) => count * MINUTE_MS),
      ),
      ageMs: fc.integer({ min: 0, max: 4 * DAY_MS }),
    })
    .map(({ atMs, awayMs, ageMs, ...gate }) => ({
      gate: { ...OPEN_GATE, ...gate },
      pushedAt: new Date(atMs + awayMs - ageMs).toISOString(),
      now: new Date(atMs + awayMs),
    }));

type HoldOf = typeof holdOf;

// What `until` promises, by asking the gate itself at other times.
function keepsItsWord(hold: HoldOf, { gate, pushedAt, now }: Case): void {
  const held = hold(gate, pushedAt, now);
  if (held === null) return;
  assert.ok(held.until !== null);
  const untilMs = Date.parse(held.until);
  assert.ok(untilMs > now.getTime(), `${held.until} is past`);
  assert.ok(untilMs <= now.getTime() + 8 * DAY_MS + gate.minimumAgeMs, `${held.until} is far away`);
  assert.ok(untilMs >= Date.parse(pushedAt) + gate.minimumAgeMs, `${held.until} is too young`);
  assert.equal(hold(gate, pushedAt, new Date(held.until)), null);
  for (const beforeMs of [1, ...[1, 2, 3, 7, 29, 61, 600].map((count) => count * MINUTE_MS)]) {
    if (untilMs - beforeMs < now.getTime()) continue;
    assert.equal(hold(gate, pushedAt, new Date(untilMs - beforeMs))?.until, held.until);
  }
}

// What the clocks show where none of them changes for two days, told by other means.
function keepsToTheClock(hold: HoldOf, { gate, pushedAt, now }: Case): void {
  const isOpen = gate.windows.some((window) => isOpenByTheClock(window, now));
  assert.equal(hold(gate, pushedAt, now) === null, isOpen);
}

function isOpenByTheClock({ days, fromMinute, toMinute, timeZone }: Window, now: Date): boolean {
  const shown = new Intl.DateTimeFormat("en-GB", { timeZone, weekday: "short", hour: "2-digit", minute: "2-digit" });
  const parts = Object.fromEntries(shown.formatToParts(now).map(({ type, value }) => [type, value]));
  const minute = Number(parts["hour"]) * 60 + Number(parts["minute"]);
  const day = WEEKDAYS.indexOf(parts["weekday"] ?? "");
  const [isToday, isYesterday] = [days.includes(day), days.includes((day + 6) % 7)];
  if (toMinute > fromMinute) return isToday && minute >= fromMinute && minute < toMinute;
  return (isToday && minute >= fromMinute) || (isYesterday && minute < toMinute);
}

const isQuiet = ({ now }: Case): boolean => CHANGES.every((atMs) => Math.abs(now.getTime() - atMs) > 2 * DAY_MS);

const WINDOWS = fc.array(aWindow, { minLength: 1, maxLength: 3 });
const ofItsWord = (hold: HoldOf): fc.IProperty<[Case]> =>
  fc.property(cases(fc.oneof(WINDOWS, fc.constant<Window[]>([])), 3 * DAY_MS), (each) => {
    keepsItsWord(hold, each);
  });
const ofTheClock = (hold: HoldOf): fc.IProperty<[Case]> =>
  fc.property(cases(WINDOWS, 0).filter(isQuiet), (each) => {
    keepsToTheClock(hold, each);
  });

const inZone = ({ gate, pushedAt, now }: Case, change: (window: Window) => Window): Hold | null =>
  holdOf({ ...gate, windows: gate.windows.map(change) }, pushedAt, now);
const later = (hold: Hold | null, byMs: number): Hold | null =>
  hold === null ? null : { ...hold, until: new Date(Date.parse(hold.until ?? "") + byMs).toISOString() };

const BROKEN: readonly { readonly what: string; readonly property: typeof ofItsWord; readonly hold: HoldOf }[] = [
  {
    what: "looks for the window before the push is old enough",
    property: ofItsWord,
    hold: ({ minimumAgeMs, ...gate }, pushedAt, now) => {
      const isYoung = Date.parse(pushedAt) + minimumAgeMs > now.getTime();
      const hold = holdOf({ ...gate, minimumAgeMs }, pushedAt, now);
      return isYoung && hold !== null ? (holdOf({ ...gate, minimumAgeMs: 0 }, pushedAt, now) ?? hold) : hold;
    },
  },
  {
    what: "is an hour wrong where clocks change",
    property: ofItsWord,
    hold: (gate, pushedAt, now) => {
      const hold = holdOf(gate, pushedAt, now);
      const isNear = CHANGES.some((atMs) => Math.abs(Date.parse(hold?.until ?? "") - atMs) < 3 * HOUR_MS);
      return isNear ? later(hold, HOUR_MS) : hold;
    },
  },
  {
    what: "opens a minute too late",
    property: ofItsWord,
    hold: (gate, pushedAt, now) => later(holdOf(gate, pushedAt, now), MINUTE_MS),
  },
  {
    what: "takes every zone for UTC",
    property: ofTheClock,
    hold: (...args) => inZone(toCase(...args), (window) => ({ ...window, timeZone: "UTC" })),
  },
  {
    what: "counts days from Monday",
    property: ofTheClock,
    hold: (...args) =>
      inZone(toCase(...args), ({ days, ...window }) => ({ ...window, days: days.map((day) => (day + 1) % 7) })),
  },
  {
    what: "ends every window at midnight",
    property: ofTheClock,
    hold: (...args) =>
      inZone(toCase(...args), (window) => (window.toMinute > window.fromMinute ? window : { ...window, toMinute: 0 })),
  },
];

const toCase = (gate: Gate, pushedAt: string, now: Date): Case => ({ gate, pushedAt, now });

describe("holdOf(gate, pushedAt, now), whatever the gate", () => {
  it("says when the push may be carried out, and no later", () => {
    fc.assert(ofItsWord(holdOf), { numRuns: 1_000 });
  });

  it("opens by the clocks of the zones", () => {
    fc.assert(ofTheClock(holdOf), { numRuns: 1_000 });
  });

  for (const { what, property, hold } of BROKEN) {
    it(`would be found out if it were one that ${what}`, () => {
      assert.equal(fc.check(property(hold), { numRuns: 1_000 }).failed, true);
    });
  }
});
