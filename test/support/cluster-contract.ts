import assert from "node:assert/strict";
import { patchFor } from "../../src/core/rollout/patch.ts";
import { emptyState, pushesOf, withPush } from "../../src/core/rollout/state.ts";
import { KINDS, type Target, type WorkloadKind } from "../../src/core/rollout/target.ts";
import { CHANGE_CAUSE, type Workload } from "../../src/core/rollout/workload.ts";
import type { Sighting } from "../../src/flow/ports.ts";
import { aPush } from "./builders.ts";
import { failureOf, image, imageOf, soon, valueOf, type ContractCluster } from "./contract-kit.ts";
import { describeLists } from "./list-contract.ts";
import { describeStatesWatch } from "./states-watch-contract.ts";

const changeOf = (workload: Workload, after: string): Parameters<typeof patchFor>[0] => {
  const container = workload.containers.find(({ name }) => name === "web");
  if (container === undefined) assert.fail(`no container web: ${JSON.stringify(workload.containers)}`);
  const push = aPush({ before: container.image, after });
  return [{ kind: "change", container, push, redeploys: container.image === after }];
};

/** What every cluster behind the ports does, the one in memory and the real API server. */
export function describeCluster(name: string, make: () => Promise<ContractCluster>): void {
  describe(`${name}: the contract of the ports`, () => {
    let cluster: ContractCluster;
    let count = 0;
    before(async function makeCluster() {
      this.timeout(60_000);
      cluster = await make();
    });
    const aWish = (kind: WorkloadKind = "deployment"): Target => ({
      kind,
      namespace: "shop",
      name: `website-${String(++count)}`,
    });
    const deploy = (kind: WorkloadKind = "deployment"): Promise<Target> =>
      cluster.deploy(aWish(kind), { log: image("log"), web: image("1.0") });

    describeWorkloads(() => cluster, deploy, aWish);
    describeLists(() => cluster, aWish);
    describeWatch(() => cluster, deploy);
    describeStates(() => cluster, deploy);
    describeStatesWatch(() => cluster, deploy);
  });
}

type Deploy = (kind?: WorkloadKind) => Promise<Target>;

