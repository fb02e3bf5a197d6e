import assert from "node:assert/strict";
import { createBackground } from "../../../src/flow/background.ts";
import type { EventRecorder } from "../../../src/flow/ports.ts";
import type { Target } from "../../../src/core/rollout/target.ts";
import { createTellRefused } from "../../../src/flow/tell-refused.ts";
import { aHook, aTarget } from "../../support/builders.ts";
import { createFakeCluster } from "../../support/fake-cluster.ts";
import { createFakeLog } from "../../support/fake-log.ts";

interface Kit {
  /** Tells, and gives the Events that there are once all was said. */
  readonly tell: (id: string, reason: string, target?: Target) => Promise<readonly string[]>;
  readonly cluster: ReturnType<typeof createFakeCluster>;
  nowMs: number;
}

function aKit(): Kit {
  const cluster = createFakeCluster();
  const seen: string[] = [];
  const events: EventRecorder = {
    record: ({ uid }, { type, reason, message }) => {
      assert.notEqual(uid, "");
      seen.push(`${type} ${reason}: ${message}`);
    },
    recordOnState: () => assert.fail("nothing is said of a state"),
  };
  const background = createBackground(createFakeLog());
  const kit: Kit = {
    cluster,
    nowMs: Date.parse("2026-11-22T08:00:00Z"),
    tell: async (id, reason, target = aTarget) => {
      tellRefused(aHook({ id }), { target, reason }, "request-1");
      while (background.count() > 0) await new Promise(setImmediate);
      return seen;
    },
  };
  const clock = { now: () => new Date(kit.nowMs) };
  const tellRefused = createTellRefused({ workloads: cluster.workloads, events, background, clock });
  return kit;
}

describe("createTellRefused(parts)", () => {
  const line = "Warning ImageRefused: no such container (hook website, request request-1)";

  it("records an Event on the hook's workload", async () => {
    const kit = aKit();
    await kit.cluster.deploy(aTarget, { web: "a:1" });
    assert.deepEqual(await kit.tell("website", "no such container"), [line]);
  });

  it("records one a minute of a hook, and others of other hooks", async () => {
    const kit = aKit();
    await kit.cluster.deploy(aTarget, { web: "a:1" });
    await kit.tell("website", "no such container");
    await kit.tell("website", "something else");
    kit.nowMs += 59_999;
    assert.deepEqual(await kit.tell("website", "something else"), [line]);
    assert.equal((await kit.tell("other", "no such container")).length, 2);
    kit.nowMs += 1;
    assert.equal((await kit.tell("website", "something else")).length, 3);
  });

  it("records one a minute of each workload that a hook selects", async () => {
    const kit = aKit();
    const other = { ...aTarget, name: "api" };
    for (const target of [aTarget, other]) await kit.cluster.deploy(target, { web: "a:1" });
    await kit.tell("website", "no such container");
    assert.equal((await kit.tell("website", "no such container", other)).length, 2);
    assert.equal((await kit.tell("website", "no such container", other)).length, 2);
  });

  it("records nothing where there is no workload", async () => {
    assert.deepEqual(await aKit().tell("website", "no such workload"), []);
  });

  it("remembers a thousand hooks at most, and is silent about more of them in that minute", async () => {
    const kit = aKit();
    await kit.cluster.deploy(aTarget, { web: "a:1" });
    for (let count = 0; count < 1_000; count++) await kit.tell(`hook-${String(count)}`, "x");
    assert.equal((await kit.tell("one-more", "x")).length, 1_000);
    kit.nowMs += 60_000;
    assert.equal((await kit.tell("one-more", "x")).length, 1_001);
  });
});
