import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openCluster, type Cluster } from "../../src/kube/cluster.ts";
import { NO_LOG } from "../../src/flow/rehearse.ts";

const clock = { now: () => new Date() };
const target = { kind: "deployment", namespace: "apps", name: "web" } as const;
const object = { metadata: { name: "web", uid: "u" }, spec: { template: { spec: { containers: [] } } } };

describe("openCluster(source, stateNamespace, parts), where Events are never answered", () => {
  let folder: string;
  let server: Server;
  let cluster: Cluster;
  let hanging = 0;

  beforeEach(async () => {
    hanging = 0;
    server = createServer((request, response) => {
      if (request.url?.includes("/events") === true) hanging++;
      else response.end(JSON.stringify(object));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    folder = await mkdtemp(join(tmpdir(), "imagehook-test-"));
    const file = join(folder, "kubeconfig");
    const origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    const names = { cluster: "c", user: "u" };
    const config = {
      "current-context": "x",
      contexts: [{ name: "x", context: names }],
      clusters: [{ name: "c", cluster: { server: origin, "insecure-skip-tls-verify": true } }],
      users: [{ name: "u", user: { token: "t" } }],
    };
    await writeFile(file, JSON.stringify(config));
    cluster = await openCluster({ kind: "kubeconfig", file, context: "" }, "apps", { clock, log: NO_LOG });
  });

  afterEach(async () => {
    await cluster.close();
    server.close();
    server.closeAllConnections();
    await rm(folder, { recursive: true });
  });

  it("reads a workload all the same, however many Events wait", async () => {
    const workload = await cluster.workloads.read(target, AbortSignal.timeout(2_000));
    assert.equal(workload.kind, "ok");
    for (let count = 0; count < 90; count++)
      cluster.events.record(workload.value, { type: "Normal", reason: "ImageUpdated", message: String(count) });
    await assert.doesNotReject(async () => {
      while (hanging === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    });
    const again = await cluster.workloads.read(target, AbortSignal.timeout(1_000));
    assert.equal(again.kind, "ok");
  });
});
