import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { live, steps } from "./rollouts-model.ts";

const RUNS = { numRuns: 60, seed: 20261122, endOnFailure: false } as const;

describe("createRollouts(parts), whatever happens", () => {
  it("ends every rollout, tells of each once, and runs the newest push or what someone set after it", async function () {
    this.timeout(120_000);
    await fc.assert(
      fc.asyncProperty(steps, (happenings) => live(happenings)),
      RUNS,
    );
  });

  const bugs: Readonly<Record<string, Parameters<typeof live>[1]>> = {
    "a leader that overwrites what others store": ({ cluster }, { states }) => ({
      states: {
        ...states,
        save: async (target, next, signal) => {
          await sleep(2);
          return cluster.states.save(target, { ...next, version: cluster.stored(target).version }, signal);
        },
      },
    }),
    "a leader that sends without a claim": (_kit, { states }) => ({
      states: {
        ...states,
        save: (target, next, signal) => {
          const notices = next.state.notices.map((notice) => ({ ...notice, claimedBy: "", claimedUntil: "" }));
          return states.save(target, { ...next, state: { ...next.state, notices } }, signal);
        },
      },
    }),
    "a leader that patches without looking": (_kit, { workloads }) => ({
      workloads: {
        ...workloads,
        patch: (target, operations, signal) =>
          workloads.patch(
            target,
            operations.filter(({ op }) => op !== "test"),
            signal,
          ),
      },
    }),
  };
  for (const [bug, sabotage] of Object.entries(bugs)) {
    it(`finds ${bug}`, async function () {
      this.timeout(120_000);
      const run = await fc.check(
        fc.asyncProperty(steps, (happenings) => live(happenings, sabotage)),
        { ...RUNS, numRuns: 300, endOnFailure: true },
      );
      assert.equal(run.failed, true);
    });
  }
});
