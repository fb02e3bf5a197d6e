import assert from "node:assert/strict";
import type { Target } from "../../../src/core/rollout/target.ts";
import { pushesOf } from "../../../src/core/rollout/state.ts";
import type { ApiObject } from "../../support/api-object.ts";
import { aHook, anAcceptedPush, aTarget } from "../../support/builders.ts";
import { makeRolloutsKit, rest, type Process, type RolloutsKit } from "./rollouts-kit.ts";
import { image, UNREACHABLE } from "./upgrade-kit.ts";

const REPLACED = (tag: string): string => `it was replaced before its end: the container web has ${image(tag)} now`;

describe("followRollouts(target, view, parts, signal)", () => {
  let kit: RolloutsKit;
  let process: Process;
  const told = (): readonly (readonly [string, string])[] =>
    kit.sent.map(({ about: { result } }) => [result.kind, result.reason]);
  beforeEach(async () => {
    kit = await makeRolloutsKit();
    process = kit.start();
  });
  afterEach(() => {
    kit.end();
  });

  it("ends at once where the rollout is over already", async () => {
    await process.stop();
    await kit.push("2.0");
    kit.cluster.finish(aTarget);
    kit.start();
    await kit.settled();
    assert.deepEqual(told(), [["complete", "1 of 1 pods run the new image"]]);
  });

  it("tells a failure in the log, the state, an Event and the notice", async () => {
    await kit.push("2.0");
    kit.cluster.edit(aTarget, (object) => {
      object.status = {
        observedGeneration: 2,
        conditions: [
          { type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded" },
          { type: "ReplicaFailure", status: "True", message: "exceeded quota" },
        ],
      };
    });
    await kit.settled();
    const reason = "the deployment exceeded its progress deadline of 600 s";
    assert.deepEqual(told(), [["failed", reason]]);
    assert.deepEqual(kit.phases(), [`2.0 failed ${reason}`]);
    assert.deepEqual(kit.events.of("RolloutFailed"), [
      `Warning web: ${image("2.0")}: ${reason} (hook website, request request-1)`,
    ]);
    assert.deepEqual(
      kit.log.lines.filter(({ level }) => level === "error").map(({ message, facts }) => [message, facts["outcome"]]),
      [["rollout ended", "failed"]],
    );
  });

  it("is superseded when a newer push of ours takes its place", async () => {
    await kit.push("2.0");
    await rest();
    await kit.push("2.1");
    await rest();
    assert.deepEqual(kit.phases(), [`2.0 superseded ${REPLACED("2.1")}`, "2.1 accepted"]);
    kit.cluster.finish(aTarget);
    await kit.settled();
    assert.deepEqual(
      told().map(([kind]) => kind),
      ["superseded", "complete"],
    );
  });

  it("is undone when someone else sets another image", async () => {
    await kit.push("2.0");
    await rest();
    await kit.cluster.editImage(aTarget, "web", image("1.5"));
    await kit.settled();
    assert.deepEqual([kit.phases(), told()], [[`2.0 undone ${REPLACED("1.5")}`], [["superseded", REPLACED("1.5")]]]);
    assert.deepEqual(kit.events.of("RolloutFailed"), []);
  });

  it("is undone when someone sets the very image before", async () => {
    await kit.push("2.0");
    await rest();
    await kit.cluster.editImage(aTarget, "web", image("1.0"));
    await kit.settled();
    assert.deepEqual(kit.phases(), [`2.0 undone ${REPLACED("1.0")}`]);
  });

  it("is undone when its container is taken away", async () => {
    await kit.push("2.0");
    await rest();
    await kit.cluster.deploy(aTarget, { log: "log:1" });
    await kit.settled();
    assert.deepEqual(kit.phases(), [
      "2.0 undone it was replaced before its end: the container web has (the container is gone) now",
    ]);
  });

  for (const when of ["while it is followed", "before"] as const) {
    it(`fails when the workload is deleted ${when}`, async () => {
      if (when === "before") await process.stop();
      await kit.push("2.0");
      await rest();
      kit.cluster.remove(aTarget);
      if (when === "before") kit.start();
      await kit.settled();
      assert.deepEqual(told(), [["failed", "the workload was deleted"]]);
      assert.deepEqual(kit.phases(), ["2.0 failed the workload was deleted"]);
    });
  }

  it("goes on after failures of the watch", async () => {
    await kit.push("2.0");
    for (let times = 0; times < 3; times++) {
      await rest();
      kit.cluster.show(aTarget, { kind: "failure", failure: UNREACHABLE });
    }
    kit.cluster.finish(aTarget);
    await kit.settled();
    assert.equal(told()[0]?.[0], "complete");
  });

  it("says in the reason of a failure what the diagnosis finds", async () => {
    await process.stop();
    const found = ["the image cannot be pulled", ""];
    kit.start({ diagnosis: { explain: () => Promise.resolve(found.shift() ?? ""), crashLog: () => null } });
    for (const tag of ["2.0", "2.1"]) {
      await kit.push(tag);
      kit.cluster.edit(aTarget, (object) => {
        const { generation } = object.metadata;
        const condition = { type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded" };
        object.status = { observedGeneration: generation, conditions: [condition] };
      });
      await kit.settled();
    }
    const reason = "the deployment exceeded its progress deadline of 600 s";
    assert.deepEqual(told(), [
      ["failed", `${reason}: the image cannot be pulled`],
      ["failed", reason],
    ]);
  });

  it("follows a cron job, a stateful set and a daemon set by their own facts", async () => {
    const cases: readonly (readonly [Target["kind"], (object: ApiObject) => void])[] = [
      ["cronjob", () => undefined],
      [
        "statefulset",
        (object) => {
          object.status = { observedGeneration: 2, readyReplicas: 1, updatedReplicas: 1 };
        },
      ],
      [
        "daemonset",
        (object) => {
          object.status = { observedGeneration: 2, updatedNumberScheduled: 1, numberAvailable: 1 };
          Object.assign(object.status, { desiredNumberScheduled: 1 });
        },
      ],
    ];
    for (const [kind, finish] of cases) {
      const target = { ...aTarget, kind };
      await kit.cluster.deploy(target, { web: image("1.0") });
      const hook = aHook({ id: kind, upgrade: { target } });
      kit.hooks.set(kind, hook);
      await kit.push("2.0", { hook });
      kit.cluster.edit(target, finish);
      await kit.settled(target);
    }
    assert.deepEqual(
      kit.sent.map(({ hook, about }) => [hook.id, about.result.kind]),
      cases.map(([kind]) => [kind, "complete"]),
    );
  });

  describe("of several containers", () => {
    const phases = (): Readonly<Record<string, string>> => {
      const { state } = kit.cluster.stored(aTarget);
      return Object.fromEntries(["web", "worker"].map((name) => [name, pushesOf(state, name)[0]?.phase ?? "none"]));
    };
    beforeEach(async () => {
      await kit.cluster.deploy(aTarget, { web: image("1.0"), worker: image("1.1"), log: "log:1" });
      kit.hooks.set("website", aHook({ upgrade: { container: "*" } }));
      await process.upgrade(anAcceptedPush({ hook: aHook({ upgrade: { container: "*" } }) }));
      await rest();
    });

    it("is one following with one end, recorded for each, and one notice", async () => {
      kit.cluster.finish(aTarget);
      await kit.settled();
      assert.deepEqual(phases(), { web: "complete", worker: "complete" });
      assert.partialDeepStrictEqual(kit.log.factsOf("rollout ended"), [
        {
          container: "web, worker",
          before: `${image("1.0")}, ${image("1.1")}`,
          after: image("2.0"),
          outcome: "complete",
        },
      ]);
      assert.deepEqual(
        kit.sent.map(({ about }) => about.changes.map(({ container, before }) => `${container} ${before}`)),
        [[`web ${image("1.0")}`, `worker ${image("1.1")}`]],
      );
      assert.equal(kit.cluster.calls.filter((call) => call === "watch").length, 1);
    });

    it("ends when one is replaced, which is undone, and the others are superseded", async () => {
      await kit.cluster.editImage(aTarget, "worker", image("1.5"));
      await kit.settled();
      const reason = `it was replaced before its end: the container worker has ${image("1.5")} now`;
      assert.deepEqual([told(), phases()], [[["superseded", reason]], { web: "superseded", worker: "undone" }]);
    });

    it("goes on when another container is changed", async () => {
      await kit.cluster.editImage(aTarget, "log", "log:2");
      kit.cluster.finish(aTarget);
      await kit.settled();
      assert.equal(told()[0]?.[0], "complete");
    });
  });
});
