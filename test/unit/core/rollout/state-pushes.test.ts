import assert from "node:assert/strict";
import {
  emptyState,
  isOpen,
  isSamePush,
  pendingOf,
  printState,
  pushesOf,
  withoutPush,
  withPending,
  withPush,
  withRecord,
  type Phase,
  type PushRecord,
  type RolloutState,
} from "../../../../src/core/rollout/state.ts";
import { aPendingPush, aPush, aTarget } from "../../../support/builders.ts";

const stateWith = (...pushes: readonly PushRecord[]): RolloutState => ({
  ...emptyState(aTarget),
  containers: { web: { pushes: [...pushes], pending: null } },
});

const many = (count: number, phase: Phase): readonly PushRecord[] =>
  Array.from({ length: count }, (_, index) => aPush({ key: `${phase}-${String(index)}`, phase }));

const remembered = (pushes: readonly PushRecord[]): readonly string[] => {
  const state = pushes.reduce((sum, push) => withPush(sum, "web", push), emptyState(aTarget));
  return pushesOf(state, "web").map(({ key }) => key);
};

const keysOf = (pushes: readonly PushRecord[]): readonly string[] => pushes.map(({ key }) => key);

describe("withPush(state, container, push)", () => {
  it("adds the push behind those that are there, and leaves them as they are", () => {
    const others = many(1, "accepted").concat(many(1, "progressing"), many(1, "complete"));
    assert.deepEqual(pushesOf(withPush(stateWith(...others), "web", aPush()), "web"), [...others, aPush()]);
  });

  it("leaves the other containers alone, and what waits", () => {
    const state = withPush(withPending(stateWith(aPush()), "log", aPendingPush()), "log", aPush({ key: "log" }));
    assert.deepEqual(pushesOf(state, "web"), [aPush()]);
    assert.deepEqual(pendingOf(state, "log"), aPendingPush());
  });

  it("puts a push that is on record last, once", () => {
    const state = withPush(stateWith(aPush(), aPush({ key: "b", phase: "failed" })), "web", aPush({ before: "x:1" }));
    assert.deepEqual(pushesOf(state, "web"), [aPush({ key: "b", phase: "failed" }), aPush({ before: "x:1" })]);
  });

  it("changes nothing of the state that it is given", () => {
    const state = stateWith(aPush({ key: "old" }));
    const before = printState(state);
    withPush(state, "web", aPush());
    assert.equal(printState(state), before);
  });

  const ended: readonly Phase[] = ["held", "complete", "failed", "rolled-back", "superseded", "undone"];
  for (const phase of ended) {
    it(`forgets the oldest beyond ten that are ${phase}`, () => {
      assert.deepEqual(remembered(many(12, phase)), keysOf(many(12, phase).slice(2)));
    });
  }

  const open: readonly Phase[] = ["accepted", "progressing"];
  for (const phase of open) {
    it(`forgets the oldest beyond thirty that are ${phase}`, () => {
      assert.deepEqual(remembered(many(30, phase)), keysOf(many(30, phase)));
      assert.deepEqual(remembered(many(32, phase)), keysOf(many(32, phase).slice(2)));
    });
  }

  const mixtures = [
    { ended: 12, open: 3, kept: 7 },
    { ended: 5, open: 3, kept: 5 },
    { ended: 10, open: 9, kept: 1 },
    { ended: 10, open: 10, kept: 0 },
    { ended: 10, open: 30, kept: 0 },
  ];
  for (const { ended: count, open: opened, kept } of mixtures) {
    it(`keeps ${String(kept)} of ${String(count)} ended beside ${String(opened)} open, in their order`, () => {
      const [old, young] = [many(count, "complete"), many(opened, "progressing")];
      assert.deepEqual(remembered([...old, ...young]), [...keysOf(old.slice(count - kept)), ...keysOf(young)]);
      assert.deepEqual(remembered([...young, ...old]).slice(0, opened), keysOf(young));
    });
  }
});

describe("withRecord(state, container, push, change)", () => {
  it("changes the record of that push alone", () => {
    const change = { phase: "failed", reason: "no pods" } as const;
    const state = withRecord(stateWith(aPush({ key: "a" }), aPush()), "web", aPush(), change);
    assert.deepEqual(pushesOf(state, "web"), [aPush({ key: "a" }), aPush(change)]);
  });

  it("gives the same state for a push or a container that is forgotten", () => {
    const state = stateWith(aPush({ key: "a" }));
    assert.equal(withRecord(state, "web", aPush(), { phase: "failed" }), state);
    assert.equal(withRecord(state, "log", aPush(), { phase: "failed" }), state);
  });
});

describe("withPending(state, container, pending), pendingOf(state, container)", () => {
  it("gives nothing where nothing waits", () => {
    assert.equal(pendingOf(emptyState(aTarget), "web"), null);
    assert.equal(pendingOf(stateWith(), "constructor"), null);
  });

  it("keeps one, and what is remembered", () => {
    const later = aPendingPush({ request: "request-2" });
    const state = withPending(withPending(stateWith(aPush()), "web", aPendingPush()), "web", later);
    assert.deepEqual(state.containers["web"], { pushes: [aPush()], pending: later });
  });

  it("keeps one of a container of which nothing is known yet", () => {
    const state = withPending(emptyState(aTarget), "*", aPendingPush());
    assert.deepEqual([pendingOf(state, "*"), pushesOf(state, "*")], [aPendingPush(), []]);
  });

  it("takes it away, and gives the same state where there is none", () => {
    const state = withPending(withPending(stateWith(), "web", aPendingPush()), "web", null);
    assert.equal(pendingOf(state, "web"), null);
    for (const container of ["web", "log"]) assert.equal(withPending(state, container, null), state);
  });
});

describe("withoutPush(state, container, push)", () => {
  it("takes that push out and leaves the others", () => {
    const later = aPush({ acceptedAt: "2026-11-22T09:00:00.000Z" });
    assert.deepEqual(pushesOf(withoutPush(stateWith(aPush(), later), "web", aPush()), "web"), [later]);
  });

  it("gives the same state where it is not remembered", () => {
    const state = stateWith(aPush({ key: "a" }));
    assert.equal(withoutPush(state, "web", aPush()), state);
  });
});

describe("isSamePush(a, b)", () => {
  it("goes by key and time of acceptance alone", () => {
    assert.equal(isSamePush(aPush(), aPush({ phase: "failed", before: "x:1" })), true);
    assert.equal(isSamePush(aPush(), aPush({ key: "other" })), false);
    assert.equal(isSamePush(aPush(), aPush({ acceptedAt: "2026-11-22T08:00:02.000Z" })), false);
  });
});

describe("isOpen(push)", () => {
  it("is true until the end", () => {
    const phases: readonly Phase[] = ["held", "accepted", "progressing", "complete", "failed", "rolled-back", "undone"];
    assert.deepEqual(
      phases.filter((phase) => isOpen(aPush({ phase }))),
      ["accepted", "progressing"],
    );
  });
});
