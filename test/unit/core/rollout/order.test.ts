import assert from "node:assert/strict";
import {
  isNewer,
  newerPush,
  pushTimeOf,
  timesOf,
  timesOfPending,
  type PushTimes,
} from "../../../../src/core/rollout/order.ts";
import { anEvent, aPendingPush, aPush } from "../../../support/builders.ts";

const at = (seconds: number): string => new Date(Date.UTC(2026, 10, 22, 8) + seconds * 1000).toISOString();
const times = (pushedAt: number | null, acceptedAt: number): PushTimes => ({
  pushedAt: pushedAt === null ? null : at(pushedAt),
  acceptedAt: at(acceptedAt),
});

describe("pushTimeOf(times)", () => {
  const cases = [
    { when: "before the arrival", pushed: 3, is: 3 },
    { when: "at the arrival", pushed: 5, is: 5 },
    { when: "ahead of the arrival", pushed: 6, is: 5 },
    { when: "years ahead", pushed: 1e9, is: 5 },
    { when: "not said", pushed: null, is: 5 },
  ];
  for (const { when, pushed, is } of cases) {
    it(`is ${String(is)} for a push time ${when}`, () => {
      assert.equal(pushTimeOf(times(pushed, 5)), at(is));
    });
  }
});

describe("isNewer(one, other)", () => {
  const cases = [
    { when: "pushed later", one: times(2, 9), other: times(1, 9), is: true },
    { when: "pushed later, though it came first", one: times(2, 3), other: times(1, 9), is: true },
    { when: "pushed earlier, though it came last", one: times(1, 9), other: times(2, 3), is: false },
    { when: "pushed at the same time and came last", one: times(1, 4), other: times(1, 3), is: true },
    { when: "pushed at the same time and came first", one: times(1, 3), other: times(1, 4), is: false },
    { when: "the same in both", one: times(1, 3), other: times(1, 3), is: false },
    { when: "without a time and came last", one: times(null, 4), other: times(2, 3), is: true },
    { when: "without a time and came before the other's push", one: times(null, 4), other: times(5, 6), is: false },
    { when: "pushed in the future and came first", one: times(900, 3), other: times(null, 4), is: false },
    {
      when: "pushed in the future and came before the other's push",
      one: times(900, 3),
      other: times(5, 6),
      is: false,
    },
    { when: "without a time, both, and came last", one: times(null, 4), other: times(null, 3), is: true },
  ];
  for (const { when, one, other, is } of cases) {
    it(`is ${String(is)} for one that was ${when}`, () => {
      assert.equal(isNewer(one, other), is);
      if (is) assert.equal(isNewer(other, one), false);
    });
  }
});

describe("newerPush(event, arrivedAt, pushes)", () => {
  const push = (key: string, pushedAt: number | null, acceptedAt: number) =>
    aPush({ key, ...times(pushedAt, acceptedAt) });
  const found = (pushedAt: number | null, arrivedAt: number, ...pushes: ReturnType<typeof push>[]) =>
    newerPush(anEvent("2.0", times(pushedAt, 0)), new Date(at(arrivedAt)), pushes)?.key;

  it("finds none among none, and none among older ones", () => {
    assert.equal(found(1, 9), undefined);
    assert.equal(found(5, 9, push("a", 3, 4), push("b", null, 4), push("c", 900, 4)), undefined);
  });

  it("finds the newest of several that are newer, wherever it stands", () => {
    const [a, b, c] = [push("a", 6, 7), push("b", 8, 9), push("c", 7, 8)];
    for (const pushes of [
      [a, b, c],
      [b, a, c],
      [c, a, b],
      [c, b, a],
    ])
      assert.equal(found(5, 9, ...pushes), "b");
  });

  it("finds the one that arrived last of those that were pushed at once", () => {
    assert.equal(found(5, 9, push("a", 6, 7), push("b", 6, 8)), "b");
    assert.equal(found(5, 9, push("b", 6, 8), push("a", 6, 7)), "b");
  });

  it("finds none for an event without a time, which is as new as its arrival", () => {
    assert.equal(found(null, 9, push("a", 8, 8), push("b", null, 9)), undefined);
  });

  it("finds none for an event that was pushed at the same time and arrives later", () => {
    assert.equal(found(5, 9, push("a", 5, 8)), undefined);
  });

  it("trusts a clock that is a minute ahead, and none that is further", () => {
    assert.equal(found(null, 9, push("a", null, 69)), "a");
    assert.equal(found(null, 9, push("a", null, 69.001)), undefined);
    assert.equal(found(5, 9, push("a", null, 900), push("b", 6, 7)), "b");
  });
});

describe("timesOf(events, arrivedAt), timesOfPending(pending)", () => {
  const cases = [
    { when: "one with a time", events: [3], is: 3 },
    { when: "several in any order", events: [3, 5, 4], is: 5 },
    { when: "one without a time", events: [null], is: null },
    { when: "one without a time beside others", events: [3, null, 5], is: null },
  ];
  for (const { when, events, is } of cases) {
    it(`gives the newest of ${when}`, () => {
      const pushed = events.map((pushedAt) => anEvent("2.0", { pushedAt: times(pushedAt, 0).pushedAt }));
      assert.deepEqual(timesOf(pushed, new Date(at(9))), times(is, 9));
      const pending = aPendingPush({ events: pushed.map((event) => ({ ...event })), acceptedAt: at(9) });
      assert.deepEqual(timesOfPending(pending), times(is, 9));
    });
  }
});
