import assert from "node:assert/strict";
import { createRights } from "../../src/kube/rights.ts";
import { describeFailure } from "../../src/core/rollout/cluster-failure.ts";
import type { Target } from "../../src/core/rollout/target.ts";
import type { Rights } from "../../src/flow/ports.ts";
import { freshNamespace, useCluster } from "../support/cluster.ts";
import { accountClient, grant } from "./account.ts";

const soon = (): AbortSignal => AbortSignal.timeout(10_000);

describe("createRights(client, stateNamespace)", function () {
  this.timeout(60_000);
  const cluster = useCluster();
  let namespace: string;
  let close: () => Promise<void>;
  let rights: Rights;
  const target = (): Target => ({ kind: "deployment", namespace, name: "website" });

  before(async () => {
    namespace = await freshNamespace(cluster(), "rights");
    const client = await accountClient(cluster(), namespace);
    close = client.close;
    rights = createRights(client, namespace);
  });
  after(() => close());

  const granting = (verbs: readonly string[]): Promise<void> =>
    grant(cluster(), namespace, [
      { apiGroups: ["apps"], resources: ["deployments"], resourceNames: ["website"], verbs },
      { apiGroups: [""], resources: ["configmaps"], verbs: ["create", "list", "watch", "get", "update"] },
    ]);

  it("names each resource that the account has no right on, with the line that grants it to this account", async () => {
    const missing = await rights.missing(target(), soon());
    const lines = missing.map(describeFailure);
    assert.equal(lines.length, 3, lines.join("\n"));
    assert.match(lines[0] ?? "", /lacks the right to get deployments\.apps "website"/);
    assert.match(lines[1] ?? "", /lacks the right to create configmaps/);
    assert.match(lines[2] ?? "", /lacks the right to get configmaps "imagehook-[0-9a-f]{16}"/);
    for (const line of lines) assert.ok(line.endsWith(`--serviceaccount=${namespace}:default`), line);
  });

  it("finds one verb that is missing", async () => {
    await granting(["get", "list", "watch"]);
    const missing = await rights.missing(target(), soon());
    assert.deepEqual(
      missing.map((failure) => (failure.kind === "forbidden" ? failure.right.verb : failure)),
      ["patch"],
    );
  });

  it("finds nothing where all are granted", async () => {
    await granting(["get", "list", "watch", "patch"]);
    assert.deepEqual(await rights.missing(target(), soon()), []);
  });

  it("names what a selector needs, each once and for objects of any name", async () => {
    await grant(cluster(), namespace, [
      { apiGroups: ["apps"], resources: ["statefulsets"], verbs: ["get", "list", "watch", "patch"] },
    ]);
    const selection = {
      kind: "selected",
      namespace,
      kinds: ["deployment", "statefulset"],
      labels: [["a", "b"]],
    } as const;
    const lines = (await rights.missing(selection, soon())).map(describeFailure);
    assert.deepEqual(
      lines.map((line) => /the right to (\S+ \S+) in namespace/.exec(line)?.[1]),
      ["get deployments.apps", "create configmaps", "get configmaps"],
      lines.join("\n"),
    );
    for (const line of lines) assert.doesNotMatch(line, /--resource-name/);
  });
});
