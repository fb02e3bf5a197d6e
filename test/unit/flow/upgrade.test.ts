import assert from "node:assert/strict";
import { UNDONE } from "../../../src/core/delivery/upgrade-answer.ts";
import { withRecord } from "../../../src/core/rollout/state.ts";
import { templateOf } from "../../support/api-object.ts";
import {
  aChanged,
  aSkipped,
  aHook,
  anAcceptedPush,
  anEvent,
  aTarget,
  digest,
  repository,
} from "../../support/builders.ts";
import { firstOf, image, makeUpgradeKit, UNREACHABLE, type UpgradeKit } from "./upgrade-kit.ts";

describe("createUpgrade(parts): a push that is new", () => {
  let kit: UpgradeKit;
  beforeEach(async () => {
    kit = await makeUpgradeKit();
  });

  it("changes the image and answers with the push as it is on record", async () => {
    const outcome = await kit.upgrade(anAcceptedPush());
    assert.equal(kit.running(), image("2.0"));
    const [push] = kit.pushes();
    assert.ok(push);
    assert.deepEqual(outcome, aChanged({ push }));
    assert.deepEqual(
      kit.pushes().map(({ hook, before, after, phase, acceptedAt }) => [hook, before, after, phase, acceptedAt]),
      [["website", image("1.0"), image("2.0"), "accepted", "2026-11-22T08:00:05.000Z"]],
    );
  });

  it("changes nothing else of the object than its image and the change's cause", async () => {
    const before = structuredClone(kit.cluster.object(aTarget));
    await kit.upgrade(anAcceptedPush());
    const after = structuredClone(kit.cluster.object(aTarget));
    assert.deepEqual(after.metadata.annotations, {
      "kubernetes.io/change-cause": `imagehook website: ${image("2.0")}`,
    });
    delete after.metadata.annotations;
    const [, web] = templateOf(after).spec.containers;
    if (web !== undefined) web.image = image("1.0");
    after.metadata.generation -= 1;
    after.metadata.resourceVersion = before.metadata.resourceVersion;
    assert.deepEqual(after, before);
  });

  it("stores the intent before it patches", async () => {
    let storedBefore: readonly string[] = [];
    kit.cluster.interrupt("patch", () => {
      storedBefore = kit.pushes().map(({ after }) => after);
      return undefined;
    });
    await kit.upgrade(anAcceptedPush());
    assert.deepEqual(storedBefore, [image("2.0")]);
    assert.deepEqual(kit.cluster.calls, ["read", "load-state", "save-state", "patch"]);
  });

  it("reads nothing again that it knows", async () => {
    await kit.upgrade(anAcceptedPush());
    kit.cluster.calls.length = 0;
    await kit.upgrade(anAcceptedPush({ events: [anEvent("2.1")] }));
    assert.deepEqual(kit.cluster.calls, ["recall", "recall-state", "save-state", "patch"]);
    assert.equal(kit.running(), image("2.1"));
  });

  it("says so in two Events, and once to whoever counts", async () => {
    await kit.upgrade(anAcceptedPush());
    const { uid } = kit.cluster.object(aTarget).metadata;
    const by = "(hook website, request request-1)";
    assert.deepEqual(kit.events, [
      `${uid} Normal ImageAccepted ${image("2.0")} was accepted ${by}`,
      `${uid} Normal ImageUpdated web: ${image("1.0")} -> ${image("2.0")} ${by}`,
    ]);
    assert.deepEqual(
      kit.changed.map(({ requestId }) => requestId),
      ["request-1"],
    );
  });

  it("keeps on record who brought it, and what it was planned on", async () => {
    const { generation } = kit.cluster.object(aTarget).metadata;
    await kit.upgrade(anAcceptedPush({ requestId: "request-7" }));
    assert.partialDeepStrictEqual(kit.pushes(), [{ request: "request-7", generation, endedAt: null, rollback: null }]);
  });

  it("redeploys the image that runs where its digest is not on record", async () => {
    const outcome = await kit.upgrade(anAcceptedPush({ events: [anEvent("1.0")] }));
    assert.equal(firstOf(outcome).redeploys, true);
    const { metadata, spec } = templateOf(kit.cluster.object(aTarget));
    assert.deepEqual(metadata.annotations, { "imagehook.dev/redeployed-at": "2026-11-22T08:00:05.000Z" });
    assert.deepEqual(
      spec.containers.map(({ imagePullPolicy }) => imagePullPolicy),
      ["IfNotPresent", "Always"],
    );
    assert.match(kit.events[1] ?? "", /web: registry\.example\.com\/shop\/website:1\.0 redeployed \(hook website/);
  });

  it("keeps the earlier push on record, which is for its follower to end", async () => {
    await kit.upgrade(anAcceptedPush());
    await kit.upgrade(anAcceptedPush({ events: [anEvent("2.1")] }));
    assert.deepEqual(
      kit.pushes().map(({ after, phase }) => [after, phase]),
      [
        [image("2.0"), "accepted"],
        [image("2.1"), "accepted"],
      ],
    );
  });

  it("takes pushes of one workload that come at once one after the other, of those that wait the newest first", async () => {
    const pushes = ["2.0", "2.1", "2.2"].map((tag) => kit.upgrade(anAcceptedPush({ events: [anEvent(tag)] })));
    const outcomes = await Promise.all(pushes);
    assert.deepEqual(
      outcomes.map(({ kind }) => kind),
      ["changed", "ignored", "changed"],
    );
    assert.deepEqual(
      kit.cluster.calls.filter((call) => call === "save-state" || call === "patch"),
      ["save-state", "patch", "save-state", "patch"],
    );
    assert.equal(kit.running(), image("2.2"));
  });

  it("carries one push out once that comes many times at once", async () => {
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => kit.upgrade(anAcceptedPush())));
    assert.equal(outcomes.filter(({ kind }) => kind === "changed").length, 1);
    assert.equal(
      outcomes.filter((outcome) => outcome.kind === "skipped" && outcome.containers[0]?.reason === "duplicate").length,
      19,
    );
    assert.equal(kit.cluster.object(aTarget).metadata.generation, 2);
  });
});

