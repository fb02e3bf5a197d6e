import assert from "node:assert/strict";
import type { ClusterFailure } from "../../../src/core/rollout/cluster-failure.ts";
import { emptyState, pushesOf, stateObjectName, withPush } from "../../../src/core/rollout/state.ts";
import { releaseHeld } from "../../../src/flow/release-held.ts";
import { aPush, aTarget } from "../../support/builders.ts";
import { createFakeArchive, type FakeArchive } from "../../support/fake-archive.ts";

const signal = new AbortController().signal;
const other = { ...aTarget, name: "other" };
const held = (target = aTarget, hook = "website") =>
  withPush(emptyState(target), "web", aPush({ phase: "undone", hook }));
const phasesOf = ({ objects }: FakeArchive): readonly string[] =>
  [...objects.values()].flatMap((state) => pushesOf(state, "web").map(({ phase }) => phase));
const CONFLICT: ClusterFailure = { kind: "conflict", message: "the object has been modified" };

describe("releaseHeld(archive, order, signal)", () => {
  it("lets go what is held of the workloads that are named", async () => {
    const archive = createFakeArchive(held(), held(other));
    const released = await releaseHeld(archive, { targets: [other], hook: "", dropsPending: false }, signal);
    const image = aPush().after;
    assert.deepEqual(released, {
      kind: "ok",
      value: [{ kind: "held", hook: "website", container: "web", image, target: other }],
    });
    assert.deepEqual(phasesOf(archive), ["undone"]);
  });

  it("lets go what a hook brought, of whatever workload, and touches no other", async () => {
    const archive = createFakeArchive(held(), held(other, "other"));
    await releaseHeld(archive, { targets: [], hook: "other", dropsPending: false }, signal);
    assert.deepEqual(phasesOf(archive), ["undone"]);
    assert.deepEqual(archive.tries, [stateObjectName(other)]);
  });

  it("lets nothing go of a workload that nothing is known of", async () => {
    const order = { targets: [aTarget], hook: "", dropsPending: false };
    assert.deepEqual(await releaseHeld(createFakeArchive(), order, signal), { kind: "ok", value: [] });
  });

  it("tries again after a lost race, five times at most", async () => {
    const order = { targets: [aTarget], hook: "", dropsPending: false };
    const once = createFakeArchive(held());
    once.failures.push(CONFLICT);
    assert.equal((await releaseHeld(once, order, signal)).kind, "ok");
    assert.deepEqual([phasesOf(once), once.tries.length], [[], 2]);
    const always = createFakeArchive(held());
    always.failures.push(...Array.from({ length: 9 }, () => CONFLICT));
    assert.deepEqual(await releaseHeld(always, order, signal), { kind: "error", error: CONFLICT });
    assert.equal(always.tries.length, 5);
  });

  it("says why it cannot", async () => {
    const failure = { kind: "unreachable", message: "no answer in time" } as const;
    for (const targets of [[], [aTarget]]) {
      const archive = createFakeArchive(held());
      archive.failures.push(failure);
      const released = await releaseHeld(archive, { targets, hook: "", dropsPending: false }, signal);
      assert.deepEqual(released, { kind: "error", error: failure });
      assert.deepEqual(phasesOf(archive), ["undone"]);
    }
  });
});
