import assert from "node:assert/strict";
import { openCluster, type Candidacy } from "../../src/kube/cluster.ts";
import { freshNamespace, useCluster } from "../support/cluster.ts";
import { createFakeLog } from "../support/fake-log.ts";

const clock = { now: () => new Date(0) };
const target = { kind: "deployment", namespace: "web", name: "website" } as const;
const soon = (): AbortSignal => AbortSignal.timeout(2_000);

describe("openCluster(source, stateNamespace, parts)", function () {
  this.timeout(60_000);
  const cluster = useCluster();

  it("says once that no cluster is configured, and answers every call so", async () => {
    const log = createFakeLog();
    const { workloads, states, events, diagnosis, election, ...cluster } = await openCluster({ kind: "none" }, "", {
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
    for await (const sighting of states.watch(soon())) assert.fail(JSON.stringify(sighting));
    events.record({} as never, { type: "Normal", reason: "ImageUpdated", message: "" });
    assert.equal(await diagnosis.explain({} as never, soon()), "");
    assert.equal(diagnosis.crashLog(target), null);
    events.recordOnState({} as never, { type: "Normal", reason: "Notified", message: "" });
    await election.lead(() => assert.fail("it leads"), soon());
    assert.equal(await cluster.reachability(), "no cluster is configured");
    await cluster.close();
    assert.equal(log.lines.length, 1);
  });

  it("reaches the cluster of a kubeconfig's context", async () => {
    const source = { kind: "kubeconfig", file: cluster().kubeconfig, context: "" } as const;
    const opened = await openCluster(source, "default", { clock, log: createFakeLog() });
    assert.equal(await opened.reachability(), "reachable");
    await opened.close();
  });

  it("leads when it is elected, always where there is no election, and never when it is no candidate", async () => {
    const namespace = await freshNamespace(cluster(), "cluster");
    const source = { kind: "kubeconfig", file: cluster().kubeconfig, context: "" } as const;
    const parts = { clock, log: createFakeLog() };
    const leading = async (candidacy?: Candidacy): Promise<readonly string[]> => {
      const { election, close } = await openCluster(source, namespace, { ...parts, candidacy: candidacy ?? null });
      const end = new AbortController();
      const led: string[] = [];
      await election.lead(() => {
        led.push(election.identity);
        end.abort();
        return Promise.resolve();
      }, end.signal);
      await close();
      return led;
    };
    const candidacy = { identity: "pod_1", lease: "ih-imagehook", isElected: true };
    const holder = (): Promise<string> =>
      cluster().kubectl(["get", "lease", "-n", namespace, "-o", "jsonpath={.items[*].metadata.name}"]);
    assert.deepEqual([await leading(), await holder()], [[], ""]);
    assert.deepEqual([await leading({ ...candidacy, isElected: false }), await holder()], [["pod_1"], ""]);
    assert.deepEqual([await leading(candidacy), await holder()], [["pod_1"], "ih-imagehook"]);
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