describe("createUpgrade(parts): a push that changes nothing", () => {
  let kit: UpgradeKit;
  beforeEach(async () => {
    kit = await makeUpgradeKit();
    await kit.upgrade(anAcceptedPush());
    kit.cluster.calls.length = 0;
  });

  it("answers a repetition only after fresh reads, and writes nothing", async () => {
    assert.deepEqual(await kit.upgrade(anAcceptedPush()), aSkipped("duplicate", image("2.0")));
    assert.deepEqual(kit.cluster.calls, ["recall", "recall-state", "read", "load-state"]);
  });

  it("answers that the digest runs already only after fresh reads", async () => {
    const event = anEvent("2.0", { pushedAt: "2026-11-22T07:30:00.000Z" });
    assert.deepEqual(await kit.upgrade(anAcceptedPush({ events: [event] })), aSkipped("already-running", image("2.0")));
    assert.deepEqual(kit.cluster.calls, ["recall", "recall-state", "read", "load-state"]);
  });

  it("remembers that what runs was pushed again, so that a push from in between comes too late", async () => {
    const inSeconds = (seconds: number): Date => new Date(kit.clock.now().getTime() + seconds * 1000);
    const repushed = anEvent("2.0", { pushedAt: "2026-11-22T08:00:04.000Z" });
    await kit.upgrade(anAcceptedPush({ events: [repushed], arrivedAt: inSeconds(1) }));
    assert.equal(kit.pushes().at(-1)?.renewedAt, "2026-11-22T08:00:04.000Z");
    const late = anEvent("3.0", { digest: digest("c"), pushedAt: "2026-11-22T08:00:03.000Z" });
    const outcome = await kit.upgrade(anAcceptedPush({ events: [late], arrivedAt: inSeconds(2) }));
    assert.deepEqual(outcome, {
      kind: "ignored",
      reason: `older than ${image("2.0")}, pushed at 2026-11-22T08:00:04.000Z`,
    });
    const newer = anEvent("3.0", { digest: digest("c"), pushedAt: "2026-11-22T08:00:05.000Z" });
    assert.equal((await kit.upgrade(anAcceptedPush({ events: [newer], arrivedAt: inSeconds(3) }))).kind, "changed");
  });

  it("does not believe its memory where someone changed the image meanwhile", async () => {
    await kit.cluster.editImage(aTarget, "web", image("1.5"));
    const event = anEvent("2.0", { pushedAt: "2026-11-22T08:30:00.000Z" });
    const outcome = await kit.upgrade(anAcceptedPush({ events: [event] }));
    assert.equal(firstOf(outcome).push?.before, image("1.5"));
    assert.equal(kit.running(), image("2.0"));
  });

  it("holds a repetition whose image someone changed meanwhile", async () => {
    await kit.cluster.editImage(aTarget, "web", image("1.5"));
    assert.deepEqual(await kit.upgrade(anAcceptedPush()), { kind: "ignored", reason: UNDONE });
    assert.equal(kit.running(), image("1.5"));
  });

  it("holds a repetition that was rolled back after its end", async () => {
    const { state } = kit.cluster.stored(aTarget);
    const [push] = kit.pushes();
    if (push !== undefined) kit.cluster.store(aTarget, withRecord(state, "web", push, { phase: "complete" }));
    await kit.cluster.editImage(aTarget, "web", image("1.0"));
    assert.deepEqual(await kit.upgrade(anAcceptedPush()), { kind: "ignored", reason: UNDONE });
    assert.equal(kit.running(), image("1.0"));
  });

  it("redeploys when the tag moved to another digest, and again when it moves back", async () => {
    for (const [digit, pushedAt] of [
      ["c", "2026-11-22T09:00:00.000Z"],
      ["b", "2026-11-22T10:00:00.000Z"],
    ] as const) {
      kit.clock.advance(3_600_000);
      const event = anEvent("2.0", { digest: digest(digit), pushedAt });
      const outcome = await kit.upgrade(anAcceptedPush({ events: [event] }));
      assert.equal(firstOf(outcome).redeploys, true, digit);
    }
  });

  it("redeploys an anonymous body again once ten seconds have passed", async () => {
    const event = anEvent("2.0", { digest: null, pushedAt: null });
    const kinds: string[] = [];
    for (const seconds of [0, 9, 3]) {
      kit.clock.advance(seconds * 1000);
      kinds.push((await kit.upgrade(anAcceptedPush({ events: [event] }))).kind);
    }
    assert.deepEqual(kinds, ["changed", "skipped", "changed"]);
  });
});

