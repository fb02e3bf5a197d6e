import assert from "node:assert/strict";
import { anAcceptedPush, aTarget } from "../../support/builders.ts";
import { image } from "./upgrade-kit.ts";
import { makeRolloutsKit, rest, type RolloutsKit } from "./rollouts-kit.ts";

describe("createRollouts(parts)", () => {
  let kit: RolloutsKit;
  const writes = (): readonly string[] => kit.cluster.calls.filter((call) => call === "save-state" || call === "patch");
  beforeEach(async () => {
    kit = await makeRolloutsKit();
  });
  afterEach(() => {
    kit.end();
  });

  it("takes a push to the notice of its end by four writes, two of them before the answer", async () => {
    const process = kit.start();
    const outcome = await process.upgrade(anAcceptedPush({ requestId: "request-9" }));
    assert.equal(outcome.kind, "changed");
    assert.deepEqual(writes(), ["save-state", "patch"]);
    kit.clock.advance(90_000);
    kit.cluster.finish(aTarget);
    await kit.settled();
    await rest();
    assert.deepEqual(writes(), ["save-state", "patch", "save-state", "save-state"]);
    assert.deepEqual(kit.phases(), ["2.0 complete 1 of 1 pods run the new image"]);
    assert.deepEqual(
      kit.sent.map(({ channel, about, target }) => [channel, about.result.kind, about.request, target]),
      [["mail", "complete", "request-9", aTarget]],
    );
    assert.partialDeepStrictEqual(kit.notices(), [{ state: "sent", attempts: 1, claimedBy: "", about: null }]);
    const [ended] = kit.log.factsOf("rollout ended");
    assert.deepEqual(ended, {
      hook: "website",
      namespace: "shop",
      workload: "deployment/website",
      container: "web",
      before: image("1.0"),
      after: image("2.0"),
      outcome: "complete",
      reason: "1 of 1 pods run the new image",
      durationMs: 90_000,
      requestId: "request-9",
    });
    const reasons = kit.events.lines.map((line) => line.split(" ")[2]);
    assert.deepEqual(reasons, ["ImageAccepted", "ImageUpdated", "RolloutComplete", "Notified"]);
    await process.stop();
  });

  it("follows what another process accepted, one that was killed among them", async () => {
    const first = kit.start();
    await first.upgrade(anAcceptedPush());
    first.kill();
    kit.cluster.finish(aTarget);
    await rest();
    assert.equal(kit.sent.length, 0);
    kit.start();
    await kit.settled();
    assert.deepEqual(
      kit.sent.map(({ about }) => about.result.kind),
      ["complete"],
    );
  });

  it("does not follow while another one leads", async () => {
    const [first, second] = [kit.start(), kit.start()];
    await second.upgrade(anAcceptedPush());
    await rest();
    assert.equal(kit.cluster.calls.filter((call) => call === "watch").length, 1);
    await first.stop();
    kit.cluster.finish(aTarget);
    await kit.settled();
    assert.equal(kit.sent.length, 1);
    await second.stop();
  });

  it("watches no workload once its rollouts have ended", async () => {
    const process = kit.start();
    for (const tag of ["2.0", "2.1"]) {
      await kit.push(tag);
      kit.cluster.finish(aTarget);
      await kit.settled();
    }
    await process.stop();
    assert.equal(kit.cluster.watchers(aTarget), 0);
  });
});
