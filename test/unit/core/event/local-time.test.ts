import assert from "node:assert/strict";
import type { EventReading } from "../../../../src/core/event/push-event.ts";
import { BODIES, readAs, withValue } from "./bodies.ts";

function timeOf(reading: EventReading): string | null | undefined {
  assert.ok(reading.kind === "push", JSON.stringify(reading));
  return reading.images[0].pushedAt;
}

describe("readLocalTime(text, timeZone)", () => {
  const cases = [
    { sent: "2026-03-13 23:38:07", timeZone: "", read: "2026-03-13T15:38:07.000Z" },
    { sent: "2026-03-13 23:38:07", timeZone: "Asia/Shanghai", read: "2026-03-13T15:38:07.000Z" },
    { sent: "2026-03-13 23:38:07", timeZone: "UTC", read: "2026-03-13T23:38:07.000Z" },
    { sent: "2026-03-13 23:38:07", timeZone: "-03:30", read: "2026-03-14T03:08:07.000Z" },
    { sent: "2026-07-13 23:38:07", timeZone: "Europe/Berlin", read: "2026-07-13T21:38:07.000Z" },
    { sent: "2026-03-29 02:30:00", timeZone: "Europe/Berlin", read: "2026-03-29T01:00:00.000Z" },
    { sent: "2026-10-25 02:30:00", timeZone: "Europe/Berlin", read: "2026-10-25T00:30:00.000Z" },
    { sent: "9999-12-31 23:59:59", timeZone: "UTC", read: "9999-12-31T23:59:59.000Z" },
    { sent: "9999-12-31 23:59:59", timeZone: "-03:30", read: null },
    { sent: "1970-01-01 07:00:00", timeZone: "", read: null },
    { sent: "0001-01-01 00:00:00", timeZone: "", read: null },
    { sent: "2026-13-13 23:38:07", timeZone: "", read: null },
    { sent: "2026-03-13T23:38:07Z", timeZone: "UTC", read: null },
  ];
  for (const { sent, timeZone, read } of cases) {
    it(`reads Aliyun's ${sent} in the zone "${timeZone}" as ${String(read)}`, () => {
      const body = withValue(BODIES.aliyun, "push_data.pushed_at", sent);
      assert.equal(timeOf(readAs("aliyun", body, { timeZone })), read);
    });
  }

  it("is not asked for a time that has a zone", () => {
    assert.equal(timeOf(readAs("custom", BODIES.custom, { timeZone: "UTC" })), "2026-03-13T15:38:07.000Z");
  });
});
