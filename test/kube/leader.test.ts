import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { createKubeClient, type KubeClient } from "../../src/kube/client.ts";
import { kubeconfigCredentials } from "../../src/kube/credentials.ts";
import { freshNamespace, useCluster, waitFor } from "../support/cluster.ts";
import { accountClient, grant } from "./account.ts";
import { aContender, useContendedWork, type Contender } from "./contender.ts";

describe("createElection(client, settings).lead(work, signal), on the real API server", function () {
  this.timeout(60_000);
  const cluster = useCluster();
  let client: KubeClient;
  let namespace: string;
  before(async () => {
    client = createKubeClient(await kubeconfigCredentials(cluster().kubeconfig, ""));
  });
  beforeEach(async () => {
    namespace = await freshNamespace(cluster(), "leader");
  });
  after(() => client.close());

  const contender = (identity: string, from = client): Contender => aContender(identity, namespace, from);
  const aWork = useContendedWork();
  const leads = (who: string, working: () => string, timeoutMs = 5_000): Promise<string> =>
    waitFor(
      () => Promise.resolve(working()),
      (now) => now === who,
      { timeoutMs, what: `${who} leads` },
    );
  const lease = async (): Promise<Record<string, unknown>> => {
    const text = await cluster().kubectl(["get", "lease", "imagehook", "-n", namespace, "-o", "json"]);
    return (JSON.parse(text) as { spec: Record<string, unknown> }).spec;
  };

  it("lets one of several lead, and another at once when that one is told to stop and its work has ended", async () => {
    const { by, turns, working } = aWork();
    const [one, two, three] = ["one", "two", "three"].map((identity) => contender(identity));
    assert.ok(one && two && three);
    const ends = [one, two, three].map((each) => ({ contender: each, end: new AbortController() }));
    const running = ends.map(({ contender, end }) => contender.election.lead(by(contender, 300), end.signal));
    for (let left = 3; left > 0; left--) {
      const who = await waitFor(
        () => Promise.resolve(working()),
        (now) => now !== "" && turns.length === 4 - left,
        {
          timeoutMs: 5_000,
          what: "the next leader",
        },
      );
      // For longer than the Lease lasts, nobody else takes it.
      await sleep(2_500);
      assert.deepEqual([working(), turns.length], [who, 4 - left]);
      const spec = await lease();
      assert.deepEqual(
        [spec["holderIdentity"], spec["leaseDurationSeconds"], spec["leaseTransitions"]],
        [who, 2, 3 - left],
      );
      assert.match(String(spec["renewTime"]), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
      const stoppedMs = performance.now();
      const leader = ends.findIndex(({ contender }) => contender.identity === who);
      ends[leader]?.end.abort();
      await running[leader];
      if (left > 1)
        await waitFor(
          () => Promise.resolve(working()),
          (now) => now !== "" && now !== who,
          { timeoutMs: 2_000, what: "another" },
        );
      // 300 ms its work takes to end, and at most one pause of 200 ms the others wait.
      assert.ok(performance.now() - stoppedMs < 1_000, String(performance.now() - stoppedMs));
    }
    const released = await lease();
    assert.deepEqual([released["holderIdentity"] ?? "", released["leaseDurationSeconds"]], ["", 1]);
    assert.deepEqual([...turns].sort(), ["one", "three", "two"]);
    const first = ends.find(({ contender }) => contender.identity === turns[0])?.contender.log;
    assert.deepEqual(first?.factsOf("leads now"), [{ identity: turns[0], holder: turns[0] }]);
    assert.deepEqual(first.factsOf("leads no more"), [
      { identity: turns[0], holder: "", reason: "its work has ended" },
    ]);
  });

  it("ends the work of a leader that is cut off before another begins, and lets it lead again", async () => {
    const { by, turns, working } = aWork();
    const [one, two] = [contender("one"), contender("two")];
    const end = new AbortController();
    const first = one.election.lead(by(one), end.signal);
    await leads("one", working);
    const second = two.election.lead(by(two), end.signal);
    await sleep(300);
    one.isCutOff = true;
    const cutMs = performance.now();
    await leads("", working);
    const endedAfterMs = performance.now() - cutMs;
    await leads("two", working);
    const takenAfterMs = performance.now() - cutMs;
    assert.ok(endedAfterMs > 500 && endedAfterMs < 1_400, `ended after ${String(endedAfterMs)} ms`);
    assert.ok(takenAfterMs > 1_700 && takenAfterMs < 3_500, `taken after ${String(takenAfterMs)} ms`);
    two.isCutOff = true;
    one.isCutOff = false;
    await leads("one", working);
    end.abort();
    await Promise.all([first, second]);
    assert.deepEqual(turns, ["one", "two", "one"]);
    assert.deepEqual(one.log.factsOf("leads no more")[0], {
      identity: "one",
      holder: "",
      reason: "the Lease was not renewed for 1 s",
    });
    assert.match(String(one.log.factsOf("the election fails; it is tried again")[0]?.["reason"]), /no answer in time/);
    assert.equal(one.log.factsOf("another leads")[0]?.["holder"], "two");
  });

  it("goes on leading through a call that fails, and through a Lease that is deleted", async () => {
    const { by, turns, working } = aWork();
    const one = contender("one");
    const end = new AbortController();
    const leading = one.election.lead(by(one), end.signal);
    await leads("one", working);
    one.isCutOff = true;
    await sleep(300);
    one.isCutOff = false;
    await cluster().kubectl(["delete", "lease", "imagehook", "-n", namespace]);
    await sleep(1_500);
    assert.equal((await lease())["holderIdentity"], "one");
    end.abort();
    await leading;
    assert.deepEqual(turns, ["one"]);
  });

  it("yields at once to one who took the Lease away", async () => {
    const { by, working } = aWork();
    const one = contender("one");
    const end = new AbortController();
    const leading = one.election.lead(by(one), end.signal);
    await leads("one", working);
    const spec = { holderIdentity: "a person", leaseDurationSeconds: 1 };
    await cluster().kubectl([
      "patch",
      "lease",
      "imagehook",
      "-n",
      namespace,
      "--type=merge",
      "-p",
      JSON.stringify({ spec }),
    ]);
    await leads("", working, 900);
    await leads("one", working);
    end.abort();
    await leading;
    assert.deepEqual(one.log.factsOf("leads no more")[0]?.["holder"], "a person");
  });

  it("does not begin again before its own work has ended, however slow that is", async () => {
    const { by, turns, working } = aWork();
    const one = contender("one");
    const end = new AbortController();
    const leading = one.election.lead(by(one, 2_500), end.signal);
    await leads("one", working);
    const spec = { holderIdentity: "a person", leaseDurationSeconds: 1 };
    const patch = ["--type=merge", "-p", JSON.stringify({ spec })];
    await cluster().kubectl(["patch", "lease", "imagehook", "-n", namespace, ...patch]);
    await waitFor(
      () => Promise.resolve(turns.length),
      (count) => count === 2,
      { timeoutMs: 5_000, what: "its second turn" },
    );
    end.abort();
    await leading;
  });

  it("takes over at once from a process of the same identity, and does the work again when it ended by itself", async () => {
    const before = contender("one");
    const endBefore = new AbortController();
    const { by, working } = aWork();
    const leading = before.election.lead(by(before), endBefore.signal);
    await leads("one", working);
    before.isCutOff = true;
    endBefore.abort();
    await leading;
    assert.equal((await lease())["holderIdentity"], "one");

    const now = contender("one");
    const end = new AbortController();
    const startedMs = performance.now();
    let works = 0;
    await now.election.lead(() => {
      works++;
      if (works === 2) end.abort();
      return works === 1 ? Promise.reject(new Error("a bug")) : Promise.resolve();
    }, end.signal);
    assert.ok(performance.now() - startedMs < 1_500, "the old Lease still had two seconds");
    assert.equal(works, 2);
    assert.equal(now.log.factsOf("the leader's work failed").length, 1);
  });

  it("says once which right is missing, with the line that grants it, and leads as soon as it is granted", async () => {
    const account = await accountClient(cluster(), namespace);
    const one = contender("one", account);
    const { by, working } = aWork();
    const end = new AbortController();
    const leading = one.election.lead(by(one), end.signal);
    await sleep(1_000);
    const complaints = (): readonly string[] =>
      one.log.factsOf("the election fails; it is tried again").map(({ reason }) => String(reason));
    assert.equal(complaints().length, 1, one.log.text());
    assert.match(
      complaints()[0] ?? "",
      /lacks the right to get leases\.coordination\.k8s\.io "imagehook".*--verb=get,update /,
    );
    const leases = { apiGroups: ["coordination.k8s.io"], resources: ["leases"] };
    const held = { ...leases, resourceNames: ["imagehook"], verbs: ["get", "update"] };
    await grant(cluster(), namespace, [held]);
    await waitFor(
      () => Promise.resolve(complaints()),
      ({ length }) => length === 2,
      {
        timeoutMs: 5_000,
        what: "the second complaint",
      },
    );
    assert.match(complaints()[1] ?? "", /lacks the right to create leases.*--verb=create /);
    await grant(cluster(), namespace, [held, { ...leases, verbs: ["create"] }]);
    await leads("one", working);
    end.abort();
    await leading;
    await account.close();
    assert.equal(complaints().length, 2);
  });
});
