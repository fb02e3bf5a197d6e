import assert from "node:assert/strict";
import { aHook, aTarget } from "../../support/builders.ts";
import { makeRolloutsKit, rest, until, type RolloutsKit } from "./rollouts-kit.ts";
import { image, REFUSED, UNREACHABLE } from "./upgrade-kit.ts";

const NOT_SEEN = "waiting for the change to be observed";

describe("followRollouts(target, view, parts, signal): deadlines", () => {
  let kit: RolloutsKit;
  const told = (): readonly (readonly [string, string])[] =>
    kit.sent.map(({ about: { result } }) => [result.kind, result.reason]);
  beforeEach(async () => {
    kit = await makeRolloutsKit();
  });
  afterEach(() => {
    kit.end();
  });

  const general = 2_147_483_647;
  const cases: readonly {
    readonly what: string;
    readonly own: number;
    readonly hook: number | null;
    readonly ms: number;
  }[] = [
    { what: "the deployment's own and half a minute", own: 60, hook: null, ms: 90_000 },
    { what: "the general one where the deployment has none", own: general, hook: null, ms: 600_000 },
    { what: "the hook's, where it sets one", own: 60, hook: 300_000, ms: 300_000 },
  ];
  for (const { what, own, hook, ms } of cases) {
    it(`is ${what}, from the acceptance`, async () => {
      kit.cluster.edit(aTarget, (object) => Object.assign(object.spec, { progressDeadlineSeconds: own }));
      kit.hooks.set("website", aHook({ upgrade: { deadlineMs: hook } }));
      kit.start();
      await kit.push("2.0");
      await rest();
      // The push has put the clock a millisecond forward.
      kit.advance(ms - 2);
      await rest();
      assert.deepEqual(kit.phases(), ["2.0 accepted"]);
      kit.advance(1);
      await kit.settled();
      const reason = `not complete after ${String(ms / 1000)} s: ${NOT_SEEN}`;
      assert.deepEqual([told(), kit.phases()], [[["deadline", reason]], [`2.0 failed ${reason}`]]);
      assert.equal(kit.events.of("RolloutFailed").length, 1);
    });
  }

  it("counts from the acceptance after a restart too", async () => {
    const first = kit.start();
    await kit.push("2.0");
    await rest();
    first.kill();
    kit.clock.advance(400_000);
    kit.start();
    await rest();
    kit.advance(229_999);
    await kit.settled();
    assert.deepEqual(told(), [["deadline", `not complete after 630 s: ${NOT_SEEN}`]]);
  });

  it("looks before it gives up what was complete while nobody followed it", async () => {
    await kit.push("2.0");
    kit.cluster.finish(aTarget);
    kit.clock.advance(86_400_000);
    kit.start();
    await kit.settled();
    assert.equal(told()[0]?.[0], "complete");
  });

  it("says why nothing was seen", async () => {
    await kit.push("2.0");
    const workloads = {
      ...kit.cluster.workloads,
      watch: async function* () {
        yield { kind: "failure" as const, failure: UNREACHABLE };
        await new Promise(() => undefined);
      },
    };
    kit.start({ workloads });
    await rest();
    kit.advance(600_000);
    await kit.settled();
    assert.deepEqual(told(), [["deadline", `not complete after 600 s: ${UNREACHABLE.message}`]]);
  });

  it("ends though nothing is ever seen", async () => {
    await kit.push("2.0");
    const workloads = {
      ...kit.cluster.workloads,
      watch: async function* () {
        await new Promise(() => undefined);
        yield { kind: "deleted" as const };
      },
    };
    kit.start({ workloads });
    await rest();
    kit.advance(600_000);
    await kit.settled();
    assert.deepEqual(told(), [["deadline", "not complete after 600 s: nothing was seen of it yet"]]);
  });
});

