import assert from "node:assert/strict";
import { endOf, repeatedPushes } from "../../../../src/core/rollout/ended.ts";
import { emptyState, type Phase, type RolloutState } from "../../../../src/core/rollout/state.ts";
import { aPush, aTarget } from "../../../support/builders.ts";

const stateOf = (phases: Readonly<Record<string, Phase>>): RolloutState => ({
  ...emptyState(aTarget),
  containers: Object.fromEntries(
    Object.entries(phases).map(([name, phase]) => [
      name,
      { pushes: [aPush({ key: "other" }), aPush({ phase, reason: `${name} is ${phase}` })], pending: null },
    ]),
  ),
});
const [web, worker] = ["web", "worker"].map((container) => ({ container, push: aPush() }));
assert.ok(web !== undefined && worker !== undefined);

describe("endOf(state, pushes)", () => {
  const cases: readonly { readonly phases: Readonly<Record<string, Phase>>; readonly is: string | null }[] = [
    { phases: { web: "complete", worker: "superseded" }, is: "worker is superseded" },
    { phases: { web: "superseded", worker: "undone" }, is: "worker is undone" },
    { phases: { web: "undone", worker: "rolled-back" }, is: "worker is rolled-back" },
    { phases: { web: "failed", worker: "rolled-back" }, is: "web is failed" },
    { phases: { web: "failed", worker: "progressing" }, is: null },
    { phases: { web: "accepted", worker: "complete" }, is: null },
    { phases: { web: "complete" }, is: "newer pushes came" },
  ];
  for (const { phases, is } of cases) {
    it(`is ${is ?? "none yet"} of ${Object.values(phases).join(" and ")}`, () => {
      for (const pushes of [
        [web, worker],
        [worker, web],
      ])
        assert.equal(endOf(stateOf(phases), pushes)?.reason ?? null, is);
    });
  }

  it("has the phase with the reason", () => {
    assert.equal(endOf(stateOf({ web: "complete", worker: "complete" }), [web, worker])?.phase, "complete");
    assert.deepEqual(endOf(stateOf({ web: "failed" }), [web]), { phase: "failed", reason: "web is failed" });
    assert.deepEqual(endOf(stateOf({}), [web]), { phase: "superseded", reason: "newer pushes came" });
  });

  it("is none of nothing", () => {
    assert.equal(endOf(stateOf({ web: "complete" }), []), null);
  });
});

describe("repeatedPushes(state, repetitions)", () => {
  const state = stateOf({ web: "complete", worker: "progressing", log: "accepted" });
  const keysOf = (container: string, over: { image?: string; isRepeated?: boolean } = {}): readonly string[] => {
    const repetition = { container, image: aPush().after, isRepeated: true, ...over };
    const pushes = repeatedPushes(state, [repetition]);
    assert.ok(pushes.every((one) => one.container === container));
    return pushes.map(({ push }) => `${push.key} ${push.phase}`);
  };

  it("gives the open ones", () => {
    assert.deepEqual(keysOf("worker"), ["other accepted", `${aPush().key} progressing`]);
    assert.deepEqual(keysOf("worker", { isRepeated: false }), keysOf("worker"));
    assert.deepEqual(keysOf("gone"), []);
  });

  const ended = emptyState(aTarget);
  const failed = aPush({ phase: "failed", endedAt: "2026-11-22T08:01:00.000Z" });
  const cases = [
    { what: "the one that is repeated", isRepeated: true, image: failed.after, is: ["failed"] },
    { what: "none of another delivery", isRepeated: false, image: failed.after, is: [] },
    { what: "none of another image", isRepeated: true, image: "other:1", is: [] },
  ];
  for (const { what, is, ...repetition } of cases)
    it(`gives ${what} where none is open`, () => {
      const containers = { web: { pushes: [failed], pending: null } };
      const pushes = repeatedPushes({ ...ended, containers }, [{ container: "web", ...repetition }]);
      assert.deepEqual(
        pushes.map(({ push }) => push.phase),
        is,
      );
    });
});
