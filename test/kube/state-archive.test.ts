import assert from "node:assert/strict";
import {
  emptyState,
  printState,
  pushesOf,
  stateObjectName,
  targetOf,
  withPush,
  type RolloutState,
} from "../../src/core/rollout/state.ts";
import { openCluster, type Cluster } from "../../src/kube/cluster.ts";
import { aPush, aTarget } from "../support/builders.ts";
import { apply, freshNamespace, useCluster } from "../support/cluster.ts";
import { createFakeLog } from "../support/fake-log.ts";

const clock = { now: () => new Date(0) };
const soon = (): AbortSignal => AbortSignal.timeout(5_000);
const stateOf = (name: string): RolloutState => withPush(emptyState({ ...aTarget, name }), "web", aPush());

describe("createStateArchive(client, namespace)", function () {
  this.timeout(60_000);
  const cluster = useCluster();
  let namespace: string;
  let opened: Cluster;

  before(async () => {
    namespace = await freshNamespace(cluster(), "archive");
    const source = { kind: "kubeconfig", file: cluster().kubeconfig, context: "" } as const;
    opened = await openCluster(source, namespace, { clock, log: createFakeLog() });
  });
  after(() => opened.close());

  const create = (name: string, text: string, labels = { "imagehook.dev/state": "rollout" }): Promise<unknown> =>
    cluster().call("POST", `/api/v1/namespaces/${namespace}/configmaps`, {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name, labels },
      data: { "state.json": text, other: "kept" },
    });
  const store = (state: RolloutState): Promise<unknown> => create(stateObjectName(targetOf(state)), printState(state));

  async function names(): Promise<{ readonly pages: number; readonly names: readonly string[]; unreadable: number }> {
    const found: string[] = [];
    let pages = 0;
    let unreadable = 0;
    for await (const page of opened.archive.pages(soon())) {
      assert.ok(page.kind === "ok", JSON.stringify(page));
      pages += 1;
      unreadable += page.value.unreadable;
      found.push(...page.value.states.map((state) => targetOf(state).name));
    }
    return { pages, names: found.sort(), unreadable };
  }

  it("pages through all that bear the label, and counts those that cannot be read", async () => {
    assert.deepEqual(await names(), { pages: 1, names: [], unreadable: 0 });
    const many = Array.from({ length: 205 }, (_none, index) => `many-${String(index).padStart(3, "0")}`);
    for (const name of many) await store(stateOf(name));
    await create("imagehook-broken", "{");
    await create("imagehook-copy", printState(stateOf("many-000")));
    await create("unlabelled", printState(stateOf("unlabelled")), { "imagehook.dev/state": "no" });
    assert.deepEqual(await names(), { pages: 2, names: many, unreadable: 2 });
  });

  it("ends with the first failure", async () => {
    const kinds: string[] = [];
    for await (const page of opened.archive.pages(AbortSignal.abort())) kinds.push(page.kind);
    assert.deepEqual(kinds, ["error"]);
  });

  it("finds one by the name of its object", async () => {
    const state = stateOf("found");
    await store(state);
    const { find } = opened.archive;
    assert.deepEqual(await find(stateObjectName(targetOf(state)), soon()), { kind: "ok", value: state });
    for (const name of ["imagehook-0123456789abcdef", "unlabelled"])
      assert.deepEqual(await find(name, soon()), { kind: "ok", value: null });
    const broken = await find("imagehook-broken", soon());
    assert.ok(broken.kind === "error");
    assert.equal(broken.error.kind, "unreadable");
    assert.match(
      broken.error.message,
      /^the state object imagehook-broken in namespace "archive-\w+" cannot be read \(it is not JSON\): /,
    );
    const away = await find("imagehook-broken", AbortSignal.abort());
    assert.equal(away.kind === "error" && away.error.kind, "unreachable");
  });

  it("changes a state and nothing else of its object", async () => {
    const state = stateOf("changed");
    const name = stateObjectName(targetOf(state));
    await store(state);
    const account = JSON.parse(await cluster().kubectl(["get", "sa", "default", "-n", namespace, "-o", "json"])) as {
      metadata: { uid: string };
    };
    const owner = { apiVersion: "v1", kind: "ServiceAccount", name: "default", uid: account.metadata.uid };
    await apply(cluster(), {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name, namespace, ownerReferences: [owner], labels: { mine: "too" } },
    });
    const changed = await opened.archive.change(
      name,
      (before) => withPush(before, "web", { ...aPush(), phase: "superseded" }),
      soon(),
    );
    assert.deepEqual(changed, { kind: "ok", value: undefined });
    const found = await opened.archive.find(name, soon());
    assert.ok(found.kind === "ok" && found.value !== null);
    assert.equal(pushesOf(found.value, "web")[0]?.phase, "superseded");
    const object = JSON.parse(await cluster().kubectl(["get", "cm", name, "-n", namespace, "-o", "json"])) as object;
    assert.partialDeepStrictEqual(object, {
      metadata: { ownerReferences: [owner], labels: { "imagehook.dev/state": "rollout", mine: "too" } },
      data: { other: "kept" },
    });
  });

  it("stores nothing where nothing changes or nothing is there", async () => {
    const name = stateObjectName({ ...aTarget, name: "found" });
    const version = (): Promise<string> =>
      cluster().kubectl(["get", "cm", name, "-n", namespace, "-o", "jsonpath={.metadata.resourceVersion}"]);
    const before = await version();
    const nothing = { kind: "ok", value: undefined };
    assert.deepEqual(await opened.archive.change(name, (state) => state, soon()), nothing);
    assert.equal(await version(), before);
    const absent = await opened.archive.change("imagehook-0123456789abcdef", () => assert.fail(), soon());
    assert.deepEqual(absent, nothing);
    const broken = await opened.archive.change("imagehook-broken", () => assert.fail(), soon());
    assert.equal(broken.kind === "error" && broken.error.kind, "unreadable");
    const away = await opened.archive.change(name, () => assert.fail(), AbortSignal.abort());
    assert.equal(away.kind === "error" && away.error.kind, "unreachable");
  });

  it("fails as a conflict where somebody else was faster", async () => {
    const state = stateOf("raced");
    const name = stateObjectName(targetOf(state));
    await store(state);
    const { states } = opened;
    const mine = await states.load(targetOf(state), soon());
    assert.ok(mine.kind === "ok");
    let theirs: ReturnType<typeof states.save> | undefined;
    const racing = opened.archive.change(
      name,
      (before) => {
        theirs = states.save(targetOf(state), mine.value, soon());
        return withPush(before, "web", { ...aPush(), phase: "superseded" });
      },
      soon(),
    );
    const archived = await racing;
    assert.ok(theirs !== undefined);
    // Whichever came first, exactly one of the two was refused.
    const ways = [archived, await theirs].map((result) => (result.kind === "ok" ? "ok" : result.error.kind));
    assert.deepEqual(ways.sort(), ["conflict", "ok"]);
  });

  it("says that there is no cluster where none is configured", async () => {
    const none = await openCluster({ kind: "none" }, "", { clock, log: createFakeLog() });
    for await (const page of none.archive.pages(soon())) assert.equal(page.kind, "error");
    assert.equal((await none.archive.find("x", soon())).kind, "error");
    await none.close();
  });
});
