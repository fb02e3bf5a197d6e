import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Target } from "../../../src/core/rollout/target.ts";
import type { AppliedChange } from "../../../src/flow/upgrade.ts";
import { pushesOf } from "../../../src/core/rollout/state.ts";
import { aHook, anAcceptedPush, aTarget } from "../../support/builders.ts";
import { makeFollowKit, type FollowKit } from "./follow-kit.ts";
import { image, UNREACHABLE } from "./upgrade-kit.ts";

describe("followChange(change, parts, signal)", () => {
  let kit: FollowKit;
  beforeEach(async () => {
    kit = await makeFollowKit();
  });
  afterEach(() => {
    kit.end.abort();
  });

  describe("at its deadline", () => {
    const sts: Target = { ...aTarget, kind: "statefulset" };
    const pushToSet = async (): Promise<AppliedChange> => {
      await kit.cluster.deploy(sts, { web: image("1.0") });
      return kit.push("2.0", sts);
    };

    it("ends and says how far it was", async () => {
      const reason = "not complete after 0 s: waiting for the change to be observed";
      const ended = await kit.follow(await pushToSet(), { deadlineMs: 30 });
      assert.deepEqual(ended?.result, { kind: "deadline", reason });
      assert.deepEqual(kit.told, [`Warning RolloutFailed web: ${image("2.0")}: ${reason}`]);
    });

    it("says why nothing was seen", async () => {
      const following = kit.follow(await pushToSet(), { deadlineMs: 30 });
      kit.cluster.show(sts, { kind: "failure", failure: UNREACHABLE });
      assert.deepEqual((await following)?.result, {
        kind: "deadline",
        reason: `not complete after 0 s: ${UNREACHABLE.message}`,
      });
    });

    it("is the deployment's own and half a minute", async () => {
      kit.cluster.edit(aTarget, (object) => Object.assign(object.spec, { progressDeadlineSeconds: 60 }));
      const following = kit.follow(await kit.push(), { deadlineMs: 5 });
      await sleep(20);
      kit.clock.advance(89_999);
      kit.cluster.show(aTarget, { kind: "failure", failure: UNREACHABLE });
      await sleep(20);
      const { result } = (await following) ?? {};
      assert.equal(result?.kind, "deadline");
      assert.equal("reason" in result && result.reason.startsWith("not complete after 90 s: "), true);
    });

    it("is the general one where the deployment has none", async () => {
      kit.cluster.edit(aTarget, (object) => Object.assign(object.spec, { progressDeadlineSeconds: 2_147_483_647 }));
      assert.equal((await kit.follow(await kit.push(), { deadlineMs: 30 }))?.result.kind, "deadline");
    });

    it("is not now when it is further away than a timer goes", async () => {
      const following = kit.follow(await pushToSet(), { deadlineMs: 90 * 86_400_000 });
      await sleep(30);
      kit.end.abort();
      assert.equal(await following, null);
    });
  });

  describe("when it is stopped", () => {
    it("gives nothing and records nothing", async () => {
      const following = kit.follow(await kit.push());
      await sleep(2);
      kit.cluster.calls.length = 0;
      kit.end.abort();
      assert.equal(await following, null);
      assert.deepEqual([kit.phases(), kit.cluster.calls], [[`${image("2.0")} accepted`], []]);
      assert.deepEqual(kit.log.factsOf("rollout ended"), []);
    });

    it("does not begin", async () => {
      const change = await kit.push();
      kit.end.abort();
      assert.equal(await kit.follow(change), null);
    });

    it("gives nothing where the watch itself ends", async () => {
      const watch = async function* (): AsyncGenerator<never> {
        // Nothing is seen.
      };
      assert.equal(await kit.follow(await kit.push(), { workloads: { ...kit.cluster.workloads, watch } }), null);
    });
  });

  describe("where the end is hard to record", () => {
    it("writes it beside what another replica wrote meanwhile", async () => {
      const change = await kit.push();
      kit.cluster.finish(aTarget);
      const { state } = kit.cluster.stored(aTarget);
      kit.cluster.store(aTarget, { ...state, notices: [{ id: "other" }] });
      assert.deepEqual((await kit.follow(change))?.result, { kind: "complete" });
      assert.deepEqual(kit.phases(), [`${image("2.0")} complete`]);
      assert.deepEqual(kit.cluster.stored(aTarget).state.notices, [{ id: "other" }]);
    });

    it("tries again after a failed read", async () => {
      const change = await kit.push();
      kit.cluster.finish(aTarget);
      kit.cluster.interrupt("recall-state", () => UNREACHABLE);
      await kit.follow(change);
      assert.deepEqual(kit.phases(), [`${image("2.0")} complete`]);
    });

    it("gives the end all the same, and says that it could not be recorded", async () => {
      const change = await kit.push();
      kit.cluster.finish(aTarget);
      for (let tries = 0; tries < 5; tries++) kit.cluster.interrupt("save-state", () => UNREACHABLE);
      assert.deepEqual((await kit.follow(change))?.result, { kind: "complete" });
      assert.deepEqual(kit.log.factsOf("the end of a rollout could not be recorded"), [
        { hook: "website", requestId: "request-1" },
      ]);
      assert.deepEqual(kit.phases(), [`${image("2.0")} accepted`]);
    });
  });
});

