import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { UNDONE } from "../../../src/core/delivery/upgrade-answer.ts";
import { describeFailure, type ClusterFailure } from "../../../src/core/rollout/cluster-failure.ts";
import { withPush } from "../../../src/core/rollout/state.ts";
import { templateOf } from "../../support/api-object.ts";
import { aSkipped, anAcceptedPush, anEvent, aPush, aTarget } from "../../support/builders.ts";
import { createUpgrade } from "../../../src/flow/upgrade.ts";
import { firstOf, image, makeUpgradeKit, REFUSED, UNREACHABLE, type UpgradeKit } from "./upgrade-kit.ts";

describe("createUpgrade(parts): a race with someone else", () => {
  let kit: UpgradeKit;
  const someoneSets = (tag: string) => (): undefined => {
    void kit.cluster.editImage(aTarget, "web", image(tag));
  };
  beforeEach(async () => {
    kit = await makeUpgradeKit();
  });

  it("is planned again on what is there now, since the push is the newer", async () => {
    kit.cluster.interrupt("patch", someoneSets("1.5"));
    const outcome = await kit.upgrade(anAcceptedPush());
    assert.equal(firstOf(outcome).push?.before, image("1.5"));
    assert.equal(kit.running(), image("2.0"));
    assert.deepEqual(
      kit.pushes().map(({ before, after, phase }) => [before, after, phase]),
      [[image("1.5"), image("2.0"), "accepted"]],
    );
    assert.equal(kit.changed.length, 1);
  });

  it("keeps what someone changed beside the image", async () => {
    kit.cluster.interrupt("patch", () => {
      kit.cluster.edit(aTarget, (object) => {
        object.spec.replicas = 5;
        object.metadata.annotations = { team: "shop" };
      });
      return undefined;
    });
    assert.equal((await kit.upgrade(anAcceptedPush())).kind, "changed");
    const { spec, metadata } = kit.cluster.object(aTarget);
    assert.deepEqual([spec.replicas, metadata.annotations?.["team"], kit.running()], [5, "shop", image("2.0")]);
  });

  it("never undoes the other's change when the push repeats an older one", async () => {
    kit.cluster.interrupt("patch", () => UNREACHABLE);
    await kit.upgrade(anAcceptedPush());
    kit.clock.advance(60_000);
    kit.cluster.interrupt("patch", someoneSets("1.5"));
    assert.deepEqual(await kit.upgrade(anAcceptedPush()), { kind: "ignored", reason: UNDONE });
    assert.equal(kit.running(), image("1.5"));
  });

  it("is done where the very image was set meanwhile, such as by the one who leads", async () => {
    kit.cluster.interrupt("patch", someoneSets("2.0"));
    const outcome = await kit.upgrade(anAcceptedPush());
    assert.equal(firstOf(outcome).push?.after, image("2.0"));
    assert.equal(kit.pushes().length, 1);
    assert.equal(kit.cluster.calls.filter((call) => call === "patch").length, 1);
  });

  it("wins at the fifth try", async () => {
    for (const tag of ["1.1", "1.2", "1.3", "1.4"]) kit.cluster.interrupt("patch", someoneSets(tag));
    const outcome = await kit.upgrade(anAcceptedPush());
    assert.equal(firstOf(outcome).push?.before, image("1.4"));
    assert.equal(kit.pushes().length, 1);
  });

  it("gives up after five lost tries, and carries the next delivery of the push out", async () => {
    for (const tag of ["1.1", "1.2", "1.3", "1.4", "1.5"]) kit.cluster.interrupt("patch", someoneSets(tag));
    assert.deepEqual(await kit.upgrade(anAcceptedPush()), {
      kind: "cluster",
      failure: {
        kind: "conflict",
        message: "tried in vain against other changes of the workload: the server rejected our request: test failed",
      },
    });
    assert.deepEqual([kit.running(), kit.pushes(), kit.changed, kit.notices()], [image("1.5"), [], [], []]);
    const outcome = await kit.upgrade(anAcceptedPush());
    assert.equal(firstOf(outcome).push?.before, image("1.5"));
  });

  it("gives up all the same when the state cannot be read at the end", async () => {
    for (const tag of ["1.1", "1.2", "1.3", "1.4", "1.5"]) kit.cluster.interrupt("patch", someoneSets(tag));
    kit.cluster.interrupt("recall-state", () => UNREACHABLE);
    const outcome = await kit.upgrade(anAcceptedPush());
    assert.equal(outcome.kind === "cluster" && outcome.failure.kind, "conflict");
    assert.equal(kit.pushes().length, 1);
  });

  it("takes the intent back when the container is gone at the second try", async () => {
    kit.cluster.interrupt("patch", () => {
      kit.cluster.edit(aTarget, (object) => templateOf(object).spec.containers.pop());
      return undefined;
    });
    assert.equal((await kit.upgrade(anAcceptedPush())).kind, "not-served");
    assert.deepEqual(kit.pushes(), []);
  });

  it("plans again when another replica wrote the state meanwhile, and keeps what it wrote", async () => {
    kit.cluster.interrupt("save-state", () => {
      kit.cluster.store(aTarget, withPush(kit.cluster.stored(aTarget).state, "log", aPush({ key: "other" })));
      return undefined;
    });
    assert.equal((await kit.upgrade(anAcceptedPush())).kind, "changed");
    assert.deepEqual(Object.keys(kit.cluster.stored(aTarget).state.containers), ["log", "web"]);
  });

  it("takes nothing back that it has not stored", async () => {
    kit.cluster.interrupt("save-state", () => {
      kit.cluster.store(aTarget, withPush(kit.cluster.stored(aTarget).state, "log", aPush({ key: "other" })));
      kit.cluster.edit(aTarget, (object) => templateOf(object).spec.containers.pop());
      return undefined;
    });
    assert.equal((await kit.upgrade(anAcceptedPush())).kind, "not-served");
    assert.equal(kit.cluster.calls.filter((call) => call === "save-state").length, 1);
  });
});