function describeWorkloads(cluster: () => ContractCluster, deploy: Deploy, aWish: () => Target): void {
  for (const kind of Object.keys(KINDS) as WorkloadKind[]) {
    it(`patches exactly one container of a ${kind}`, async () => {
      const { workloads } = cluster();
      const target = await deploy(kind);
      const seen = valueOf(await workloads.read(target, soon()));
      const patched = valueOf(await workloads.patch(target, patchFor(changeOf(seen, image("2.0")), seen), soon()));
      const read = valueOf(await workloads.read(target, soon()));
      assert.deepEqual([imageOf(read, "web"), imageOf(read, "log")], [image("2.0"), image("log")]);
      assert.ok(patched.generation > seen.generation, "the patch bumps the generation");
      assert.deepEqual([read.uid, read.target, read.hasAnnotations], [seen.uid, target, true]);
    });
  }

  it("carries out a redeploy, and gives its mark back", async () => {
    const { workloads } = cluster();
    const target = await deploy();
    const seen = valueOf(await workloads.read(target, soon()));
    const change = changeOf(seen, image("1.0"));
    assert.deepEqual([seen.hasTemplateAnnotations, seen.redeployedAt], [false, null]);
    const patched = valueOf(await workloads.patch(target, patchFor(change, seen), soon()));
    assert.deepEqual([patched.hasTemplateAnnotations, patched.redeployedAt], [true, change[0].push.acceptedAt]);
    assert.ok(patched.generation > seen.generation, "the redeploy bumps the generation");
  });

  it("refuses to add a map of annotations over one that appeared meanwhile", async () => {
    const { workloads } = cluster();
    const target = await deploy();
    const seen = valueOf(await workloads.read(target, soon()));
    const patch = patchFor(changeOf(seen, image("1.0")), seen);
    valueOf(await workloads.patch(target, patch, soon()));
    assert.equal(failureOf(await workloads.patch(target, patch, soon())), "conflict");
  });

  it("loses the race against someone who changed the image, and changes nothing then", async () => {
    const { workloads, editImage } = cluster();
    const target = await deploy();
    const seen = valueOf(await workloads.read(target, soon()));
    await editImage(target, "web", image("1.5"));
    const patched = await workloads.patch(target, patchFor(changeOf(seen, image("2.0")), seen), soon());
    assert.equal(failureOf(patched), "conflict");
    assert.equal(imageOf(valueOf(await workloads.read(target, soon())), "web"), image("1.5"));
  });

  it("wins over someone who changed another container", async () => {
    const { workloads, editImage } = cluster();
    const target = await deploy();
    const seen = valueOf(await workloads.read(target, soon()));
    await editImage(target, "log", image("log-2"));
    const patched = await workloads.patch(target, patchFor(changeOf(seen, image("2.0")), seen), soon());
    assert.deepEqual(
      valueOf(patched)
        .containers.map((container) => container.image)
        .sort(),
      [image("2.0"), image("log-2")].sort(),
    );
  });

  it("loses where the container's place has another or none", async () => {
    const { workloads } = cluster();
    const target = await deploy();
    const seen = valueOf(await workloads.read(target, soon()));
    const [change] = changeOf(seen, image("2.0"));
    for (const container of [
      { ...change.container, name: "other" },
      { ...change.container, index: 9 },
      { ...change.container, list: "initContainers" as const },
    ]) {
      const patched = await workloads.patch(target, patchFor([{ ...change, container }], seen), soon());
      assert.equal(failureOf(patched), "conflict", JSON.stringify(container));
    }
  });

  it("tells an image that is refused from a lost race", async () => {
    const { workloads } = cluster();
    const target = await deploy();
    const seen = valueOf(await workloads.read(target, soon()));
    const patched = await workloads.patch(target, patchFor(changeOf(seen, ""), seen), soon());
    assert.equal(failureOf(patched), "refused");
  });

  it("leaves a value with a slash in its name where it belongs", async () => {
    const { workloads } = cluster();
    const target = await deploy();
    const seen = valueOf(await workloads.read(target, soon()));
    valueOf(await workloads.patch(target, patchFor(changeOf(seen, image("2.0")), seen), soon()));
    const path = `/metadata/annotations/${CHANGE_CAUSE.replace("/", "~1")}`;
    const test = [{ op: "test", path, value: `imagehook website: ${image("2.0")}` }] as const;
    valueOf(await workloads.patch(target, test, soon()));
  });

  it("does not find what is not there", async () => {
    const { workloads } = cluster();
    const there = await deploy();
    const target = { ...there, name: aWish().name };
    assert.equal(failureOf(await workloads.read(target, soon())), "not-found");
    assert.equal(failureOf(await workloads.recall(target, soon())), "not-found");
    assert.equal(failureOf(await workloads.patch(target, [], soon())), "not-found");
  });

  it("reads afresh what it may recall as it was", async () => {
    const { workloads, editImage } = cluster();
    const target = await deploy();
    const seen = valueOf(await workloads.read(target, soon()));
    assert.deepEqual(valueOf(await workloads.recall(target, soon())), seen);
    await editImage(target, "web", image("1.5"));
    assert.equal(imageOf(valueOf(await workloads.read(target, soon())), "web"), image("1.5"));
    assert.equal(imageOf(valueOf(await workloads.recall(target, soon())), "web"), image("1.5"));
  });

  it("recalls what it has patched", async () => {
    const { workloads } = cluster();
    const target = await deploy();
    const seen = valueOf(await workloads.recall(target, soon()));
    const patched = valueOf(await workloads.patch(target, patchFor(changeOf(seen, image("2.0")), seen), soon()));
    assert.deepEqual(valueOf(await workloads.recall(target, soon())), patched);
  });

  it("ends a call by its signal", async () => {
    const { workloads, states } = cluster();
    const target = await deploy();
    assert.equal(failureOf(await workloads.read(target, AbortSignal.abort())), "unreachable");
    assert.equal(failureOf(await workloads.patch(target, [], AbortSignal.abort())), "unreachable");
    assert.equal(failureOf(await states.load(target, AbortSignal.abort())), "unreachable");
  });

  it("lists pods", async () => {
    const { workloads } = cluster();
    const target = await deploy();
    const pods = await workloads.pods(target, "app=nothing-has-this-label", soon());
    assert.deepEqual(valueOf(pods), []);
  });
}

