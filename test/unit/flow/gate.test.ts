import assert from "node:assert/strict";
import { OPEN_GATE, type Gate } from "../../../src/core/rollout/gate.ts";
import { pendingOf } from "../../../src/core/rollout/state.ts";
import { aHook, anEvent, aTarget } from "../../support/builders.ts";
import { makeRolloutsKit, rest, until, type RolloutsKit } from "./rollouts-kit.ts";
import { CONFLICT, image, REFUSED, UNREACHABLE } from "./upgrade-kit.ts";

const FROZEN = { kind: "held", until: null, reason: "the hook is frozen" };

describe("a hook whose gate is closed", () => {
  let kit: RolloutsKit;
  const set = (gate: Partial<Gate>, container = "web"): void => {
    kit.hooks.set("website", aHook({ upgrade: { container, gate: { ...OPEN_GATE, ...gate } } }));
  };
  const waiting = (): string | undefined => pendingOf(kit.cluster.stored(aTarget).state, "web")?.image;
  // The order of its fields is not the one that they are stored in.
  const at = (tag: string, time: string) => {
    const { repository, ...event } = anEvent(tag, { pushedAt: `2026-11-22T0${time}:00.000Z` });
    return { events: [{ ...event, repository }] as const };
  };
  beforeEach(async () => {
    kit = await makeRolloutsKit();
    set({ isFrozen: true });
  });
  afterEach(() => {
    kit.end();
  });

  describe("hold(job, held, parts)", () => {
    it("stores the push by one write, and patches nothing", async () => {
      assert.deepEqual(await kit.push("2.0"), FROZEN);
      assert.deepEqual(kit.cluster.calls, ["read", "load-state", "save-state"]);
      assert.deepEqual([waiting(), kit.running(), kit.phases()], [image("2.0"), "1.0", []]);
      assert.deepEqual(kit.events.of("ImageHeld"), [
        `Normal ${image("2.0")} waits: the hook is frozen (hook website, request request-1)`,
      ]);
    });

    it("says until when, where that is known", async () => {
      set({ minimumAgeMs: 600_000 });
      const outcome = await kit.push("2.0");
      const until = new Date(kit.clock.now().getTime() - 1 + 600_000).toISOString();
      assert.partialDeepStrictEqual(outcome, { kind: "held", until });
      assert.match(kit.events.of("ImageHeld")[0] ?? "", new RegExp(`waits until ${until}: `));
    });

    it("keeps the newest of several, ignores an older one, and writes nothing for the same again", async () => {
      await kit.push("2.1", at("2.1", "7:10"));
      await kit.push("2.2", at("2.2", "7:20"));
      assert.equal(waiting(), image("2.2"));
      kit.cluster.calls.length = 0;
      assert.deepEqual(await kit.push("2.2", at("2.2", "7:20")), FROZEN);
      assert.deepEqual(await kit.push("2.1", at("2.1", "7:10")), {
        kind: "ignored",
        reason: `older than ${image("2.2")}, pushed at 2026-11-22T07:20:00.000Z`,
      });
      assert.ok(!kit.cluster.calls.includes("save-state"));
      assert.equal(waiting(), image("2.2"));
    });

    it("knows what waits from a state that was read anew, too", async () => {
      await kit.push("2.0", at("2.0", "7:10"));
      kit.cluster.interrupt("recall-state", () => UNREACHABLE);
      kit.cluster.calls.length = 0;
      assert.deepEqual(await kit.push("2.0", { ...at("2.0", "7:10"), remainingMs: () => 2_000 }), FROZEN);
      assert.ok(kit.cluster.calls.includes("load-state") && !kit.cluster.calls.includes("save-state"));
    });

    it("is told in a dry run too, and stores nothing", async () => {
      assert.deepEqual(await kit.push("2.0", { isDryRun: true }), FROZEN);
      assert.equal(waiting(), undefined);
    });

    it("is stored in the end where another one writes the state meanwhile", async () => {
      kit.cluster.interrupt("save-state", () => CONFLICT);
      assert.deepEqual(await kit.push("2.0"), FROZEN);
      assert.equal(waiting(), image("2.0"));
    });

    it("does not hold what changes nothing", async () => {
      set({});
      const event = at("2.0", "7:00");
      await kit.push("2.0", event);
      set({ isFrozen: true });
      assert.equal((await kit.push("2.0", event)).kind, "skipped");
    });

    it("holds what is for several containers as one", async () => {
      await kit.cluster.deploy(aTarget, { web: image("1.0"), worker: image("1.1") });
      set({ isFrozen: true }, "*");
      await kit.push("2.0");
      kit.start();
      set({}, "*");
      kit.advance(1);
      await until("both run it", () => kit.running("web") === "2.0" && kit.running("worker") === "2.0");
    });
  });

  describe("createOpenGate(parts)", () => {
    it("carries the newest out when its hook lets it, and follows it to its notice", async () => {
      kit.start();
      await kit.push("2.1", at("2.1", "7:10"));
      await kit.push("2.2", { ...at("2.2", "7:20"), requestId: "request-7" });
      kit.advance(60_000);
      await rest();
      assert.equal(kit.running(), "1.0");
      set({});
      kit.advance(1);
      await until("it runs", () => kit.running() === "2.2");
      kit.cluster.finish(aTarget);
      await kit.settled();
      assert.deepEqual([waiting(), kit.sent.map(({ about }) => about.request)], [undefined, ["request-7"]]);
      assert.deepEqual(kit.log.factsOf("a push that waited is carried out"), [
        { hook: "website", image: image("2.2"), requestId: "request-7" },
      ]);
    });

    it("does so at the time that was said", async () => {
      set({ minimumAgeMs: 600_000 });
      kit.start();
      await kit.push("2.0");
      await rest();
      kit.advance(599_998);
      await rest();
      assert.equal(kit.running(), "1.0");
      kit.advance(1);
      await until("it runs", () => kit.running() === "2.0");
    });

    it("is taken up by the next leader", async () => {
      const first = kit.start();
      await kit.push("2.0");
      await rest();
      first.kill();
      set({});
      kit.start();
      await until("it runs", () => kit.running() === "2.0");
    });

    it("gives way to a newer push that another hook lets through", async () => {
      await kit.push("2.0", at("2.0", "7:00"));
      const other = aHook({ id: "other" });
      kit.hooks.set("other", other);
      assert.equal((await kit.push("2.1", { ...at("2.1", "7:10"), hook: other })).kind, "changed");
      assert.equal(waiting(), undefined);
    });

    it("waits on behind an older push that another hook lets through", async () => {
      await kit.push("2.1", at("2.1", "7:10"));
      const other = aHook({ id: "other" });
      await kit.push("2.0", { ...at("2.0", "7:00"), hook: other });
      assert.deepEqual([kit.running(), waiting()], ["2.0", image("2.1")]);
    });

    it("is tried again where the API server is away", async () => {
      await kit.push("2.0");
      set({});
      for (let tries = 0; tries < 3; tries++) kit.cluster.interrupt("read", () => UNREACHABLE);
      kit.cluster.interrupt("recall", () => UNREACHABLE);
      kit.start();
      await until("it runs", () => {
        kit.advance(30_000);
        return kit.running() === "2.0";
      });
      assert.deepEqual(kit.log.factsOf("a push that waited is dropped"), []);
    });

    const drops: readonly (readonly [string, () => void, string | RegExp])[] = [
      [
        "its hook is gone",
        () => {
          kit.hooks.clear();
        },
        'the hook "website" is gone',
      ],
      [
        "the API server refuses it",
        () => {
          kit.cluster.interrupt("patch", () => REFUSED);
        },
        /cluster|denied/,
      ],
      [
        "the workload is gone",
        () => {
          kit.cluster.remove(aTarget);
        },
        /cluster|not found/,
      ],
    ];
    for (const [when, happens, reason] of drops) {
      it(`is dropped where ${when}, and that is said`, async () => {
        await kit.push("2.0");
        await rest();
        set({});
        happens();
        kit.start();
        await rest();
        kit.advance(60_000);
        await until("nothing waits", () => waiting() === undefined);
        await until("it is said", () => kit.log.factsOf("a push that waited is dropped").length === 1);
        const [facts] = kit.log.factsOf("a push that waited is dropped");
        assert.match(String(facts?.["reason"]), new RegExp(reason));
      });
    }

    it("drops no newer one that has taken its place meanwhile", async () => {
      await kit.push("2.0", at("2.0", "7:00"));
      set({});
      // Someone else sets the very image, so that there is nothing to carry out, while a newer push comes to wait.
      const { state } = kit.cluster.stored(aTarget);
      const pending = pendingOf(state, "web");
      assert.ok(pending);
      const newer = { ...pending, request: "request-9", image: image("2.9") };
      kit.cluster.interrupt("patch", () => {
        kit.cluster.interrupt("load-state", () => {
          kit.cluster.store(aTarget, { ...state, containers: { web: { pushes: [], pending: newer } } });
          set({ isFrozen: true });
          return undefined;
        });
        return REFUSED;
      });
      kit.start();
      await rest();
      await rest();
      assert.equal(waiting(), image("2.9"));
    });

    it("leaves it where the state cannot be written now", async () => {
      await kit.push("2.0");
      kit.hooks.clear();
      kit.start();
      await rest();
      kit.cluster.interrupt("load-state", () => UNREACHABLE);
      kit.cluster.interrupt("save-state", () => UNREACHABLE);
      for (let times = 0; times < 3; times++) {
        kit.advance(60_000);
        await rest();
      }
      await until("nothing waits", () => waiting() === undefined);
    });

    it("asks nothing of the hook that holds other containers now", async () => {
      await kit.push("2.0");
      set({}, "worker");
      kit.start();
      await until("nothing waits", () => waiting() === undefined);
      assert.equal(kit.running(), "1.0");
    });
  });
});