describe("followRollouts(target, view, parts, signal): what was never carried out", () => {
  let kit: RolloutsKit;
  beforeEach(async () => {
    kit = await makeRolloutsKit();
    kit.start();
    kit.cluster.interrupt("patch", () => UNREACHABLE);
    assert.equal((await kit.push("2.0")).kind, "cluster");
    await rest();
  });
  afterEach(() => {
    kit.end();
  });

  it("is carried out after five seconds, and followed to its end", async () => {
    kit.advance(4_998);
    await rest();
    assert.equal(kit.running(), "1.0");
    kit.advance(2);
    await until("it runs", () => kit.running() === "2.0");
    kit.cluster.finish(aTarget);
    await kit.settled();
    assert.deepEqual(kit.phases(), ["2.0 complete 1 of 1 pods run the new image"]);
    assert.equal(kit.log.factsOf("an accepted push was not carried out; it is now").length, 1);
  });

  it("is carried out by the next try where the API server is away, or the race is lost", async () => {
    for (const failure of [UNREACHABLE, { kind: "conflict", message: "test failed" } as const]) {
      kit.cluster.interrupt("patch", () => failure);
      kit.advance(5_000);
      await rest();
      assert.deepEqual([kit.running(), kit.phases()], ["1.0", ["2.0 accepted"]]);
    }
    kit.advance(5_000);
    await until("it runs", () => kit.running() === "2.0");
  });

  it("is taken back where it is refused for good, and told", async () => {
    kit.cluster.interrupt("patch", () => REFUSED);
    kit.advance(5_000);
    await kit.settled();
    assert.deepEqual(kit.phases(), []);
    assert.equal(kit.sent[0]?.about.result.kind, "refused");
  });

  it("is not carried out once it was replaced", async () => {
    await kit.cluster.editImage(aTarget, "web", image("1.5"));
    await kit.settled();
    kit.advance(10_000);
    await rest();
    assert.equal(kit.running(), "1.5");
    assert.match(kit.phases()[0] ?? "", /^2\.0 undone/);
  });

  it("is undone and not carried out where the workload was changed more than once since", async () => {
    for (const replicas of [3, 4])
      kit.cluster.edit(aTarget, (object) => {
        object.spec.replicas = replicas;
      });
    await rest();
    kit.advance(5_000);
    await kit.settled();
    assert.equal(kit.running(), "1.0");
    assert.match(kit.phases()[0] ?? "", /^2\.0 undone/);
  });

  it("is passed over for a newer one that was not carried out either", async () => {
    kit.cluster.interrupt("patch", () => UNREACHABLE);
    await kit.push("2.1");
    kit.advance(5_000);
    await rest();
    kit.advance(5_000);
    await until("the newest runs", () => kit.running() === "2.1");
    kit.cluster.finish(aTarget);
    await kit.settled();
    assert.deepEqual(
      kit.phases().map((line) => line.split(" ").slice(0, 2).join(" ")),
      ["2.0 superseded", "2.1 complete"],
    );
  });
});

describe("followRollouts(target, view, parts, signal): a hook that is missing", () => {
  let kit: RolloutsKit;
  beforeEach(async () => {
    kit = await makeRolloutsKit();
    kit.hooks.set("website", aHook());
  });
  afterEach(() => {
    kit.end();
  });

  it("closes its rollout without a notice once the hook is gone", async () => {
    await kit.push("2.0");
    kit.hooks.clear();
    kit.start();
    await rest();
    kit.advance(60_000);
    await kit.settled();
    const reason = 'the hook "website" is gone: its rollout is not followed any more, and nobody is told';
    assert.deepEqual([kit.phases(), kit.notices()], [[`2.0 failed ${reason}`], []]);
    assert.deepEqual(kit.events.of("RolloutFailed"), [
      `Warning web: ${image("2.0")}: ${reason} (hook website, request request-1)`,
    ]);
  });

  it("ends nothing while the hook may still come, and tells its owners then", async () => {
    await kit.push("2.0");
    const hook = aHook();
    kit.hooks.clear();
    kit.start();
    kit.cluster.finish(aTarget);
    await rest();
    assert.deepEqual(kit.phases(), ["2.0 accepted"]);
    kit.hooks.set("website", hook);
    kit.advance(10_000);
    await kit.settled();
    assert.equal(kit.sent.length, 1);
  });

  it("carries nothing out for it", async () => {
    kit.cluster.interrupt("patch", () => UNREACHABLE);
    await kit.push("2.0");
    kit.hooks.clear();
    kit.start();
    await rest();
    for (const ms of [10_000, 50_000]) {
      kit.advance(ms);
      await rest();
    }
    await kit.settled();
    assert.equal(kit.running(), "1.0");
  });
});
