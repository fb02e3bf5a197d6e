import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  emptyState,
  isSamePush,
  parseState,
  printState,
  pushesOf,
  stateObjectName,
  withoutPush,
  withPhase,
  withPush,
  type RolloutState,
} from "../../../../src/core/rollout/state.ts";
import { aPush, aTarget } from "../../../support/builders.ts";

const stateWith = (...pushes: readonly ReturnType<typeof aPush>[]): RolloutState => ({
  ...emptyState(aTarget),
  containers: { web: { pushes: [...pushes], pending: null } },
});

const parsed = (text: string): RolloutState => {
  const state = parseState(text);
  if (state.kind === "error") assert.fail(state.error);
  return state.value;
};

describe("stateObjectName(target)", () => {
  it("holds the first 16 digits of the SHA-256 of kind, namespace and name", () => {
    const hash = createHash("sha256").update("statefulset/shop/website").digest("hex");
    assert.equal(
      stateObjectName({ kind: "statefulset", namespace: "shop", name: "website" }),
      `imagehook-${hash.slice(0, 16)}`,
    );
  });
});

describe("parseState(text), printState(state)", () => {
  it("gives back what was printed", () => {
    const state = withPush(withPush(emptyState(aTarget), "web", aPush({ key: "a" })), "log", aPush({ digest: null }));
    assert.deepEqual(parsed(printState(state)), state);
  });

  it("keeps what a newer release added, wherever it stands", () => {
    const newer = {
      ...stateWith(),
      target: { ...aTarget, cluster: "east" },
      containers: { web: { pushes: [{ ...aPush(), signature: "ok" }], pending: { key: "k" }, pinned: true } },
      notices: [{ id: "n", claimedBy: "pod-1" }],
      leader: { epoch: 3 },
    };
    assert.deepEqual(JSON.parse(printState(parsed(JSON.stringify(newer)))), newer);
  });

  it("keeps it while pushes are added and their phases recorded", () => {
    const newer = { ...stateWith({ ...aPush(), signature: "ok" }), leader: 3 };
    const next = withPush(
      withPhase(parsed(JSON.stringify(newer)), "web", aPush(), { phase: "complete", reason: "" }),
      "web",
      aPush({ key: "other" }),
    );
    assert.deepEqual(next["leader"], 3);
    assert.deepEqual(pushesOf(next, "web")[0], { ...aPush({ phase: "complete" }), signature: "ok" });
  });

  it("knows containers by names that every object has", () => {
    const state = withPush(emptyState(aTarget), "constructor", aPush());
    assert.deepEqual(pushesOf(emptyState(aTarget), "constructor"), []);
    assert.deepEqual(pushesOf(parsed(printState(state)), "constructor"), [aPush()]);
  });

  const refused = [
    { when: "no JSON", text: "", error: "it is not JSON" },
    { when: "half a JSON", text: '{"v":1', error: "it is not JSON" },
    { when: "version 2", text: JSON.stringify({ ...stateWith(), v: 2 }), error: "v: only version 1 is understood" },
    {
      when: "no version",
      text: JSON.stringify({ ...stateWith(), v: undefined }),
      error: "v: only version 1 is understood",
    },
    {
      when: "a phase that is none",
      text: JSON.stringify(stateWith(aPush())).replace('"accepted"', '"paused"'),
      error: /^containers\.web\.pushes\.0\.phase: /,
    },
    { when: "no list of notices", text: JSON.stringify({ ...stateWith(), notices: {} }), error: /^notices: / },
    { when: "a text", text: '"state"', error: /expected object/ },
    { when: "several things", text: '{"v":2}', error: /^v: .*; target: .*; containers: .*; notices: / },
  ];
  for (const { when, text, error } of refused) {
    it(`refuses ${when} in one line`, () => {
      const state = parseState(text);
      const message = state.kind === "error" ? state.error : "it was taken";
      if (typeof error === "string") assert.equal(message, error);
      else assert.match(message, error);
      assert.ok(!message.includes("\n"), message);
    });
  }
});

describe("withPush(state, container, push)", () => {
  it("adds the push behind those that are there", () => {
    const state = withPush(stateWith(aPush({ key: "old", phase: "complete" })), "web", aPush());
    assert.deepEqual(pushesOf(state, "web"), [aPush({ key: "old", phase: "complete" }), aPush()]);
  });

  it("leaves the other containers alone", () => {
    const state = withPush(stateWith(aPush()), "log", aPush({ key: "log" }));
    assert.deepEqual(pushesOf(state, "web"), [aPush()]);
  });

  it("puts a push that is on record last, once", () => {
    const state = withPush(stateWith(aPush(), aPush({ key: "b", phase: "failed" })), "web", aPush({ before: "x:1" }));
    assert.deepEqual(pushesOf(state, "web"), [aPush({ key: "b", phase: "failed" }), aPush({ before: "x:1" })]);
  });

  const phases = {
    accepted: "superseded",
    progressing: "superseded",
    complete: "complete",
    failed: "failed",
    held: "held",
    "rolled-back": "rolled-back",
    superseded: "superseded",
    undone: "undone",
  } as const;
  for (const [phase, then] of Object.entries(phases) as [keyof typeof phases, string][]) {
    it(`leaves an older push that was ${phase} as ${then}`, () => {
      const state = withPush(stateWith(aPush({ key: "old", phase })), "web", aPush());
      assert.deepEqual(pushesOf(state, "web")[0]?.phase, then);
    });
  }

  it("forgets the oldest beyond ten", () => {
    const keys = Array.from({ length: 12 }, (_, index) => `key-${String(index)}`);
    const state = keys.reduce((sum, key) => withPush(sum, "web", aPush({ key })), emptyState(aTarget));
    assert.deepEqual(
      pushesOf(state, "web").map(({ key }) => key),
      keys.slice(2),
    );
  });

  it("changes nothing of the state that it is given", () => {
    const state = stateWith(aPush({ key: "old" }));
    const before = printState(state);
    withPush(state, "web", aPush());
    assert.equal(printState(state), before);
  });
});

describe("withPhase(state, container, push, phase)", () => {
  it("records phase and reason of that push alone", () => {
    const state = withPhase(stateWith(aPush({ key: "a" }), aPush()), "web", aPush(), {
      phase: "failed",
      reason: "no pods",
    });
    assert.deepEqual(pushesOf(state, "web"), [aPush({ key: "a" }), aPush({ phase: "failed", reason: "no pods" })]);
  });

  it("does nothing for a push that is forgotten", () => {
    const state = withPhase(stateWith(aPush({ key: "a" })), "web", aPush(), { phase: "failed", reason: "" });
    assert.deepEqual(pushesOf(state, "web"), [aPush({ key: "a" })]);
  });
});

describe("withoutPush(state, container, push)", () => {
  it("takes that push out and leaves the others", () => {
    const later = aPush({ acceptedAt: "2026-11-22T09:00:00.000Z" });
    assert.deepEqual(pushesOf(withoutPush(stateWith(aPush(), later), "web", aPush()), "web"), [later]);
  });
});

describe("isSamePush(a, b)", () => {
  it("goes by key and time of acceptance alone", () => {
    assert.equal(isSamePush(aPush(), aPush({ phase: "failed", before: "x:1" })), true);
    assert.equal(isSamePush(aPush(), aPush({ key: "other" })), false);
    assert.equal(isSamePush(aPush(), aPush({ acceptedAt: "2026-11-22T08:00:02.000Z" })), false);
  });
});
