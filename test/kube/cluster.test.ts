import assert from "node:assert/strict";
import { openCluster } from "../../src/kube/cluster.ts";
import { useCluster } from "../support/cluster.ts";
import { createFakeLog } from "../support/fake-log.ts";

const clock = { now: () => new Date(0) };
const target = { kind: "deployment", namespace: "web", name: "website" } as const;
const soon = (): AbortSignal => AbortSignal.timeout(2_000);

describe("openCluster(source, stateNamespace, parts)", () => {
  const cluster = useCluster();

  it("says once that no cluster is configured, and answers every call so", async () => {
    const log = createFakeLog();
    const { workloads, states, events, diagnosis, reachability, close } = await openCluster({ kind: "none" }, "", {
      clock,
      log,
    });
    const results = [
      await workloads.recall(target, soon()),
      await workloads.read(target, soon()),
      await workloads.patch(target, [], soon()),
      await workloads.pods(target, "", soon()),
      await states.recall(target, soon()),
      await states.load(target, soon()),
    ];
    for (const result of results) assert.equal(result.kind === "error" && result.error.kind, "unreachable");
    for await (const sighting of workloads.watch(target, soon())) assert.fail(JSON.stringify(sighting));
    events.record({} as never, { type: "Normal", reason: "ImageUpdated", message: "" });
    assert.equal(await diagnosis.explain({} as never, soon()), "");
    assert.equal(diagnosis.crashLog(target), null);
    assert.equal(await reachability(), "no cluster is configured");
    await close();
    assert.equal(log.lines.length, 1);
  });

  it("reaches the cluster of a kubeconfig's context", async () => {
    const source = { kind: "kubeconfig", file: cluster().kubeconfig, context: "" } as const;
    const opened = await openCluster(source, "default", { clock, log: createFakeLog() });
    assert.equal(await opened.reachability(), "reachable");
    await opened.close();
  });

  it("refuses to start outside of a pod without a namespace for its state", async () => {
    const source = { kind: "kubeconfig", file: cluster().kubeconfig, context: "" } as const;
    await assert.rejects(openCluster(source, "", { clock, log: createFakeLog() }), /STATE_NAMESPACE is not set/);
  });

  it("names the context that a kubeconfig does not have", async () => {
    const source = { kind: "kubeconfig", file: cluster().kubeconfig, context: "moon" } as const;
    await assert.rejects(
      openCluster(source, "default", { clock, log: createFakeLog() }),
      /context "moon" names no cluster/,
    );
  });
});
