import assert from "node:assert/strict";
import { pushesOf } from "../../../src/core/rollout/state.ts";
import type { Target } from "../../../src/core/rollout/target.ts";
import type { AcceptedPush } from "../../../src/flow/push.ts";
import { templateOf } from "../../support/api-object.ts";
import { aHook, anAcceptedPush, anEvent, aSelection, aTarget } from "../../support/builders.ts";
import { image, makeUpgradeKit, REFUSED, UNREACHABLE, type UpgradeKit } from "./upgrade-kit.ts";

const LABELS = { app: "website", tier: "web", team: "shop" };

describe("createUpgrade(parts): a hook that selects workloads", () => {
  let kit: UpgradeKit;
  const hook = aHook({ upgrade: { target: aSelection({ kinds: ["deployment", "statefulset"] }) } });
  const push = (over: Partial<AcceptedPush> = {}): AcceptedPush => anAcceptedPush({ hook, ...over });
  const target = (name: string, over: Partial<Target> = {}): Target => ({ ...aTarget, name, ...over });
  const imageOf = (place: Target): string | undefined => {
    const { containers } = templateOf(kit.cluster.object(place)).spec;
    return containers.find(({ name }) => name === "web")?.image;
  };
  const deploy = (name: string, tag = "1.0", over: Partial<Target> = {}): Promise<Target> =>
    kit.cluster.deploy(target(name, over), { web: image(tag), log: "log:1" }, LABELS);
  const outcomes = async (accepted = push()): Promise<readonly string[]> => {
    const outcome = await kit.upgrade(accepted);
    if (outcome.kind !== "several") return [outcome.kind];
    return outcome.workloads.map((one) => `${one.target.kind}/${one.target.name} ${one.outcome.kind}`);
  };

  beforeEach(async () => {
    kit = await makeUpgradeKit();
    await deploy("a");
    await deploy("b", "1.1");
    await deploy("c", "1.2", { kind: "statefulset" });
    // Those that are not meant: another kind, another namespace, a label too few.
    await deploy("job", "1.0", { kind: "cronjob" });
    await deploy("far", "1.0", { namespace: "other" });
    await kit.cluster.deploy(target("plain"), { web: image("1.0") }, { app: "website" });
  });

  it("upgrades each as its own, and no other", async () => {
    assert.deepEqual(await outcomes(), ["deployment/a changed", "deployment/b changed", "statefulset/c changed"]);
    for (const place of [target("a"), target("b"), target("c", { kind: "statefulset" })]) {
      assert.equal(imageOf(place), image("2.0"));
      assert.deepEqual(
        pushesOf(kit.cluster.stored(place).state, "web").map(({ after, phase }) => [after, phase]),
        [[image("2.0"), "accepted"]],
      );
    }
    for (const place of [
      aTarget,
      target("job", { kind: "cronjob" }),
      target("far", { namespace: "other" }),
      target("plain"),
    ])
      assert.equal(imageOf(place), image("1.0"), JSON.stringify(place));
    assert.deepEqual([kit.changed.length, kit.events.length], [3, 6]);
  });

  it("lists once, plans on what it listed, and writes twice for each", async () => {
    await outcomes();
    const count = (call: string): number => kit.cluster.calls.filter((one) => one === call).length;
    assert.deepEqual(
      ["list", "read", "recall", "save-state", "patch"].map(count),
      [1, 0, 3, 3, 3],
      kit.cluster.calls.join(),
    );
  });

  it("keeps what succeeded when another fails, and finds it to be a duplicate at the redelivery", async () => {
    kit.cluster.interrupt("patch", () => UNREACHABLE);
    assert.deepEqual(await outcomes(), ["deployment/a cluster", "deployment/b changed", "statefulset/c changed"]);
    assert.deepEqual(await outcomes(), ["deployment/a changed", "deployment/b skipped", "statefulset/c skipped"]);
    assert.deepEqual(await outcomes(), ["deployment/a skipped", "deployment/b skipped", "statefulset/c skipped"]);
    assert.equal(kit.changed.length, 3);
  });

  it("passes over one that runs another repository", async () => {
    await kit.cluster.editImage(target("b"), "web", "nginx:1");
    assert.deepEqual(await outcomes(), ["deployment/a changed", "deployment/b ignored", "statefulset/c changed"]);
    assert.equal(imageOf(target("b")), "nginx:1");
  });

  it("says of each why nothing is done where none runs the repository", async () => {
    for (const place of [target("a"), target("b"), target("c", { kind: "statefulset" })])
      await kit.cluster.editImage(place, "web", "nginx:1");
    assert.deepEqual(new Set((await outcomes()).map((one) => one.split(" ")[1])), new Set(["foreign-repository"]));
  });

  it("plans each again that someone changes meanwhile", async () => {
    kit.cluster.interrupt("patch", () => {
      void kit.cluster.editImage(target("a"), "web", image("1.5"));
      return undefined;
    });
    assert.deepEqual(await outcomes(), ["deployment/a changed", "deployment/b changed", "statefulset/c changed"]);
    assert.equal(pushesOf(kit.cluster.stored(target("a")).state, "web")[0]?.before, image("1.5"));
  });

  it("says of each in a dry run what would become of it, and leaves no trace", async () => {
    const dryRun = push({ isDryRun: true });
    assert.deepEqual(await outcomes(dryRun), ["deployment/a changed", "deployment/b changed", "statefulset/c changed"]);
    assert.deepEqual([imageOf(target("a")), kit.changed], [image("1.0"), []]);
    assert.ok(!kit.cluster.calls.includes("save-state"));
  });

  it("tells of each that the API server refuses", async () => {
    kit.cluster.interrupt("patch", () => REFUSED);
    kit.cluster.interrupt("patch", () => REFUSED);
    await outcomes();
    const told = ["a", "b", "c"].map((name) => {
      const place = target(name, name === "c" ? { kind: "statefulset" } : {});
      return kit.cluster.stored(place).state.notices.map(({ about }) => about?.result.kind);
    });
    assert.deepEqual(told, [["refused"], ["refused"], []]);
  });

  it("works with all containers of each", async () => {
    await kit.cluster.deploy(target("d"), { app: image("1.0"), other: "nginx:1", web: image("1.3") }, LABELS);
    const all = aHook({ upgrade: { ...hook.upgrade, container: "*" } });
    const outcome = await kit.upgrade(push({ hook: all, events: [anEvent("3.0")] }));
    const d = outcome.kind === "several" && outcome.workloads.find((one) => one.target.name === "d")?.outcome;
    assert.deepEqual(d && d.kind === "changed" && d.containers.map(({ container }) => container), ["app", "web"]);
  });

  it("is not served where no workload has the labels, and says which", async () => {
    for (const place of [target("a"), target("b"), target("c", { kind: "statefulset" })]) kit.cluster.remove(place);
    assert.deepEqual(await kit.upgrade(push()), {
      kind: "not-served",
      reason: 'there is no deployment or statefulset in namespace "shop" with the labels app=website,tier=web',
    });
  });

  it("is served for fifty workloads, and changes none of fifty-one", async () => {
    for (let count = 3; count < 50; count++) await deploy(`n${String(count)}`);
    assert.equal((await outcomes(push({ isDryRun: true }))).length, 50);
    await deploy("one-more");
    const outcome = await kit.upgrade(push());
    assert.match(outcome.kind === "not-served" ? outcome.reason : "", /^there are more than 50 workloads in namespace/);
    assert.deepEqual([imageOf(target("a")), kit.changed], [image("1.0"), []]);
  });

  it("says why the workloads could not be listed", async () => {
    kit.cluster.interrupt("list", () => UNREACHABLE);
    assert.deepEqual(await kit.upgrade(push()), { kind: "cluster", failure: UNREACHABLE });
  });
});
