import assert from "node:assert/strict";
import type { Target } from "../../../src/core/rollout/target.ts";
import { followChange, type EndedChange, type FollowParts } from "../../../src/flow/follow.ts";
import type { AppliedChange } from "../../../src/flow/upgrade.ts";
import { aHook, anAcceptedPush, anEvent, aTarget } from "../../support/builders.ts";
import { createFakeLog, type FakeLog } from "../../support/fake-log.ts";
import { image, makeUpgradeKit, type UpgradeKit } from "./upgrade-kit.ts";

/** Changes that were made on a cluster in memory, and the following of them. */
export interface FollowKit extends UpgradeKit {
  readonly log: FakeLog;
  /** The Events of the follower. */
  readonly told: readonly string[];
  /** Ends all following. */
  readonly end: AbortController;
  readonly push: (tag?: string, target?: Target) => Promise<AppliedChange>;
  readonly follow: (change: AppliedChange, over?: Partial<FollowParts>) => Promise<EndedChange | null>;
  /** What is on record: image, phase and reason. */
  readonly phases: () => readonly string[];
}

/** Makes one. */
export async function makeFollowKit(): Promise<FollowKit> {
  const kit = await makeUpgradeKit();
  const [log, end] = [createFakeLog(), new AbortController()];
  const told: string[] = [];
  const parts: FollowParts = {
    workloads: kit.cluster.workloads,
    states: kit.cluster.states,
    events: { record: (_workload, { type, reason, message }) => told.push(`${type} ${reason} ${message}`) },
    clock: kit.clock,
    log,
    deadlineMs: 5_000,
  };
  return {
    ...kit,
    log,
    told,
    end,
    push: async (tag = "2.0", target = aTarget) => {
      await kit.upgrade(anAcceptedPush({ hook: aHook({ upgrade: { target } }), events: [anEvent(tag)] }));
      const change = kit.applied.at(-1);
      assert.equal(change?.changes[0].push.after, image(tag));
      return change;
    },
    follow: (change, over = {}) => followChange(change, { ...parts, ...over }, end.signal),
    phases: () => kit.pushes().map(({ after, phase, reason }) => `${after} ${phase} ${reason}`.trim()),
  };
}
