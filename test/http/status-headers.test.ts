import assert from "node:assert/strict";
import type { Outcome } from "../../src/core/delivery/outcome.ts";
import { rolloutKey } from "../../src/core/rollout/rollout-key.ts";
import type { HookRouteOptions } from "../../src/http/image-hooks.ts";
import { aChanged, aHook, aPush, aTarget } from "../support/builders.ts";
import { post, rememberingFlow, serve, type HttpKit, type Seen } from "./http-kit.ts";

const KEY = rolloutKey(aTarget, aPush());
const CHANGED: Outcome = { kind: "upgrade", hook: aHook(), outcome: aChanged() };

describe("imageHookRoutes(deliver, log, options): publicUrl, onOutcome", () => {
  let kit: HttpKit | undefined;
  afterEach(() => kit?.server.drain());

  async function answerTo(outcome: Outcome, options: HookRouteOptions): Promise<Seen> {
    kit = await serve(rememberingFlow(outcome).flow, options);
    return post(kit, "2.0");
  }

  it("names the rollout in the answer to a change, beside the hook's own headers", async () => {
    const headers = [{ name: "X-Own", value: "1" }];
    const { headers: seen } = await answerTo(CHANGED, { publicUrl: "https://hooks.example.com", headers });
    assert.equal(seen["imagehook-rollout"], KEY);
    assert.equal(seen["imagehook-status"], `https://hooks.example.com/api/v1/rollouts/${KEY}`);
    assert.equal(seen["x-own"], "1");
  });

  it("builds no address of what a caller sent", async () => {
    const { headers } = await answerTo(CHANGED, {});
    assert.deepEqual([headers["imagehook-rollout"], headers["imagehook-status"]], [KEY, undefined]);
  });

  it("names what was changed where another workload could not be", async () => {
    const failure = { kind: "unreachable", message: "no answer in time" } as const;
    const workloads = [
      { target: aTarget, outcome: aChanged() },
      { target: { ...aTarget, name: "other" }, outcome: { kind: "cluster", failure } },
    ] as const;
    const outcome: Outcome = { kind: "upgrade", hook: aHook(), outcome: { kind: "several", workloads } };
    const { status, headers } = await answerTo(outcome, { publicUrl: "https://hooks.example.com" });
    assert.deepEqual([status, headers["imagehook-rollout"]], [503, KEY]);
  });

  it("tells what became of each delivery", async () => {
    const outcomes: Outcome[] = [];
    const onOutcome = (outcome: Outcome): void => void outcomes.push(outcome);
    await answerTo(CHANGED, { onOutcome });
    assert.deepEqual(outcomes, [CHANGED]);
  });
});
