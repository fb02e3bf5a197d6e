import assert from "node:assert/strict";
import { assertRefused, readServed, typedHook } from "./hooks-files.ts";

describe("readRollout(upgrade)", () => {
  for (const [written, deadlineMs] of [
    ["", null],
    ["1s", 1_000],
    ["10m", 600_000],
    ["24h", 86_400_000],
  ] as const) {
    it(`reads the deadline "${written}"`, () => {
      assert.equal(readServed(typedHook({ deadline: written })).upgrade.deadlineMs, deadlineMs);
    });
  }

  for (const deadline of ["0s", "999ms", "86401s", "10", "ten minutes"]) {
    it(`refuses the deadline "${deadline}"`, () => {
      assertRefused(typedHook({ deadline }), "deadline: must be a duration from 1s to 24h, such as 10m");
    });
  }

  for (const [written, read] of [
    ["", "keep"],
    ["keep", "keep"],
    ["Rollback", "rollback"],
  ] as const) {
    it(`reads on-failure "${written}"`, () => {
      assert.equal(readServed(typedHook({ "on-failure": written })).upgrade.onFailure, read);
    });
  }

  it("refuses another on-failure", () => {
    assertRefused(typedHook({ "on-failure": "undo" }), 'on-failure: "undo" is not known: use keep or rollback');
  });
});

describe("readUpgrade(upgrade): registry-time-zone", () => {
  for (const zone of ["", "+08:00", "Asia/Shanghai", "UTC"]) {
    it(`may be "${zone}"`, () => {
      assert.equal(readServed(typedHook({ "registry-time-zone": zone })).upgrade.registryTimeZone, zone);
    });
  }

  it("is refused where there is none of that name", () => {
    const message =
      'registry-time-zone: "+8" is not a time zone: write a name such as Asia/Shanghai, or a distance from UTC such as +08:00';
    assertRefused(typedHook({ "registry-time-zone": "+8" }), message);
  });
});