describe("followChange(change, parts, signal) of several containers", () => {
  let kit: FollowKit;
  let change: AppliedChange;
  const phases = (): Readonly<Record<string, string>> => {
    const { state } = kit.cluster.stored(aTarget);
    return Object.fromEntries(["web", "worker"].map((name) => [name, pushesOf(state, name)[0]?.phase ?? "none"]));
  };
  beforeEach(async () => {
    kit = await makeFollowKit();
    await kit.cluster.deploy(aTarget, { web: image("1.0"), worker: image("1.1"), log: "log:1" });
    await kit.upgrade(anAcceptedPush({ hook: aHook({ upgrade: { container: "*" } }) }));
    const [applied] = kit.applied;
    assert.ok(applied);
    change = applied;
  });
  afterEach(() => {
    kit.end.abort();
  });

  it("is one following with one end, recorded for each", async () => {
    kit.cluster.finish(aTarget);
    assert.deepEqual((await kit.follow(change))?.result, { kind: "complete" });
    assert.deepEqual(phases(), { web: "complete", worker: "complete" });
    assert.partialDeepStrictEqual(kit.log.factsOf("rollout ended"), [
      {
        container: "web, worker",
        before: `${image("1.0")}, ${image("1.1")}`,
        after: image("2.0"),
        outcome: "complete",
      },
    ]);
    assert.equal(kit.cluster.calls.filter((call) => call === "watch").length, 1);
  });

  it("tells in one Event of a failure", async () => {
    const following = kit.follow(change);
    await sleep(2);
    kit.cluster.remove(aTarget);
    assert.equal((await following)?.result.kind, "failed");
    const [web, worker] = [`web: ${image("2.0")}`, `worker: ${image("2.0")}`];
    assert.deepEqual(kit.told, [`Warning RolloutFailed ${web}, ${worker}: the workload was deleted`]);
  });

  it("ends when one is replaced, which is undone, and the others are superseded", async () => {
    const following = kit.follow(change);
    await sleep(2);
    await kit.cluster.editImage(aTarget, "worker", image("1.5"));
    const reason = `it was replaced before its end: the container worker has ${image("1.5")} now`;
    assert.deepEqual((await following)?.result, { kind: "superseded", reason });
    assert.deepEqual(phases(), { web: "superseded", worker: "undone" });
  });

  it("goes on when another container is changed", async () => {
    const following = kit.follow(change);
    await sleep(2);
    await kit.cluster.editImage(aTarget, "log", "log:2");
    kit.cluster.finish(aTarget);
    assert.deepEqual((await following)?.result, { kind: "complete" });
  });
});