function describeWatch(cluster: () => ContractCluster, deploy: Deploy): void {
  it("shows a workload as it is and after each change, until the signal", async () => {
    const { workloads, editImage } = cluster();
    const target = await deploy();
    const end = new AbortController();
    const sightings = workloads.watch(target, end.signal)[Symbol.asyncIterator]();
    const see = async (tag: string): Promise<void> => {
      for (;;) {
        const next: IteratorResult<Sighting> = await sightings.next();
        if (next.done === true) assert.fail(`the watch ended before ${tag} was seen`);
        const { value } = next;
        if (value.kind === "seen" && imageOf(value.observation.workload, "web") === image(tag)) return;
      }
    };
    await see("1.0");
    for (const tag of ["1.1", "1.2"]) {
      await editImage(target, "web", image(tag));
      await see(tag);
    }
    end.abort();
    for (let next = await sightings.next(); next.done !== true; next = await sightings.next());
  });
}

function describeStates(cluster: () => ContractCluster, deploy: Deploy): void {
  const withKey = (target: Target, key: string) => withPush(emptyState(target), "web", aPush({ key }));

  it("loads an empty state where nothing was stored", async () => {
    const { states } = cluster();
    const target = await deploy();
    assert.deepEqual(valueOf(await states.load(target, soon())), { state: emptyState(target), version: "" });
  });

  it("gives back what was saved, under another version each time", async () => {
    const { states } = cluster();
    const target = await deploy();
    const first = valueOf(await states.save(target, { state: withKey(target, "a"), version: "" }, soon()));
    const second = valueOf(await states.save(target, { ...first, state: withKey(target, "b") }, soon()));
    assert.notEqual(first.version, second.version);
    assert.deepEqual(valueOf(await states.load(target, soon())), second);
    assert.deepEqual(pushesOf(second.state, "web"), [aPush({ key: "b" })]);
  });

  it("recalls what was saved last", async () => {
    const { states } = cluster();
    const target = await deploy();
    const saved = valueOf(await states.save(target, { state: withKey(target, "a"), version: "" }, soon()));
    assert.deepEqual(valueOf(await states.recall(target, soon())), saved);
  });

  it("refuses to create a state that is there already, and recalls the stored one after that", async () => {
    const { states } = cluster();
    const target = await deploy();
    const saved = valueOf(await states.save(target, { state: withKey(target, "a"), version: "" }, soon()));
    assert.equal(failureOf(await states.save(target, { state: emptyState(target), version: "" }, soon())), "conflict");
    assert.deepEqual(valueOf(await states.recall(target, soon())), saved);
  });

  it("refuses to save over a version that it has not seen", async () => {
    const { states } = cluster();
    const target = await deploy();
    const first = valueOf(await states.save(target, { state: withKey(target, "a"), version: "" }, soon()));
    const second = valueOf(await states.save(target, { ...first, state: withKey(target, "b") }, soon()));
    assert.equal(failureOf(await states.save(target, { ...first, state: withKey(target, "c") }, soon())), "conflict");
    assert.deepEqual(valueOf(await states.recall(target, soon())), second);
  });

  it("refuses to save over a state that is gone", async () => {
    const { states } = cluster();
    const target = await deploy();
    const save = states.save(target, { state: withKey(target, "a"), version: "4" }, soon());
    assert.equal(failureOf(await save), "conflict");
  });
}