describe("createUpgrade(parts): a push that is refused", () => {
  let kit: UpgradeKit;
  beforeEach(async () => {
    kit = await makeUpgradeKit();
  });

  it("names the containers that there are", async () => {
    const hook = aHook({ upgrade: { container: "nginx" } });
    assert.deepEqual(await kit.upgrade(anAcceptedPush({ hook })), {
      kind: "not-served",
      reason: 'deployment "website" in namespace "shop" has no container "nginx": it has log, web',
    });
  });

  const lines = {
    typed: "add to its image-upgrade: image: {repository: docker.io/library/nginx}",
    script:
      'add to its pass-environment-to-command: {"envname": "APP_REPOSITORY", "source": "string", "name": "docker.io/library/nginx"}',
  };
  for (const style of ["typed", "script"] as const) {
    it(`gives the line that allows another repository to a ${style} hook`, async () => {
      const hook = aHook({ upgrade: { style } });
      const event = anEvent("2.0", { repository: repository("nginx") });
      assert.deepEqual(await kit.upgrade(anAcceptedPush({ hook, events: [event] })), {
        kind: "foreign-repository",
        reason: `the push brings docker.io/library/nginx, this hook allows ${image("1.0")}; to allow it ${lines[style]}`,
      });
      assert.deepEqual(kit.pushes(), []);
    });
  }

  it("refuses only what it has read afresh", async () => {
    await kit.cluster.editImage(aTarget, "web", "nginx:1");
    const event = anEvent("2.0", { repository: repository("nginx") });
    await kit.upgrade(anAcceptedPush({ events: [event] }));
    await kit.cluster.editImage(aTarget, "web", image("1.0"));
    assert.equal((await kit.upgrade(anAcceptedPush())).kind, "changed");
  });

  for (const call of ["load-state", "read", "save-state"] as const) {
    it(`patches nothing when ${call} finds no API server`, async () => {
      kit.cluster.interrupt(call, () => UNREACHABLE);
      assert.deepEqual(await kit.upgrade(anAcceptedPush()), { kind: "cluster", failure: UNREACHABLE });
      assert.ok(!kit.cluster.calls.includes("patch"), kit.cluster.calls.join());
      assert.deepEqual([kit.running(), kit.pushes()], [image("1.0"), []]);
    });
  }

  it("says that the workload is not there", async () => {
    kit.cluster.remove(aTarget);
    const outcome = await kit.upgrade(anAcceptedPush());
    assert.equal(outcome.kind === "cluster" && outcome.failure.kind, "not-found");
    assert.deepEqual(kit.pushes(), []);
  });

  it("ends with the delivery's signal", async () => {
    const outcome = await kit.upgrade(anAcceptedPush({ signal: AbortSignal.abort() }));
    assert.equal(outcome.kind === "cluster" && outcome.failure.kind, "unreachable");
  });
});
