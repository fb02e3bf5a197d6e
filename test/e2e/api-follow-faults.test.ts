import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { useCluster, waitFor } from "../support/cluster.ts";
import type { Fault } from "../support/fault-exchange.ts";
import type { ProxiedRequest } from "../support/fault-proxy.ts";
import { answer, installBehindProxy, isFollowing, type BehindProxy } from "./behind-proxy.ts";
import { datedBody, pushUntilTaken } from "./fleet-kit.ts";

const watchFaults: readonly { readonly name: string; readonly fault: Fault; readonly times: number }[] = [
  { name: "gone", fault: answer(410), times: 2 },
  { name: "expired", fault: { kind: "watch", watch: { kind: "expired" } }, times: 3 },
  { name: "closed", fault: { kind: "watch", watch: { kind: "closed" } }, times: 4 },
  { name: "half-line", fault: { kind: "watch", watch: { kind: "half-line" } }, times: 2 },
  { name: "refused", fault: answer(503), times: 3 },
  { name: "broken", fault: { kind: "reset-before" }, times: 3 },
];

const watched = watchFaults.map(({ name }) => `watch-${name}`);
const others = ["forbidden", "unrecorded", "throttled"];

const LONG_MS = 6_000;
// Pauses that double from a quarter of a second: fewer than ten in this time.
const MAX_TRIES = 10;

describe("faults of the API server while rollouts are followed", function () {
  this.timeout(60_000);
  const cluster = useCluster();
  let behind: BehindProxy;

  before(async () => {
    behind = await installBehindProxy(cluster(), { quick: ["states"], slow: [...watched, ...others] });
  });
  after(() => behind.close());

  const begin = async (name: string): Promise<void> => {
    const got = await pushUntilTaken(behind.installed.pod, name, datedBody("2"));
    assert.equal(got.status, 200, got.text);
  };
  const isWatchOf = (name: string) => (asked: ProxiedRequest) => asked.isWatch && isFollowing(behind, name)(asked);

  it("comes to the end of each rollout whose watch goes wrong, records it and mails it", async () => {
    const rules = watchFaults.map(({ name, fault, times }) => ({
      name,
      times,
      rule: behind.proxy.inject({ when: isWatchOf(`watch-${name}`), fault, times }),
    }));
    await Promise.all(watched.map(begin));
    await behind.assertTold(watched, 40_000);
    for (const { name, times, rule } of rules) assert.equal(rule.injected(), times, name);
  });

  it("comes to the end of a rollout though the watch of the state objects goes wrong", async () => {
    const isStates = ({ isWatch, path }: ProxiedRequest): boolean => isWatch && path === behind.stateObjects();
    const faults = [
      answer(410),
      { kind: "watch", watch: { kind: "closed" } },
      { kind: "watch", watch: { kind: "expired" } },
    ];
    const rules = (faults as readonly Fault[]).map((fault) => behind.proxy.inject({ when: isStates, fault, times: 1 }));
    behind.proxy.endWatches();
    await begin("states");
    await behind.assertTold(["states"], 20_000);
    await waitFor(
      () => Promise.resolve(rules.map((rule) => rule.injected())),
      (struck) => struck.join() === "1,1,1",
      { timeoutMs: 10_000, what: "all three faults" },
    );
  });

  it("does not ask hot while it is forbidden to follow, and goes on when the right is there again", async () => {
    const rule = behind.proxy.inject({ when: isFollowing(behind, "forbidden"), fault: answer(403) });
    await begin("forbidden");
    await sleep(LONG_MS);
    assert.ok(rule.injected() >= 2 && rule.injected() <= MAX_TRIES, `asked ${String(rule.injected())} times`);
    rule.lift();
    await behind.assertTold(["forbidden"], 30_000);
  });

  it("does not ask hot while an end cannot be recorded, and records it when it can", async () => {
    await begin("unrecorded");
    const isRecord = ({ method, path }: ProxiedRequest): boolean =>
      method === "PUT" && path === behind.statePath("unrecorded");
    const rule = behind.proxy.inject({ when: isRecord, fault: answer(403) });
    await waitFor(
      () => Promise.resolve(rule.injected()),
      (struck) => struck > 0,
      { timeoutMs: 20_000, what: "the first try" },
    );
    await sleep(LONG_MS);
    assert.ok(rule.injected() <= MAX_TRIES, `tried ${String(rule.injected())} times`);
    rule.lift();
    await behind.assertTold(["unrecorded"], 30_000);
  });

  it("leaves the API server alone for as long as it asks for, while it follows", async () => {
    const retryAfterSeconds = 3;
    const rule = behind.proxy.inject({
      when: isFollowing(behind, "throttled"),
      fault: answer(429, retryAfterSeconds),
      times: 2,
    });
    await begin("throttled");
    await behind.assertTold(["throttled"], 40_000);
    const times = behind.proxy
      .requests()
      .filter(isFollowing(behind, "throttled"))
      .map(({ atMs }) => atMs);
    const [first = 0, second = 0, third = 0] = times;
    assert.equal(rule.injected(), 2);
    for (const gapMs of [second - first, third - second])
      assert.ok(gapMs >= retryAfterSeconds * 1_000, `came again after ${String(gapMs)} ms`);
  });
});
