import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { ok } from "../../../src/core/result.ts";
import { live, RACES, steps } from "./rollouts-model.ts";

type Sabotage = NonNullable<Parameters<typeof live>[1]>;

const LIVES = [...RACES, ...fc.sample(steps, { numRuns: 60, seed: 20261122 })];

// They wait most of the time, and so they live side by side.
async function faultsOf(sabotage?: Sabotage): Promise<readonly string[]> {
  const faults = await Promise.all(
    LIVES.map(async (happenings) => {
      try {
        await live(happenings, sabotage);
        return [];
      } catch (error) {
        return [`${String(error)} after ${JSON.stringify(happenings)}`];
      }
    }),
  );
  return faults.flat();
}

describe("createRollouts(parts), whatever happens", () => {
  it("ends every rollout, tells of each once, and runs the newest push or what someone set after it", async function () {
    this.timeout(60_000);
    assert.deepEqual(await faultsOf(), []);
  });

  const bugs: Readonly<Record<string, Sabotage>> = {
    "a leader that overwrites what others store": ({ cluster }, { states }) => ({
      states: {
        ...states,
        save: async (target, next, signal) => {
          await sleep(2);
          return cluster.states.save(target, { ...next, version: cluster.stored(target).version }, signal);
        },
      },
    }),
    "a leader that takes a race that it lost for won": (_kit, { states }) => ({
      states: {
        ...states,
        save: async (target, next, signal) => {
          const saved = await states.save(target, next, signal);
          return saved.kind === "error" && saved.error.kind === "conflict" ? ok(next) : saved;
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
      this.timeout(60_000);
      assert.notDeepEqual(await faultsOf(sabotage), []);
    });
  }
});