describe("createUpgrade(parts): many pushes at once of what is not known yet", () => {
  it("asks the API server for the first of them only", async () => {
    const kit = await makeUpgradeKit();
    const { recall } = kit.cluster.workloads;
    let [asked, known] = [0, false];
    const { upgrade } = createUpgrade({
      ...kit.parts,
      workloads: {
        ...kit.cluster.workloads,
        recall: async (...query) => {
          if (!known) asked++;
          await sleep(5);
          known = true;
          return recall(...query);
        },
      },
    });
    const arrivedAt = kit.clock.now();
    const pushes = Array.from({ length: 20 }, (_unused, index) =>
      anAcceptedPush({ events: [anEvent(`2.${String(index)}`, { pushedAt: pushedAt(index) })], arrivedAt }),
    );
    const outcomes = await Promise.all(pushes.map(upgrade));
    assert.equal(asked, 1);
    assert.equal(kit.running(), image("2.19"));
    assert.deepEqual(
      outcomes.map(({ kind }) => kind).filter((kind) => kind !== "ignored"),
      ["changed", "changed"],
    );
  });
});

const pushedAt = (second: number): string => `2026-11-22T07:00:${String(second + 10)}.000Z`;

describe("createUpgrade(parts): two replicas", () => {
  it("change the workload once by one push that reaches both in the same millisecond", async () => {
    const kit = await makeUpgradeKit();
    for (const tag of ["2.0", "2.1", "2.2", "2.3"]) {
      const { generation } = kit.cluster.object(aTarget).metadata;
      const arrivedAt = new Date(kit.clock.now());
      kit.clock.advance(1_000);
      const outcomes = await Promise.all(
        [1, 2, 3].map((number) => {
          const requestId = `request-${tag}-${String(number)}`;
          return kit.replica().upgrade(anAcceptedPush({ events: [anEvent(tag)], arrivedAt, requestId }));
        }),
      );
      assert.equal(kit.cluster.object(aTarget).metadata.generation, generation + 1, JSON.stringify(outcomes));
      assert.equal(kit.pushes().filter(({ after }) => after === image(tag)).length, 1);
    }
  });
});

