import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
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

  it("ends with the rollout, records it and says so in one line", async () => {
    const change = await kit.push();
    const following = kit.follow(change);
    await sleep(5);
    kit.clock.advance(90_000);
    kit.cluster.finish(aTarget);
    const ended = await following;
    assert.deepEqual([ended?.result, ended?.finishedAt], [{ kind: "complete" }, kit.clock.now()]);
    assert.equal(ended?.last?.podSelector, "");
    assert.deepEqual(kit.phases(), [`${image("2.0")} complete`]);
    assert.deepEqual(kit.log.factsOf("rollout ended"), [
      {
        hook: "website",
        namespace: "shop",
        workload: "deployment/website",
        container: "web",
        before: image("1.0"),
        after: image("2.0"),
        outcome: "complete",
        reason: "1 of 1 pods run the new image",
        durationMs: 90_000,
        requestId: "request-1",
      },
    ]);
    assert.deepEqual(kit.told, []);
  });

  it("ends at once where the rollout is over already", async () => {
    const change = await kit.push();
    kit.cluster.finish(aTarget);
    assert.deepEqual((await kit.follow(change))?.result, { kind: "complete" });
  });

  it("logs the progress when it changes, at debug level", async () => {
    const change = await kit.push();
    const following = kit.follow(change);
    for (const availableReplicas of [0, 0, 1]) {
      await sleep(2);
      kit.cluster.edit(aTarget, (object) => {
        object.status = { observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas };
        Object.assign(object.spec, { replicas: 2 });
        object.metadata.generation = 2;
        object.metadata.annotations = { touched: String(Math.random()) };
      });
    }
    await sleep(2);
    kit.end.abort();
    await following;
    assert.deepEqual(
      kit.log.factsOf("rollout goes on").map((facts) => facts["progress"]),
      ["waiting for the change to be observed", "0 of 2 new pods are available", "1 of 2 new pods are available"],
    );
  });

  it("tells a failure in the log, the state and an Event", async () => {
    const change = await kit.push();
    kit.cluster.edit(aTarget, (object) => {
      object.status = {
        observedGeneration: 2,
        conditions: [
          { type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded" },
          { type: "ReplicaFailure", status: "True", message: "exceeded quota" },
        ],
      };
    });
    const reason = "the deployment exceeded its progress deadline of 600 s";
    assert.deepEqual((await kit.follow(change))?.result, { kind: "failed", reason });
    assert.deepEqual(kit.phases(), [`${image("2.0")} failed ${reason}`]);
    assert.deepEqual(kit.told, [`Warning RolloutFailed web: ${image("2.0")}: ${reason}`]);
    assert.deepEqual(
      kit.log.lines.filter(({ level }) => level === "error").map(({ message, facts }) => [message, facts["outcome"]]),
      [["rollout ended", "failed"]],
    );
  });

  it("is superseded when a newer push of ours takes its place", async () => {
    const following = kit.follow(await kit.push());
    await sleep(2);
    await kit.push("2.1");
    const reason = `it was replaced before its end: the container web has ${image("2.1")} now`;
    assert.deepEqual((await following)?.result, { kind: "superseded", reason });
    assert.deepEqual(kit.phases(), [`${image("2.0")} superseded ${reason}`, `${image("2.1")} accepted`]);
    assert.deepEqual(kit.told, []);
  });

  it("is undone when someone else takes its place", async () => {
    const following = kit.follow(await kit.push());
    await sleep(2);
    await kit.cluster.editImage(aTarget, "web", image("1.0"));
    const reason = `it was replaced before its end: the container web has ${image("1.0")} now`;
    assert.deepEqual((await following)?.result, { kind: "superseded", reason });
    assert.deepEqual(kit.phases(), [`${image("2.0")} undone ${reason}`]);
  });

  it("fails when the workload is deleted", async () => {
    const following = kit.follow(await kit.push());
    await sleep(2);
    kit.cluster.remove(aTarget);
    assert.deepEqual((await following)?.result, { kind: "failed", reason: "the workload was deleted" });
    assert.deepEqual(kit.phases(), [`${image("2.0")} failed the workload was deleted`]);
  });

  it("does not take a look that is older than the change for its end", async () => {
    const change = await kit.push();
    const following = kit.follow(change);
    await sleep(2);
    const old = await kit.cluster.workloads.read(aTarget, kit.end.signal);
    assert.equal(old.kind, "ok");
    const { generation } = change.workload;
    kit.cluster.show(aTarget, {
      kind: "seen",
      observation: {
        workload: { ...change.workload, generation: generation - 1, containers: [] },
        rollout: { kind: "cronjob", suspended: false },
        podSelector: "",
      },
    });
    await sleep(5);
    kit.cluster.finish(aTarget);
    assert.deepEqual((await following)?.result, { kind: "complete" });
  });

  it("goes on after failures of the watch", async () => {
    const following = kit.follow(await kit.push());
    for (let times = 0; times < 3; times++) {
      await sleep(2);
      kit.cluster.show(aTarget, { kind: "failure", failure: UNREACHABLE });
    }
    kit.cluster.finish(aTarget);
    assert.deepEqual((await following)?.result, { kind: "complete" });
  });
});
