import assert from "node:assert/strict";
import type { ClusterFailure } from "../../../src/core/rollout/cluster-failure.ts";
import { createPatience } from "../../../src/flow/patience.ts";
import { CONFLICT, REFUSED, UNREACHABLE } from "./upgrade-kit.ts";

describe("createPatience(remainingMs)", () => {
  const throttled = (retryAfterSeconds: number): ClusterFailure => ({
    kind: "throttled",
    message: "busy",
    retryAfterSeconds,
  });
  const never: readonly ClusterFailure[] = [
    REFUSED,
    { kind: "not-found", message: "gone" },
    { kind: "unreadable", message: "it is not JSON" },
    {
      kind: "forbidden",
      message: "no",
      right: { verb: "patch", resource: "deployments.apps", namespace: "shop", name: "website" },
    },
  ];
  for (const failure of never) {
    it(`does not wait for what stays as it is: ${failure.kind}`, async () => {
      assert.equal(await createPatience(() => 60_000).awaits(failure), false);
    });
  }

  it("loses five races, whatever time is left", async () => {
    const patience = createPatience(() => 0);
    const tries: boolean[] = [];
    for (let times = 0; times < 5; times++) tries.push(await patience.awaits(CONFLICT));
    assert.deepEqual(tries, [true, true, true, true, false]);
  });

  it("waits longer each time for an API server that is away, while there is time for a last try", async () => {
    const endMs = performance.now() + 900;
    const patience = createPatience(() => endMs - performance.now());
    const pauses: number[] = [];
    for (let beforeMs = performance.now(); await patience.awaits(UNREACHABLE); beforeMs = performance.now())
      pauses.push(performance.now() - beforeMs);
    assert.ok(endMs - performance.now() > 100, "there was no time for the last try");
    assert.ok(pauses.length >= 3 && pauses.length <= 8, pauses.join());
    // Each is half to one and a half of twice the last one's middle.
    for (const [index, pause] of pauses.entries()) assert.ok(pause >= 12 * 2 ** index, pauses.join());
  });

  it("waits as long as it is asked to, or not at all", async () => {
    const patience = createPatience(() => 600);
    const beforeMs = performance.now();
    assert.equal(await patience.awaits(throttled(0.1)), true);
    assert.ok(performance.now() - beforeMs >= 99);
    assert.equal(await patience.awaits(throttled(1)), false);
    assert.ok(performance.now() - beforeMs < 900, "it has waited in vain");
  });
});
