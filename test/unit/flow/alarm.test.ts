import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { createAlarm } from "../../../src/flow/alarm.ts";

describe("createAlarm()", () => {
  const never = new AbortController().signal;
  const took = async (waiting: Promise<void>): Promise<number> => {
    const beforeMs = performance.now();
    await waiting;
    return performance.now() - beforeMs;
  };

  it("wakes who waits", async () => {
    const alarm = createAlarm();
    const waiting = took(alarm.wait(5_000, never));
    await sleep(5);
    alarm.ring();
    assert.ok((await waiting) < 1_000);
  });

  it("stays rung until somebody waits, once", async () => {
    const alarm = createAlarm();
    alarm.ring();
    alarm.ring();
    assert.ok((await took(alarm.wait(5_000, never))) < 1_000);
    assert.ok((await took(alarm.wait(40, never))) >= 35);
  });

  for (const timeMs of [0, -5]) {
    it(`wakes at once where the time is over: ${String(timeMs)}`, async () => {
      assert.ok((await took(createAlarm().wait(timeMs, never))) < 1_000);
    });
  }

  for (const timeMs of [Infinity, 90 * 86_400_000]) {
    it(`waits where the time is longer than a timer's: ${String(timeMs)}`, async () => {
      const alarm = createAlarm();
      const waiting = took(alarm.wait(timeMs, never));
      await sleep(40);
      alarm.ring();
      assert.ok((await waiting) >= 35);
    });
  }

  it("ends with the signal, and does not begin after it", async () => {
    const [alarm, end] = [createAlarm(), new AbortController()];
    const waiting = took(alarm.wait(5_000, end.signal));
    end.abort();
    assert.ok((await waiting) < 1_000);
    assert.ok((await took(alarm.wait(5_000, end.signal))) < 1_000);
  });

  it("is rung after it was waited for without harm", async () => {
    const alarm = createAlarm();
    await alarm.wait(1, never);
    alarm.ring();
    assert.ok((await took(alarm.wait(5_000, never))) < 1_000);
  });
});
