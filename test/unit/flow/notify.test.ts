import assert from "node:assert/strict";
import { fail, ok } from "../../../src/core/result.ts";
import { withClaim, withNotices } from "../../../src/core/rollout/outbox.ts";
import { withRecord, type NoticeAbout, type NoticeRecord } from "../../../src/core/rollout/state.ts";
import type { Told } from "../../../src/flow/notify.ts";
import type { ChannelFailure } from "../../../src/flow/ports.ts";
import type { RolloutParts } from "../../../src/flow/rollouts.ts";
import { aHook, aTarget } from "../../support/builders.ts";
import { makeRolloutsKit, NO_METRICS, rest, until, type RolloutsKit } from "./rollouts-kit.ts";
import { UNREACHABLE } from "./upgrade-kit.ts";

const failure = (over: Partial<ChannelFailure> = {}): ChannelFailure => ({
  kind: "temporary",
  code: "451",
  message: "greylisted",
  hint: "wait",
  retryAfterSeconds: null,
  ...over,
});

describe("createNotify(parts)", () => {
  let kit: RolloutsKit;
  const told: string[] = [];
  let answers: Told[];
  const nextTry: RolloutParts["nextTry"] = ({ attempts }, _about, { kind }) =>
    kind === "permanent" || attempts > 2 ? null : new Date(kit.clock.now().getTime() + 30_000);
  const tell: RolloutParts["tell"] = ({ id, channel }) => {
    told.push(`${channel} ${id}`);
    return Promise.resolve(answers.shift() ?? ok({ response: "250 ok", rejected: [] }));
  };
  const start = (over: Partial<RolloutParts> = {}): ReturnType<RolloutsKit["start"]> =>
    kit.start({ tell, nextTry, ...over });
  const endOne = async (): Promise<void> => {
    await kit.push("2.0");
    kit.cluster.finish(aTarget);
  };
  const notice = (): Partial<NoticeRecord> => kit.notices()[0] ?? {};

  // A notice of a refusal that nobody has claimed yet.
  const leaveNotice = async (): Promise<void> => {
    await endOne();
    const { state } = kit.cluster.stored(aTarget);
    const [push] = state.containers["web"]?.pushes ?? [];
    assert.ok(push);
    const { before, after, acceptedAt, request } = push;
    const about: NoticeAbout = {
      hook: "website",
      changes: [{ container: "web", before, after, redeploys: false }],
      result: { kind: "refused", reason: "denied" },
      acceptedAt,
      finishedAt: acceptedAt,
      request,
    };
    const over = withRecord(state, "web", push, { phase: "complete" });
    kit.cluster.store(aTarget, withNotices(over, about, ["mail"], { identity: "", now: kit.clock.now() }));
  };

  beforeEach(async () => {
    kit = await makeRolloutsKit();
    told.length = 0;
    answers = [];
  });
  afterEach(() => {
    kit.end();
  });

  it("tells each channel for itself", async () => {
    answers = [fail(failure())];
    start({ channelsOf: () => ["mail", "chat"] });
    await endOne();
    await until("both were tried", () => told.length === 2);
    await rest();
    assert.deepEqual(
      kit.notices().map(({ channel, state, attempts }) => [channel, state, attempts]),
      [
        ["mail", "waiting", 1],
        ["chat", "sent", 1],
      ],
    );
  });

  it("tries again at its time and under the same id, across leaders", async () => {
    answers = [fail(failure()), fail(failure())];
    const first = start();
    await endOne();
    await until("it was tried", () => notice().attempts === 1);
    assert.partialDeepStrictEqual(notice(), {
      state: "waiting",
      claimedBy: "",
      nextAt: new Date(kit.clock.now().getTime() + 30_000).toISOString(),
    });
    first.kill();
    start();
    kit.advance(29_999);
    await rest();
    assert.equal(told.length, 1);
    kit.advance(1);
    await until("it was tried again", () => notice().attempts === 2);
    kit.advance(30_000);
    await kit.settled();
    assert.deepEqual([told.length, new Set(told).size, notice().attempts], [3, 1, 3]);
    assert.deepEqual(
      kit.log.factsOf("notice is sent again later").map((facts) => [facts["code"], facts["reason"], facts["attempts"]]),
      [
        ["451", "greylisted", 1],
        ["451", "greylisted", 2],
      ],
    );
  });

  for (const kind of ["permanent", "temporary"] as const) {
    it(`gives up, and says so in an Event, ${kind === "permanent" ? "at once" : "after its last try"}`, async () => {
      const tries = kind === "permanent" ? 1 : 3;
      answers = Array.from({ length: tries }, () => fail(failure({ kind, message: "no such mailbox" })));
      start();
      await endOne();
      for (let count = 1; count < tries; count++) {
        await until("it was tried", () => notice().attempts === count);
        kit.advance(30_000);
      }
      await kit.settled();
      assert.partialDeepStrictEqual(notice(), { state: "failed", attempts: tries, about: null });
      const text = 'the notice "complete" by mail was not taken: no such mailbox (hook website, request request-1)';
      assert.deepEqual(kit.events.of("NotifyFailed"), [`Warning ${text}`]);
      assert.equal(kit.log.factsOf("notice could not be sent").length, 1);
    });
  }

  it("complains of the recipients that were not taken", async () => {
    answers = [ok({ response: "250 ok", rejected: ["web@example.com"] })];
    start();
    await endOne();
    await kit.settled();
    await until("it is said", () => kit.events.of("NotifyFailed").length === 1);
    assert.equal(notice().state, "sent");
  });

  it("leaves what another one has claimed until the claim lapses", async () => {
    const first = start({ tell: () => new Promise(() => undefined) });
    await endOne();
    await until("it is claimed", () => notice().claimedBy === "process-1");
    first.kill();
    start();
    kit.advance(119_999);
    await rest();
    assert.deepEqual([told.length, notice().claimedBy], [0, "process-1"]);
    kit.advance(1);
    await kit.settled();
    assert.equal(told.length, 1);
  });

  it("is sent once by two that lead at once", async () => {
    const first = start({ tell: () => new Promise(() => undefined) });
    await endOne();
    await until("it is claimed", () => notice().claimedBy !== "");
    first.kill();
    kit.clock.advance(120_000);
    const both = ["a", "b"].map((identity) => start({ election: { identity, lead: (work, signal) => work(signal) } }));
    await kit.settled();
    await rest();
    assert.equal(told.length, 1);
    for (const process of both) process.kill();
  });

  it("sends nothing of a hook that is gone", async () => {
    answers = [fail(failure())];
    start();
    await endOne();
    await until("it was tried", () => notice().attempts === 1);
    kit.hooks.clear();
    for (const ms of [30_000, 60_000]) {
      kit.advance(ms);
      await rest();
    }
    await kit.settled();
    assert.deepEqual([told.length, notice().state, notice().about], [1, "failed", null]);
    assert.deepEqual(kit.log.factsOf("a notice of a hook that is gone is not sent"), [
      { hook: "website", workload: "deployment/website" },
    ]);
  });

  it("sends what it was to send for a hook that comes back in time", async () => {
    answers = [fail(failure())];
    start();
    await endOne();
    await until("it was tried", () => notice().attempts === 1);
    kit.hooks.clear();
    kit.advance(30_000);
    await rest();
    kit.hooks.set("website", aHook());
    kit.advance(60_000);
    await kit.settled();
    assert.equal(told.length, 2);
  });

  it("claims what nobody has claimed by a write before it sends, where the API server comes back later too", async () => {
    await leaveNotice();
    for (let times = 0; times < 2; times++) kit.cluster.interrupt("load-state", () => UNREACHABLE);
    start();
    await rest();
    assert.equal(told.length, 0);
    kit.advance(0);
    await kit.settled();
    // What was refused is remembered, so that it is not told again within the hour.
    assert.partialDeepStrictEqual(notice(), { state: "sent", about: { result: { kind: "refused" } } });
    const writes = kit.cluster.calls.filter((call) => call === "save-state");
    assert.equal(writes.length, 1 + 2);
  });

  it("does not take what another one claims just before it looks", async () => {
    await leaveNotice();
    kit.cluster.interrupt("load-state", () => {
      const { state } = kit.cluster.stored(aTarget);
      kit.cluster.store(aTarget, withClaim(state, notice().id ?? "", { identity: "other", now: kit.clock.now() }));
      return undefined;
    });
    start();
    await until("it is claimed", () => notice().claimedBy === "other");
    await rest();
    assert.deepEqual([told.length, notice().claimedBy], [0, "other"]);
  });

  it("is recorded in the end though the API server is away at first", async () => {
    start();
    await kit.push("2.0");
    await rest();
    kit.cluster.interrupt("save-state", () => undefined);
    for (let tries = 0; tries < 2; tries++) kit.cluster.interrupt("save-state", () => UNREACHABLE);
    kit.cluster.finish(aTarget);
    await kit.settled();
    assert.deepEqual([told.length, notice().state], [1, "sent"]);
  });

  it("says what could not be recorded", async function () {
    this.timeout(15_000);
    start();
    await kit.push("2.0");
    await rest();
    kit.cluster.interrupt("save-state", () => undefined);
    for (let tries = 0; tries < 6; tries++) kit.cluster.interrupt("save-state", () => UNREACHABLE);
    kit.cluster.finish(aTarget);
    const message = "what became of a notice could not be recorded";
    await until("it is said", () => kit.log.factsOf(message).length === 1);
    assert.equal(notice().state, "waiting");
  });

  it("counts what it has sent, put off and given up", async () => {
    const counted: string[] = [];
    const metrics = {
      ...NO_METRICS,
      notice: (channel: string, result: string) => counted.push(`${channel} ${result}`),
    };
    answers = [fail(failure())];
    start({ metrics });
    await endOne();
    await until("it was tried", () => notice().attempts === 1);
    kit.advance(30_000);
    await kit.settled();
    await until("both are counted", () => counted.length === 2);
    assert.deepEqual(counted, ["mail retried", "mail sent"]);
  });
});
