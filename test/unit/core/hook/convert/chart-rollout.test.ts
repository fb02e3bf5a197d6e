import assert from "node:assert/strict";
import { SEED_VALUES, typedHook, urlMatch } from "../hooks-files.ts";
import { convert, type Json } from "./convert-kit.ts";

function valuesOf(upgrade: Json): Json {
  const rule = { "trigger-rule": urlMatch("token", SEED_VALUES.token) };
  const [carried] = convert(typedHook({ registry: "aliyun", ...upgrade }, rule)).carried;
  assert.ok(carried !== undefined);
  return carried.values;
}

const added = (upgrade: Json): Json => {
  const without = new Set(Object.keys(valuesOf({})));
  return Object.fromEntries(Object.entries(valuesOf(upgrade)).filter(([key]) => !without.has(key)));
};

describe("toChartRollout(upgrade)", () => {
  const cases: readonly (readonly [upgrade: Json, values: Json])[] = [
    [{ deadline: "", "on-failure": "keep", freeze: false, "minimum-age": "0s", notify: {} }, {}],
    [{ deadline: "1.5h" }, { deadline: "1h30m" }],
    [{ "on-failure": "rollback" }, { onFailure: "rollback" }],
    [{ freeze: true }, { freeze: true }],
    [{ "minimum-age": "1800s" }, { minimumAge: "30m" }],
    [{ notify: { language: "zh" } }, { notify: { language: "zh" } }],
    [{ notify: { channels: ["ops"] } }, { notify: { channels: ["ops"] } }],
    [{ "registry-time-zone": "+08:00" }, { registryTimeZone: "+08:00" }],
    [
      { window: [{ days: ["Fri-Sun"], from: "22:00", to: "06:05", "time-zone": "Asia/Shanghai" }] },
      { window: [{ days: ["sun", "fri", "sat"], from: "22:00", to: "06:05", timeZone: "Asia/Shanghai" }] },
    ],
  ];
  for (const [upgrade, values] of cases) {
    it(`says ${JSON.stringify(upgrade)} in the chart's words`, () => {
      assert.deepEqual(added(upgrade), values);
    });
  }
});