describe("createUpgrade(parts): a patch that fails", () => {
  let kit: UpgradeKit;
  beforeEach(async () => {
    kit = await makeUpgradeKit();
  });

  const finals = [
    REFUSED,
    { kind: "not-found", message: "gone" } as const,
    {
      kind: "forbidden",
      message: "no",
      right: { verb: "patch", resource: "deployments.apps", namespace: "shop", name: "website" },
    } as const,
  ];
  for (const failure of finals) {
    it(`is told and its intent taken back when it is ${failure.kind}, and a repetition is tried again`, async () => {
      kit.cluster.interrupt("patch", () => failure);
      assert.deepEqual(await kit.upgrade(anAcceptedPush()), { kind: "cluster", failure });
      assert.deepEqual([kit.pushes(), kit.changed], [[], []]);
      assert.deepEqual(
        kit.notices().map(({ about, ...notice }) => [about?.result, about?.changes[0]?.after, notice.claimedBy]),
        [[{ kind: "refused", reason: describeFailure(failure) }, image("2.0"), ""]],
      );
      assert.equal((await kit.upgrade(anAcceptedPush())).kind, "changed");
    });
  }

  it("is tried again where the intent could not be taken back", async () => {
    kit.cluster.interrupt("patch", () => REFUSED);
    kit.cluster.interrupt("save-state", () => undefined);
    kit.cluster.interrupt("save-state", () => UNREACHABLE);
    await kit.upgrade(anAcceptedPush());
    assert.deepEqual(
      kit.pushes().map(({ phase }) => phase),
      ["accepted"],
    );
    assert.equal((await kit.upgrade(anAcceptedPush())).kind, "changed");
    assert.equal(kit.pushes().length, 1);
  });

  it("stays on record when the API server was not reached, and is carried out by its repetition", async () => {
    kit.cluster.interrupt("patch", () => UNREACHABLE);
    assert.deepEqual(await kit.upgrade(anAcceptedPush()), { kind: "cluster", failure: UNREACHABLE });
    assert.deepEqual([kit.running(), kit.notices()], [image("1.0"), []]);
    kit.clock.advance(60_000);
    const outcome = await kit.upgrade(anAcceptedPush());
    assert.equal(firstOf(outcome).push?.acceptedAt, "2026-11-22T08:00:05.000Z");
    assert.deepEqual([kit.running(), kit.pushes().length], [image("2.0"), 1]);
  });

  it("is not carried out by its repetition once a newer one is on record", async () => {
    kit.cluster.interrupt("patch", () => UNREACHABLE);
    kit.cluster.interrupt("patch", () => UNREACHABLE);
    const [older, newer] = [anEvent("2.0"), anEvent("2.1", { pushedAt: "2026-11-22T08:00:01.000Z" })];
    for (const event of [older, newer]) await kit.upgrade(anAcceptedPush({ events: [event] }));
    const outcome = await kit.upgrade(anAcceptedPush({ events: [older] }));
    assert.deepEqual([outcome.kind, kit.running()], ["ignored", image("1.0")]);
    await kit.upgrade(anAcceptedPush({ events: [newer] }));
    assert.equal(kit.running(), image("2.1"));
  });

  for (const call of ["save-state", "patch"] as const) {
    it(`changes the workload once though the answer to its ${call} is lost`, async () => {
      for (let times = 0; times < 2; times++) kit.cluster.interrupt(call, () => UNREACHABLE, "after");
      const outcome = await kit.upgrade(anAcceptedPush({ remainingMs: () => 5_000 }));
      assert.equal(firstOf(outcome).push?.after, image("2.0"));
      assert.deepEqual([kit.cluster.object(aTarget).metadata.generation, kit.pushes().length], [2, 1]);
    });
  }

  it("tells of a refusal once an hour, and of another one at once", async () => {
    const refuse = async (failure: ClusterFailure): Promise<number> => {
      kit.cluster.interrupt("patch", () => failure);
      await kit.upgrade(anAcceptedPush());
      return kit.notices().length;
    };
    assert.deepEqual([await refuse(REFUSED), await refuse(REFUSED)], [1, 1]);
    assert.equal(await refuse({ ...REFUSED, message: "denied by a quota" }), 2);
    kit.clock.advance(3_500_000);
    assert.equal(await refuse(REFUSED), 2);
    kit.clock.advance(101_000);
    assert.equal(await refuse(REFUSED), 3);
  });

  it("is not carried out twice when only the answer was lost", async () => {
    kit.cluster.interrupt("patch", () => UNREACHABLE, "after");
    assert.equal((await kit.upgrade(anAcceptedPush())).kind, "cluster");
    assert.deepEqual(await kit.upgrade(anAcceptedPush()), aSkipped("duplicate", image("2.0")));
    assert.equal(kit.cluster.object(aTarget).metadata.generation, 2);
  });

  it("says when to come again where the API server is busy", async () => {
    const failure = { kind: "throttled", message: "busy", retryAfterSeconds: 3 } as const;
    kit.cluster.interrupt("patch", () => failure);
    assert.deepEqual(await kit.upgrade(anAcceptedPush({ events: [anEvent("2.1")] })), { kind: "cluster", failure });
    assert.equal(kit.pushes().length, 1);
  });
});
