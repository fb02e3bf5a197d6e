import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";
import { useCluster, waitFor } from "../support/cluster.ts";
import type { Fault } from "../support/fault-exchange.ts";
import type { ProxiedRequest } from "../support/fault-proxy.ts";
import { answer, installBehindProxy, type BehindProxy } from "./behind-proxy.ts";
import { APP, datedBody, push, rolloutMails } from "./fleet-kit.ts";
import type { Answer } from "./kit.ts";

// What passes within the time of a request: the push is taken, as if nothing had been.
const passing: readonly { readonly name: string; readonly fault: Fault; readonly times: number }[] = [
  { name: "conflict", fault: answer(409), times: 1 },
  { name: "conflicts", fault: answer(409), times: 4 },
  { name: "throttled", fault: answer(429, 1), times: 1 },
  { name: "error", fault: answer(500), times: 1 },
  { name: "errors", fault: answer(503), times: 3 },
  { name: "reset-before", fault: { kind: "reset-before" }, times: 1 },
  { name: "reset-after", fault: { kind: "reset-after" }, times: 1 },
  { name: "slow", fault: { kind: "late", ms: 600 }, times: 1 },
  { name: "slow-answer", fault: { kind: "late-answer", ms: 600 }, times: 1 },
];
// What does not: the sender is to come again.
const lasting: readonly { readonly name: string; readonly fault: Fault; readonly retryAfter: string }[] = [
  { name: "throttled-long", fault: answer(429, 60), retryAfter: "60" },
  { name: "unavailable-long", fault: answer(503, 60), retryAfter: "60" },
  { name: "too-slow", fault: { kind: "late", ms: 6_000 }, retryAfter: "5" },
  { name: "never-answered", fault: { kind: "never-answered" }, retryAfter: "5" },
];
const final = [403, 404, 422];
const steps = ["save", "patch"] as const;

const inSteps = (name: string): readonly string[] => steps.map((step) => `${step}-${name}`);
const taken = passing.flatMap(({ name }) => inSteps(name));
const putOff = lasting.flatMap(({ name }) => inSteps(name));
const refused = final.map((status) => `refused-${String(status)}`);

describe("faults of the API server while a push is taken", function () {
  this.timeout(60_000);
  const cluster = useCluster();
  let behind: BehindProxy;

  before(async () => {
    behind = await installBehindProxy(cluster(), {
      quick: [...taken, ...putOff, ...refused, "late", "readable"],
      slow: [],
    });
  });
  after(() => behind.close());

  const send = (name: string, body: object): Promise<Answer> => push(behind.installed.pod, name, body);
  const isPatchOf = (name: string) => (asked: ProxiedRequest) =>
    asked.method === "PATCH" && asked.path === behind.workloadPath(name);
  // The state of a workload that none is known of is created: by no other one at that time.
  const isStep = (name: string) => (asked: ProxiedRequest) =>
    name.startsWith("save-") ? asked.method === "POST" && asked.path === behind.stateObjects() : isPatchOf(name)(asked);

  for (const { name: kind, fault, times } of passing)
    for (const name of inSteps(kind)) {
      it(`takes a push within its time: ${name}`, async () => {
        const seen = behind.proxy.requests().length;
        const rule = behind.proxy.inject({ when: isStep(name), fault, times });
        const got = await send(name, datedBody("2"));
        assert.equal(got.status, 200, got.text);
        assert.equal(got.text, `deployment.apps/${name} image updated\nweb: ${APP}:1 -> ${APP}:2`);
        assert.equal(rule.injected(), times);
        assert.equal(await behind.changesOf(name), 1);
        const [first, second] = behind.proxy.requests().slice(seen).filter(isStep(name));
        if (kind === "throttled")
          assert.ok((second?.atMs ?? 0) - (first?.atMs ?? 0) >= 1_000, "earlier than Retry-After");
      });
    }

  it("has made one change and one mail of each of them", async () => {
    await behind.assertTold(taken, 30_000);
  });

  const assertPutOff = (got: Answer, retryAfter: string, withinMs: number): void => {
    assert.equal(got.status, 503, got.text);
    assert.equal(got.headers.get("retry-after"), retryAfter, got.text);
    assert.ok(got.tookMs < withinMs, `took ${String(got.tookMs)} ms`);
  };
  for (const { name: kind, fault, retryAfter } of lasting)
    for (const name of inSteps(kind)) {
      it(`answers 503 in time, and takes the push when it comes again: ${name}`, async () => {
        const body = datedBody("2");
        const rule = behind.proxy.inject({ when: isStep(name), fault });
        const got = await send(name, body);
        assertPutOff(got, retryAfter, retryAfter === "60" ? 1_500 : 4_000);
        assert.ok(rule.injected() >= 1);
        if (retryAfter === "60") {
          await sleep(500);
          assert.equal(rule.injected(), 1, "asked again before its time");
        }
        rule.lift();
        const again = await send(name, body);
        assert.equal(again.status, 200, again.text);
      });
    }

  it("has made one change and one mail of each of those in the end", async () => {
    await behind.assertTold(putOff, 30_000);
  });

  it("answers 503 in time while nothing can be read, and changes nothing", async () => {
    const rule = behind.proxy.inject({
      when: ({ path }) => path === behind.workloadPath("readable"),
      fault: { kind: "never-answered" },
    });
    assertPutOff(await send("readable", datedBody("2")), "5", 4_000);
    assert.ok(rule.injected() >= 1);
    rule.lift();
    assert.equal(await behind.changesOf("readable"), 0);
  });

  for (const status of final) {
    const name = `refused-${String(status)}`;
    it(`tries a change once that is refused for good: ${name}`, async () => {
      const rule = behind.proxy.inject({ when: isPatchOf(name), fault: answer(status) });
      const got = await send(name, datedBody("2"));
      assert.ok(got.status === 502 || got.status === 500, `${String(got.status)} ${got.text}`);
      assert.ok(got.tookMs < 1_500);
      await waitFor(
        () => rolloutMails(behind.mail.sink.mails),
        (mails) => mails.some(({ subject }) => subject.includes(`/${name} `) && subject.includes("refused")),
        { timeoutMs: 10_000, what: "the mail of the refusal" },
      );
      assert.equal(rule.injected(), 1);
      rule.lift();
      const again = await send(name, datedBody("2"));
      assert.equal(again.status, 200, again.text);
      assert.equal(await behind.changesOf(name), 1);
    });
  }

  it("takes a change for done that another process has carried out, when its own patch comes late", async () => {
    const other = await behind.installed.startReplica();
    const body = datedBody("2");
    const rule = behind.proxy.inject({ when: isPatchOf("late"), fault: { kind: "late", ms: 700 }, times: 1 });
    const first = send("late", body);
    await waitFor(
      () => Promise.resolve(rule.injected()),
      (struck) => struck === 1,
      { timeoutMs: 5_000, what: "the patch" },
    );
    const second = await push(other, "late", body);
    assert.deepEqual([(await first).status, second.status], [200, 200], inspect([await first, second]));
    await behind.assertTold(["late"], 20_000);
    assert.equal(await other.stop(), 0);
  });
});
