import assert from "node:assert/strict";
import { readHooks } from "../../src/core/hook/read-hooks.ts";
import { at, find, hooksOf, render, type Manifest } from "./helm.ts";

type Values = Readonly<Record<string, unknown>>;

const withValues = (values: Values): Promise<readonly Manifest[]> =>
  render({
    values: ["node-port"],
    args: Object.entries(values).flatMap(([key, value]) => [
      "--set-json",
      `hooks.cnrancher_website.${key}=${JSON.stringify(value)}`,
    ]),
  });

const KEYS = ["deadline", "on-failure", "window", "freeze", "minimum-age", "notify", "registry-time-zone"];

// What the hooks file says of these keys; null where it leaves them out.
const written = (manifests: readonly Manifest[]): Values =>
  Object.fromEntries(KEYS.map((key) => [key, at(hooksOf(manifests), 0, "image-upgrade", key) ?? null]));

const NOTHING = Object.fromEntries(KEYS.map((key) => [key, null]));
const NIGHT = { from: "22:00", to: "06:00" };

describe("when the chart's hooks act, and whom they tell", () => {
  const all = {
    deadline: "15m",
    onFailure: "rollback",
    window: [
      { days: ["mon-fri", "sun"], ...NIGHT, timeZone: "Asia/Shanghai" },
      { days: null, timeZone: null, ...NIGHT },
    ],
    freeze: true,
    minimumAge: "30m",
    mailTo: "ops@example.com",
    notify: { language: "zh", channels: ["ops", "chat-2"] },
    registryTimeZone: "+08:00",
  };

  it("stands in the hooks file", async () => {
    assert.deepEqual(written(await withValues(all)), {
      deadline: "15m",
      "on-failure": "rollback",
      window: [{ days: ["mon-fri", "sun"], ...NIGHT, "time-zone": "Asia/Shanghai" }, NIGHT],
      freeze: true,
      "minimum-age": "30m",
      notify: { mail: ["ops@example.com"], language: "zh", channels: ["ops", "chat-2"] },
      "registry-time-zone": "+08:00",
    });
  });

  it("is read without an issue", async () => {
    const text = find(await withValues(all), "ConfigMap", "ih-imagehook-hooks").data?.["hooks.json"] ?? "";
    const read = readHooks(text, "hooks.json");
    assert.ok(read.kind === "ok" && read.value.kind === "hooks");
    const [reading] = read.value.hooks;
    assert.ok(reading?.hook?.kind === "upgrade");
    assert.deepEqual(reading.issues, []);
    assert.deepEqual(
      reading.hook.upgrade.gate.windows.map(({ days }) => days.length),
      [6, 7],
    );
  });

  const nothing: Values = { deadline: "", onFailure: null, window: [], freeze: false, minimumAge: null, mailTo: null };
  for (const values of [
    {},
    { ...nothing, notify: { language: "", channels: [] }, registryTimeZone: "" },
    { ...nothing, notify: null, window: null, freeze: null, deadline: null, registryTimeZone: null },
  ]) {
    it(`is left out where the values are ${JSON.stringify(values)}`, async () => {
      assert.deepEqual(written(await withValues(values)), NOTHING);
    });
  }

  for (const [deadline, minimumAge] of [
    ["1s", "0s"],
    ["24h", "720h"],
    ["23h59m60s", "719h3600s"],
    ["1500ms", "0.5s"],
  ]) {
    it(`may last ${String(deadline)} and ${String(minimumAge)}`, async () => {
      const said = written(await withValues({ deadline, minimumAge }));
      assert.deepEqual([said["deadline"], said["minimum-age"]], [deadline, minimumAge]);
    });
  }

  const refusals: readonly (readonly [Values, RegExp])[] = [
    [{ deadline: "999ms" }, /website\.deadline: "999ms" is no duration from 1s to 24h, such as 10m/],
    [{ deadline: "24h1ms" }, /website\.deadline: "24h1ms" is no duration from 1s to 24h/],
    [{ deadline: "ten" }, /deadline': 'ten' does not match pattern/],
    [{ deadline: 600 }, /deadline': got number, want/],
    [{ minimumAge: "721h" }, /website\.minimumAge: "721h" is no duration of 720h \(30 days\) at most, such as 30m/],
    [{ minimumAge: "1d" }, /minimumAge': '1d' does not match pattern/],
    [{ onFailure: "undo" }, /onFailure': value must be one of 'keep', 'rollback'/],
    [{ window: NIGHT }, /window': got object, want/],
    [{ window: [{ from: "22:00" }] }, /window\/0': missing property 'to'/],
    [{ window: [{ ...NIGHT, to: "24:00" }] }, /window\/0\/to': '24:00' does not match pattern/],
    [{ window: [{ ...NIGHT, from: 1320 }] }, /window\/0\/from': got number, want string/],
    [{ window: [{ ...NIGHT, days: [] }] }, /window\/0\/days': minItems: got 0, want 1/],
    [{ window: [{ ...NIGHT, days: ["monday"] }] }, /window\/0\/days\/0': 'monday' does not match pattern/],
    [{ window: [{ ...NIGHT, zone: "UTC" }] }, /window\/0': additional properties 'zone' not allowed/],
    [{ window: [{ ...NIGHT, timeZone: "Asia Shanghai" }] }, /timeZone': 'Asia Shanghai' does not match pattern/],
    [{ window: Array.from({ length: 11 }, () => NIGHT) }, /window': maxItems: got 11, want 10/],
    [{ freeze: "2026-12-24" }, /freeze': got string, want/],
    [{ notify: { language: "de" } }, /language': value must be one of 'en', 'zh'/],
    [{ notify: { channels: ["Ops"] } }, /channels\/0': 'Ops' does not match pattern/],
    [{ notify: { mail: [] } }, /notify': additional properties 'mail' not allowed/],
    [{ registryTimeZone: "UTC 8" }, /registryTimeZone': 'UTC 8' does not match pattern/],
  ];
  for (const [values, says] of refusals) {
    it(`is refused as ${JSON.stringify(values).slice(0, 80)}`, async () => {
      await assert.rejects(withValues(values), says);
    });
  }
});
