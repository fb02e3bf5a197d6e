import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Target } from "../../../src/core/rollout/target.ts";
import type { AppliedChange } from "../../../src/flow/upgrade.ts";
import { aTarget } from "../../support/builders.ts";
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
