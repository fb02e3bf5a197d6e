import assert from "node:assert/strict";
import { createManager } from "../../src/assembly/admission-manager.ts";
import { leaderElection } from "../../src/assembly/leader-election.ts";
import { freshNamespace, useCluster, waitFor } from "../support/cluster.ts";
import { createFakeLog } from "../support/fake-log.ts";

describe("leaderElection({ kubeconfig, namespace, name }), on the real API server", function () {
  this.timeout(60_000);
  const cluster = useCluster();

  it("lets one manager of two run what needs the leader, and the other when that one has ended", async () => {
    const namespace = await freshNamespace(cluster(), "election");
    const working: string[] = [];
    const managers = await Promise.all(
      ["one", "two"].map(async (name) => {
        const log = createFakeLog();
        const election = await leaderElection({
          kubeconfig: cluster().kubeconfig,
          namespace,
          name: "labels",
          log,
        });
        const manager = createManager({ signals: false, election, log });
        const end = new AbortController();
        const start = async (signal: AbortSignal): Promise<void> => {
          working.push(name);
          await new Promise((resolve) => {
            signal.addEventListener("abort", resolve);
          });
          working.splice(working.indexOf(name), 1);
        };
        manager.add({ needsLeader: true, start });
        return { name, identity: election.identity, end, done: manager.start(end.signal) };
      }),
    );
    const oneWorks = (notThis: string): Promise<readonly string[]> =>
      waitFor(
        () => Promise.resolve([...working]),
        (now) => now.length === 1 && now[0] !== notThis,
        { timeoutMs: 10_000, what: "one leads" },
      );
    const [first = ""] = await oneWorks("");
    const leader = managers.find(({ name }) => name === first);
    const holder = ["get", "lease", "labels", "-n", namespace, "-o", "jsonpath={.spec.holderIdentity}"];
    assert.equal(await cluster().kubectl(holder), leader?.identity);
    leader?.end.abort();
    await leader?.done;
    await oneWorks(first);
    for (const { end, done } of managers) {
      end.abort();
      await done;
    }
    assert.deepEqual([working, await cluster().kubectl(holder)], [[], ""]);
  });

  it("says how to name a cluster where none is", async () => {
    const saved = process.env["KUBECONFIG"];
    delete process.env["KUBECONFIG"];
    try {
      await assert.rejects(leaderElection({ namespace: "web", name: "labels" }), /name a kubeconfig file, or set/);
    } finally {
      if (saved !== undefined) process.env["KUBECONFIG"] = saved;
    }
  });
});
