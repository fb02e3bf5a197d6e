import assert from "node:assert/strict";
import { nextTry, type FailedTry } from "../../../../src/core/notice/retry.ts";

const SETTINGS = { firstMs: 30_000, forMs: 72 * 3_600_000 };
const FIRST = new Date("2026-11-22T08:00:00Z");

const failed = (over: Partial<FailedTry> = {}): FailedTry => ({
  id: "7f3a",
  attempts: 1,
  firstAt: FIRST,
  failedAt: FIRST,
  kind: "temporary",
  retryAfterSeconds: null,
  ...over,
});
const waitOf = (over: Partial<FailedTry>, settings = SETTINGS): number | null => {
  const next = nextTry(failed(over), settings);
  return next === null ? null : (next.getTime() - (over.failedAt ?? FIRST).getTime()) / 1000;
};

describe("nextTry(failed, settings)", () => {
  const steps = [30, 120, 480, 1_800, 3_600, 7_200, 14_400, 14_400, 14_400];
  for (const [index, seconds] of steps.entries()) {
    it(`waits about ${String(seconds)} s after try ${String(index + 1)}, for each notice a little differently`, () => {
      const waits = Array.from({ length: 50 }, (_, id) => waitOf({ id: String(id), attempts: index + 1 }) ?? 0);
      assert.ok(Math.min(...waits) >= 0.8 * seconds && Math.min(...waits) < 0.9 * seconds, waits.join());
      assert.ok(Math.max(...waits) <= 1.2 * seconds && Math.max(...waits) > 1.1 * seconds, waits.join());
    });
  }

  it("says the same for the same try whoever asks", () => {
    assert.deepEqual(nextTry(failed(), SETTINGS), nextTry(failed(), SETTINGS));
    assert.notDeepEqual(nextTry(failed(), SETTINGS), nextTry(failed({ id: "other" }), SETTINGS));
  });

  it("begins with the wait that is set, and never waits longer than about four hours", () => {
    const first = waitOf({}, { ...SETTINGS, firstMs: 1_000 }) ?? 0;
    assert.ok(first >= 0.8 && first <= 1.2, String(first));
    const longest = waitOf({ attempts: 1_000 }, { ...SETTINGS, firstMs: 3_600_000 }) ?? 0;
    assert.ok(longest >= 0.8 * 14_400 && longest <= 1.2 * 14_400, String(longest));
  });

  it("waits as long as the receiver asks for, but for four hours at most", () => {
    assert.equal(waitOf({ retryAfterSeconds: 600 }), 600);
    assert.equal(waitOf({ retryAfterSeconds: 1_000_000 }), 14_400);
    assert.equal(waitOf({ retryAfterSeconds: 1 }), waitOf({}));
  });

  for (const kind of ["temporary", "unreachable", "authentication", "tls"] as const) {
    it(`tries again after a failure of the kind ${kind}`, () => {
      assert.equal(waitOf({ kind }), waitOf({}));
    });
  }

  it("never tries again what was refused for good", () => {
    assert.equal(waitOf({ kind: "permanent" }), null);
  });

  it("gives up where the next try would come later than it is told to go on", () => {
    const at = (ms: number): Date => new Date(FIRST.getTime() + ms);
    const tenth = { attempts: 10, failedAt: at(66 * 3_600_000) };
    assert.notEqual(waitOf(tenth), null);
    assert.equal(waitOf({ ...tenth, failedAt: at(71 * 3_600_000) }), null);
    assert.equal(waitOf({}, { ...SETTINGS, forMs: 1_000 }), null);
  });

  it("takes a count of no tries for the first", () => {
    assert.equal(Math.abs((waitOf({ attempts: 0 }) ?? 0) - 30) <= 6, true);
  });
});
