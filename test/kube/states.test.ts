import assert from "node:assert/strict";
import { emptyState, printState, stateObjectName, withPush } from "../../src/core/rollout/state.ts";
import type { Target } from "../../src/core/rollout/target.ts";
import type { StateSighting } from "../../src/flow/ports.ts";
import { createKubeClient } from "../../src/kube/client.ts";
import { kubeconfigCredentials } from "../../src/kube/credentials.ts";
import { createStates } from "../../src/kube/states.ts";
import { aPush } from "../support/builders.ts";
import { valueOf } from "../support/contract-kit.ts";
import { freshNamespace, useCluster } from "../support/cluster.ts";
import { useMisbehavingServer } from "./misbehaving-server.ts";
import { line, page, playCollection, refusal, shows, type PlayedCollection } from "./played-collection.ts";

const targetOf = (name: string): Target => ({ kind: "deployment", namespace: "web", name });
const website = targetOf("website");
const aState = (target: Target, key: string) => withPush(emptyState(target), "web", aPush({ key }));

describe("createStates(client, namespace, owner).watch(signal)", () => {
  const server = useMisbehavingServer();
  const anObject = (name: string, resourceVersion: string, data?: object): object => ({
    metadata: { namespace: "hooks", name, uid: `uid-${name}`, resourceVersion },
    ...(data !== undefined && { data }),
  });
  const stateObject = (target: Target, version: string, key: string): object =>
    anObject(stateObjectName(target), version, { "state.json": printState(aState(target, key)) });
  const first = async (played: PlayedCollection, count: number) => {
    server.answerWith(played.answer);
    const states = createStates(server.client(), "hooks", null);
    const end = new AbortController();
    const seen: StateSighting[] = [];
    for await (const sighting of states.watch(end.signal)) if (seen.push(sighting) === count) break;
    end.abort();
    return { states, seen };
  };

  it("asks for all objects that bear the label, in the namespace of the state", async () => {
    const played = playCollection([page([], "7")], [shows("")]);
    await first(played, 1);
    assert.equal(played.asked[0]?.query.get("labelSelector"), "imagehook.dev/state=rollout");
  });

  const depth = 300_000;
  const nested = printState({ ...aState(website, "a"), more: 0 }).replace(
    '"more":0',
    `"more":${"[".repeat(depth)}${"]".repeat(depth)}`,
  );
  const unreadable: readonly { readonly what: string; readonly data?: object; readonly reason: RegExp }[] = [
    { what: "nothing", reason: /^it is not JSON$/ },
    { what: "another key", data: { state: "{}" }, reason: /^it is not JSON$/ },
    { what: "no state", data: { "state.json": "[]" }, reason: /expected object/ },
    { what: "a newer version", data: { "state.json": '{"v":2}' }, reason: /only version 1 is understood/ },
    {
      what: "another workload's state",
      data: { "state.json": printState(aState(targetOf("other"), "a")) },
      reason: /whose object has another name/,
    },
    { what: "what is nested too deeply", data: { "state.json": nested }, reason: /^it is nested too deeply$/ },
    {
      what: "very much that is wrong",
      data: { "state.json": JSON.stringify({ v: 1, notices: Array.from({ length: 500 }, () => 0) }) },
      reason: /^.{400,501}$/s,
    },
  ];
  for (const { what, data, reason } of unreadable) {
    it(`shows an object that holds ${what} as unreadable, and the others as they are`, async () => {
      const name = stateObjectName(website);
      const played = playCollection(
        [page([anObject(name, "3", data), stateObject(targetOf("x"), "4", "a")], "7")],
        [shows("")],
      );
      const { seen } = await first(played, 3);
      const [bad, good, complete] = seen;
      if (bad?.kind !== "unreadable") assert.fail(JSON.stringify(bad));
      assert.deepEqual(bad.object, { namespace: "hooks", name, uid: `uid-${name}` });
      assert.match(bad.reason, reason);
      const stored = { state: aState(targetOf("x"), "a"), version: "4" };
      assert.partialDeepStrictEqual(
        [good, complete],
        [{ kind: "stored", target: targetOf("x"), stored }, { kind: "complete" }],
      );
    });
  }

  it("tells what was deleted while nobody watched, with its workload where it could be read", async () => {
    const broken = anObject("imagehook-broken", "2", { "state.json": "{" });
    const played = playCollection(
      [page([stateObject(website, "3", "a"), broken], "7"), page([], "9")],
      [refusal(410), shows("")],
    );
    const { seen } = await first(played, 6);
    assert.deepEqual(seen.slice(3), [
      { kind: "gone", target: website, object: stateObjectName(website) },
      { kind: "gone", target: null, object: "imagehook-broken" },
      { kind: "complete" },
    ]);
  });

  it("does not recall what became unreadable", async () => {
    const name = stateObjectName(website);
    const played = playCollection(
      [page([stateObject(website, "3", "a")], "7")],
      [shows(line("MODIFIED", anObject(name, "8", { "state.json": "{" })))],
    );
    const { states } = await first(played, 3);
    server.answerWith((_request, response) => {
      response.end(JSON.stringify(anObject(name, "8", { "state.json": "{" })));
    });
    const recalled = await states.recall(website, AbortSignal.timeout(2_000));
    assert.equal(recalled.kind === "error" && recalled.error.kind, "unreadable");
  });
});

describe("createStates(client, namespace, owner).watch(signal) on the real API server", function () {
  this.timeout(60_000);
  const cluster = useCluster();

  it("shows all of more objects than a page holds, and recalls each without a further call", async () => {
    const namespace = await freshNamespace(cluster(), "states");
    const client = createKubeClient(await kubeconfigCredentials(cluster().kubeconfig, ""));
    const states = createStates(client, namespace, null);
    const targets = Array.from({ length: 510 }, (_, index) => targetOf(`website-${String(index)}`));
    const signal = AbortSignal.timeout(30_000);
    const save = async (target: Target) =>
      valueOf(await states.save(target, { state: aState(target, "a"), version: "" }, signal));
    await Promise.all(targets.map(save));

    let calls = 0;
    const counting = createStates(
      {
        ...client,
        request: (request) => {
          calls++;
          return client.request(request);
        },
      },
      namespace,
      null,
    );
    const seen = new Set<string>();
    for await (const sighting of counting.watch(signal)) {
      if (sighting.kind === "complete") break;
      if (sighting.kind === "stored") seen.add(sighting.target.name);
    }
    assert.deepEqual([seen.size, calls], [510, 2]);
    for (const target of targets)
      assert.deepEqual(valueOf(await counting.recall(target, signal)).state, aState(target, "a"));
    assert.equal(calls, 2);
    await client.close();
  });
});
