import assert from "node:assert/strict";
import type { Window } from "../../../../src/core/rollout/window.ts";
import { assertRefused, assertWarned, issuesOf, readAll, readServed, typedHook } from "./hooks-files.ts";

const NIGHT = { from: "22:00", to: "06:00" };
const windowsOf = (...window: readonly unknown[]): readonly Window[] =>
  readServed(typedHook({ window })).upgrade.gate.windows;

describe("readGate(upgrade): window", () => {
  it("has every day and UTC by default", () => {
    assert.deepEqual(windowsOf(NIGHT), [
      { days: [0, 1, 2, 3, 4, 5, 6], fromMinute: 1320, toMinute: 360, timeZone: "UTC" },
    ]);
  });

  it("may be one of ten", () => {
    const windows = windowsOf(...Array.from({ length: 10 }, () => ({ ...NIGHT, "time-zone": "+08:00" })));
    assert.deepEqual(
      windows.map(({ timeZone }) => timeZone),
      Array.from({ length: 10 }, () => "+08:00"),
    );
  });

  const days: readonly (readonly [readonly string[], readonly number[]])[] = [
    [["mon"], [1]],
    [
      ["tue", "MON", "Tue"],
      [1, 2],
    ],
    [["mon-fri"], [1, 2, 3, 4, 5]],
    [["Fri-Mon"], [0, 1, 5, 6]],
    [
      ["sat-sat", "wed-thu"],
      [3, 4, 6],
    ],
    [["mon-sun"], [0, 1, 2, 3, 4, 5, 6]],
  ];
  for (const [written, read] of days) {
    it(`reads the days ${written.join(", ")}`, () => {
      assert.deepEqual(windowsOf({ ...NIGHT, days: written })[0]?.days, read);
    });
  }

  const times = { "00:00": 0, "06:05": 365, "23:59": 1439 };
  for (const [time, minute] of Object.entries(times)) {
    it(`reads the time ${time}`, () => {
      const [window] = windowsOf({ from: time, to: time });
      assert.deepEqual([window?.fromMinute, window?.toMinute], [minute, minute]);
    });
  }

  it("may stand in YAML without quotes", () => {
    const text = "  window:\n  - from: 22:00\n    to: 06:00\n    days:\n    time-zone:\n";
    const upgrade = `image-upgrade:\n  namespace: web\n  workload: sts/db\n  container: db\n  insecure: true\n${text}`;
    const [reading] = readAll(`- id: db\n  ${upgrade.trimEnd().replaceAll("\n", "\n  ")}\n`);
    assert.ok(reading?.hook?.kind === "upgrade", JSON.stringify(reading));
    assert.deepEqual(reading.hook.upgrade.gate.windows, [
      { days: [0, 1, 2, 3, 4, 5, 6], fromMinute: 1320, toMinute: 360, timeZone: "UTC" },
    ]);
  });

  it("warns of an unknown key", () => {
    assertWarned(typedHook({ window: [{ ...NIGHT, day: ["mon"] }] }), "day: unknown key, ignored; did you mean days?");
  });

  const time = 'must be a time of the day in quotes, from "00:00" to "23:59", such as "22:00"';
  const day =
    "days: must be a list of sun, mon, tue, wed, thu, fri, sat or ranges such as mon-fri; left out: every day";
  const refusals: readonly (readonly [window: unknown, message: string])[] = [
    [[], 'window: is an empty list: name a window, such as {from: "22:00", to: "06:00"}, or leave it out'],
    [NIGHT, "window: must be a list, not a map"],
    [[NIGHT, "night"], "an entry of window must be a map of keys, not a scalar"],
    [Array.from({ length: 11 }, () => NIGHT), "window: holds 11 windows: 10 at most"],
    [[{ to: "06:00" }], `from: ${time}`],
    [[{ from: "22:00" }], `to: ${time}`],
    ...["24:00", "6:00", "22.00", "22:60", "22:00:00", "1320", "noon", "022:00"].map(
      (to) => [[{ from: "22:00", to }], `to: ${time}`] as const,
    ),
    ...[[], ["someday"], ["mon", ""], ["mon-"], ["-mon"], ["mon-tue-wed"], ["mon,tue"], ["monday"]].map(
      (named) => [[{ ...NIGHT, days: named }], day] as const,
    ),
    [[{ ...NIGHT, days: "mon" }], "days: must be a list, not a scalar"],
    [
      [{ ...NIGHT, "time-zone": "Asia/Shanghei" }],
      'time-zone: "Asia/Shanghei" is not a time zone: did you mean Asia/Shanghai?',
    ],
    [
      [{ ...NIGHT, "time-zone": "China Standard Time" }],
      'time-zone: "China Standard Time" is not a time zone: write a name such as Asia/Shanghai, or a distance from UTC such as +08:00',
    ],
    [
      [{ ...NIGHT, "time-zone": "x".repeat(1_000) }],
      `time-zone: "${"x".repeat(64)}" is not a time zone: write a name such as Asia/Shanghai, or a distance from UTC such as +08:00`,
    ],
  ];
  for (const [window, message] of refusals) {
    it(`is refused as ${JSON.stringify(window).slice(0, 80)}`, () => {
      assertRefused(typedHook({ window }), message);
      assert.equal(issuesOf(typedHook({ window })).length, 1);
    });
  }
});

describe("readGate(upgrade): freeze and minimum-age", () => {
  for (const [written, is] of [
    ["true", true],
    ["on", true],
    ["false", false],
    ["", false],
  ] as const) {
    it(`is ${is ? "frozen" : "not frozen"} by "${written}"`, () => {
      assert.equal(readServed(typedHook({ freeze: written })).upgrade.gate.isFrozen, is);
    });
  }

  it("refuses a freeze until a day", () => {
    assertRefused(typedHook({ freeze: "2026-12-24" }), "freeze: must be true or false");
  });

  for (const [written, ageMs] of [
    ["", 0],
    ["0s", 0],
    ["30m", 1_800_000],
    ["1h30m", 5_400_000],
    ["720h", 2_592_000_000],
  ] as const) {
    it(`reads the minimum-age "${written}"`, () => {
      assert.equal(readServed(typedHook({ "minimum-age": written })).upgrade.gate.minimumAgeMs, ageMs);
    });
  }

  for (const written of ["721h", "30d", "30", "-1m", "soon"]) {
    it(`refuses the minimum-age "${written}"`, () => {
      const message = "minimum-age: must be a duration of 720h (30 days) at most, such as 30m";
      assertRefused(typedHook({ "minimum-age": written }), message);
    });
  }
});
