import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  emptyState,
  parseState,
  printState,
  pushesOf,
  stateObjectName,
  targetOf,
  withPending,
  withPush,
  withRecord,
  type RolloutState,
} from "../../../../src/core/rollout/state.ts";
import { aNotice, aPendingPush, aPush, aTarget } from "../../../support/builders.ts";

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
    const ended = aPush({ digest: null, endedAt: "2026-11-22T08:02:00.000Z", rollback: "no pods" });
    const pushed = withPush(withPush(emptyState(aTarget), "web", aPush({ key: "a" })), "log", ended);
    const told = [aNotice(), aNotice({ id: "b", claimedBy: "", claimedUntil: "", about: null })];
    const state = { ...withPending(pushed, "web", aPendingPush()), notices: told };
    assert.deepEqual(parsed(printState(state)), state);
  });

  it("keeps what a newer release added, wherever it stands", () => {
    const pending = { ...aPendingPush(), approvedBy: "ops" };
    const notice = { ...aNotice(), language: "zh", about: { ...aNotice().about, page: "https://example.com" } };
    const newer = {
      ...stateWith(),
      target: { ...aTarget, cluster: "east" },
      containers: { web: { pushes: [{ ...aPush(), signature: "ok" }], pending, pinned: true } },
      notices: [notice],
      leader: { epoch: 3 },
    };
    assert.deepEqual(JSON.parse(printState(parsed(JSON.stringify(newer)))), newer);
  });

  it("keeps it while pushes are added and their phases recorded", () => {
    const newer = { ...stateWith({ ...aPush(), signature: "ok" }), leader: 3 };
    const next = withPush(
      withRecord(parsed(JSON.stringify(newer)), "web", aPush(), { phase: "complete" }),
      "web",
      aPush({ key: "other" }),
    );
    assert.deepEqual(next["leader"], 3);
    assert.deepEqual(pushesOf(next, "web")[0], { ...aPush({ phase: "complete" }), signature: "ok" });
  });

  it("reads what version 0.1 wrote, with what it did not know at its rest", () => {
    const { delivery, request, generation, endedAt, rollback, ...known } = aPush({ phase: "complete" });
    assert.deepEqual([delivery, endedAt, rollback], [null, null, null]);
    assert.notDeepEqual([request, generation], ["", 0]);
    const old = {
      ...emptyState(aTarget),
      containers: { web: { pushes: [known], pending: null }, log: { pushes: [] } },
    };
    const state = parsed(JSON.stringify(old));
    assert.deepEqual(pushesOf(state, "web"), [aPush({ phase: "complete", request: "", generation: 0 })]);
    assert.deepEqual(state.containers["log"], { pushes: [], pending: null });
    assert.deepEqual([state.notices, targetOf(state)], [[], aTarget]);
  });

  it("knows containers by names that every object has", () => {
    const state = withPush(emptyState(aTarget), "constructor", aPush());
    assert.deepEqual(pushesOf(emptyState(aTarget), "constructor"), []);
    assert.deepEqual(pushesOf(parsed(printState(state)), "constructor"), [aPush()]);
  });

  const withPushes = (over: object) => ({ containers: { web: { pushes: [{ ...aPush(), ...over }], pending: null } } });
  const withPendingOf = (over: object) => ({
    containers: { web: { pushes: [], pending: { ...aPendingPush(), ...over } } },
  });
  const withNoticeOf = (over: object) => ({ notices: [{ ...aNotice(), ...over }] });
  const hostile: readonly { readonly when: string; readonly over: object; readonly error: string | RegExp }[] = [
    { when: "version 2", over: { v: 2 }, error: "v: only version 1 is understood" },
    { when: "no version", over: { v: undefined }, error: "v: only version 1 is understood" },
    { when: "no list of notices", over: { notices: {} }, error: /^notices: / },
    { when: "a target of no kind", over: { target: { ...aTarget, kind: "pod" } }, error: /^target\.kind: / },
    {
      when: "a kind that every object has",
      over: { target: { ...aTarget, kind: "constructor" } },
      error: /^target\.k/,
    },
    { when: "a container that is none", over: { containers: { web: null } }, error: /^containers\.web: / },
    {
      when: "a phase that is none",
      over: withPushes({ phase: "paused" }),
      error: /^containers\.web\.pushes\.0\.phase: /,
    },
    { when: "a push without a key", over: withPushes({ key: undefined }), error: /\.pushes\.0\.key: / },
    { when: "a push at no time", over: withPushes({ acceptedAt: "9" }), error: /\.acceptedAt: / },
    {
      when: "a push at a time of no day",
      over: withPushes({ acceptedAt: "2026-02-30T08:00:00.000Z" }),
      error: /\.acc/,
    },
    {
      when: "a time of another zone",
      over: withPushes({ acceptedAt: "2026-11-22T08:00:00.000+08:00" }),
      error: /\.acc/,
    },
    { when: "an end at no time", over: withPushes({ endedAt: "" }), error: /\.endedAt: / },
    { when: "a generation that is none", over: withPushes({ generation: 1.5 }), error: /\.generation: / },
    { when: "a push that waits for nothing", over: withPendingOf({ events: [] }), error: /\.pending\.events: / },
    {
      when: "a push that waits since no time",
      over: withPendingOf({ acceptedAt: "x" }),
      error: /\.pending\.acceptedAt: /,
    },
    { when: "a network that is none", over: withPendingOf({ network: "lan" }), error: /\.pending\.network: / },
    { when: "a notice that is due at no time", over: withNoticeOf({ nextAt: "x" }), error: /^notices\.0\.nextAt: / },
    {
      when: "a claim until no time",
      over: withNoticeOf({ claimedUntil: "never" }),
      error: /^notices\.0\.claimedUntil: /,
    },
    { when: "fewer tries than none", over: withNoticeOf({ attempts: -1 }), error: /^notices\.0\.attempts: / },
    { when: "a notice of nothing", over: withNoticeOf({ about: {} }), error: /^notices\.0\.about\.hook: / },
    { when: "several things", over: { v: 2, containers: 1 }, error: /^v: .*; containers: / },
  ];
  for (const { when, over, error } of hostile) {
    it(`refuses ${when} in one line`, () => {
      refuses(JSON.stringify({ ...emptyState(aTarget), ...over }), error);
    });
  }

  const texts = [
    { when: "no JSON", text: "", error: "it is not JSON" },
    { when: "half a JSON", text: '{"v":1', error: "it is not JSON" },
    { when: "a text", text: '"state"', error: /expected object/ },
    { when: "null", text: "null", error: /expected object/ },
    {
      when: "a number without bounds",
      text: JSON.stringify(stateWith(aPush())).replace(":7,", ":1e999,"),
      error: /generation/,
    },
    { when: "lists without end", text: "[".repeat(100_000), error: "it is not JSON" },
    { when: "objects of great depth", text: `${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`, error: /^v: / },
  ];
  for (const { when, text, error } of texts) {
    it(`refuses ${when} in one line`, () => {
      refuses(text, error);
    });
  }

  function refuses(text: string, error: string | RegExp): void {
    const state = parseState(text);
    const message = state.kind === "error" ? state.error : "it was taken";
    if (typeof error === "string") assert.equal(message, error);
    else assert.match(message, error);
    assert.ok(!message.includes("\n"), message);
  }
});
