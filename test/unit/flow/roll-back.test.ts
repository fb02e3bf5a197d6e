import assert from "node:assert/strict";
import { ROLLED_BACK } from "../../../src/core/delivery/upgrade-answer.ts";
import type { ClusterFailure } from "../../../src/core/rollout/cluster-failure.ts";
import { templateOf } from "../../support/api-object.ts";
import { aHook, anEvent, aTarget } from "../../support/builders.ts";
import { makeRolloutsKit, rest, until, type Process, type RolloutsKit } from "./rollouts-kit.ts";
import { image, REFUSED, UNREACHABLE } from "./upgrade-kit.ts";

const WHY = "the deployment exceeded its progress deadline of 600 s";
const BACK = `${WHY}; rolled back: web has ${image("1.0")} again`;

describe("rollBack(rollout, failed, parts, signal)", () => {
  let kit: RolloutsKit;
  let process: Process;
  const fails = (): void => {
    kit.cluster.edit(aTarget, (object) => {
      const { generation } = object.metadata;
      const condition = { type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded" };
      object.status = { observedGeneration: generation, conditions: [condition] };
    });
  };
  const told = (): readonly (readonly [string, string])[] =>
    kit.sent.map(({ about: { result } }) => [result.kind, result.reason]);
  const causes = (): string | undefined =>
    kit.cluster.object(aTarget).metadata.annotations?.["kubernetes.io/change-cause"];

  beforeEach(async () => {
    kit = await makeRolloutsKit();
    kit.hooks.set("website", aHook({ upgrade: { onFailure: "rollback" } }));
    process = kit.start();
  });
  afterEach(() => {
    kit.end();
  });

  it("sets the exact image again that ran before, and says so once", async () => {
    await kit.push("2.0");
    fails();
    await kit.settled();
    assert.deepEqual([kit.running(), told()], ["1.0", [["rolled-back", BACK]]]);
    assert.deepEqual(kit.phases(), [`2.0 rolled-back ${BACK}`]);
    assert.equal(causes(), `imagehook website: rolled back to ${image("1.0")}`);
    assert.deepEqual(kit.events.of("RolledBack"), [
      `Warning web: ${image("2.0")}: ${BACK} (hook website, request request-1)`,
    ]);
  });

  it("holds a redelivery of what failed, and lets a newer push go on", async () => {
    const pushedAt = kit.clock.now().toISOString();
    await kit.push("2.0");
    fails();
    await kit.settled();
    assert.deepEqual(await kit.push("2.0", { events: [anEvent("2.0", { pushedAt })] }), {
      kind: "ignored",
      reason: ROLLED_BACK,
    });
    assert.equal((await kit.push("2.1")).kind, "changed");
    assert.equal(kit.running(), "2.1");
  });

  it("keeps what failed where the hook says so", async () => {
    kit.hooks.set("website", aHook());
    await kit.push("2.0");
    fails();
    await kit.settled();
    assert.deepEqual([kit.running(), told()], ["2.0", [["failed", WHY]]]);
  });

  it("has nothing to go back to after a redeploy, and says so", async () => {
    await kit.push("1.0");
    fails();
    await kit.settled();
    assert.deepEqual(told(), [["failed", `${WHY}; nothing to roll back to: the image's name was the same before`]]);
  });

  it("sets back all of several containers, one that was redeployed among them", async () => {
    kit.hooks.set("website", aHook({ upgrade: { onFailure: "rollback", container: "*" } }));
    await kit.cluster.deploy(aTarget, { web: image("1.0"), worker: image("2.0") });
    await kit.push("2.0");
    assert.deepEqual([kit.running("web"), kit.running("worker")], ["2.0", "2.0"]);
    fails();
    await kit.settled();
    assert.deepEqual([kit.running("web"), kit.running("worker")], ["1.0", "2.0"]);
    assert.equal(told()[0]?.[0], "rolled-back");
  });

  it("leaves alone what someone has set since", async () => {
    await kit.push("2.0");
    await rest();
    kit.cluster.interrupt("patch", () => {
      void kit.cluster.editImage(aTarget, "web", image("1.5"));
      return undefined;
    });
    fails();
    await kit.settled();
    assert.equal(kit.running(), "1.5");
    assert.match(kit.phases()[0] ?? "", /^2\.0 undone it was replaced before its end: .*:1\.5 now$/);
    assert.equal(kit.sent.length, 1);
  });

  it("is tried again where the API server is away, and writes down first that it is meant", async () => {
    await kit.push("2.0");
    await rest();
    let meant: string | null | undefined;
    kit.cluster.interrupt("load-state", () => UNREACHABLE);
    kit.cluster.interrupt("patch", () => {
      meant = kit.cluster.stored(aTarget).state.containers["web"]?.pushes[0]?.rollback;
      return UNREACHABLE;
    });
    fails();
    for (let times = 0; times < 3; times++) {
      await rest();
      kit.advance(5_000);
    }
    await kit.settled();
    assert.deepEqual([meant, kit.running(), told()[0]?.[0]], [BACK, "1.0", "rolled-back"]);
  });

  it("is one rollback though the answer to its patch is lost", async () => {
    await kit.push("2.0");
    await rest();
    kit.cluster.interrupt("patch", () => UNREACHABLE, "after");
    fails();
    await rest();
    kit.advance(5_000);
    await kit.settled();
    assert.deepEqual([kit.running(), told()], ["1.0", [["rolled-back", BACK]]]);
    assert.equal(kit.cluster.object(aTarget).metadata.generation, 3);
  });

  it("says loudly that it failed, where the API server refuses it", async () => {
    for (const [call, tag] of [
      ["patch", "2.0"],
      ["save-state", "2.1"],
    ] as const) {
      await kit.push(tag);
      await rest();
      kit.cluster.interrupt(call, () => REFUSED);
      fails();
      await kit.settled();
    }
    const reason = `${WHY}; THE ROLLBACK FAILED: ${REFUSED.message}`;
    assert.deepEqual(told(), [
      ["failed", reason],
      ["failed", reason],
    ]);
    assert.equal(kit.running(), "2.1");
    assert.deepEqual(kit.events.of("RollbackFailed"), [`Warning ${reason}`, `Warning ${reason}`]);
    assert.equal(kit.log.factsOf("rollback failed").length, 2);
  });

  it("says loudly that it failed, where it is refused as a lost race is, and nobody changed the workload", async () => {
    const lost: ClusterFailure = { kind: "conflict", message: "the webhook said no" };
    await kit.push("2.0");
    kit.cluster.interrupt("patch", () => lost);
    kit.cluster.interrupt("patch", () => lost);
    fails();
    await kit.settled();
    assert.deepEqual(told(), [["failed", `${WHY}; THE ROLLBACK FAILED: the webhook said no`]]);
    assert.equal(kit.running(), "2.0");
    assert.equal(kit.events.of("RollbackFailed").length, 1);
  });

  it("goes on where only the first try lost a race", async () => {
    await kit.push("2.0");
    kit.cluster.interrupt("patch", () => ({ kind: "conflict", message: "test failed" }));
    fails();
    await kit.settled();
    assert.deepEqual([kit.running(), told()], ["1.0", [["rolled-back", BACK]]]);
  });

  it("is ended by the next leader, where the first was killed in the middle", async () => {
    await kit.push("2.0");
    await rest();
    kit.cluster.interrupt(
      "patch",
      () => {
        process.kill();
        return undefined;
      },
      "after",
    );
    fails();
    await until("the image before is set", () => kit.running() === "1.0");
    assert.equal(kit.sent.length, 0);
    kit.start();
    await kit.settled();
    assert.deepEqual(told(), [["rolled-back", BACK]]);
  });

  it("is carried out by the next leader, where the first was killed before it", async () => {
    await kit.push("2.0");
    await rest();
    kit.cluster.interrupt("patch", () => {
      process.kill();
      return UNREACHABLE;
    });
    fails();
    await rest();
    assert.equal(kit.running(), "2.0");
    kit.start();
    await kit.settled();
    assert.deepEqual([kit.running(), told()], ["1.0", [["rolled-back", BACK]]]);
  });

  it("ends as it is where a container is gone", async () => {
    await kit.push("2.0");
    await rest();
    kit.cluster.edit(aTarget, (object) => templateOf(object).spec.containers.pop());
    await kit.settled();
    assert.equal(told()[0]?.[0], "superseded");
  });
});
