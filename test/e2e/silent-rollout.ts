import assert from "node:assert/strict";
import type { ControlPlane } from "../../scripts/control-plane/control-plane.ts";
import { installBehindProxy, isFollowing } from "./behind-proxy.ts";
import { datedBody, pushUntilTaken } from "./fleet-kit.ts";

/** A rollout that has begun, and whose watch has fallen silent though its connection stays. */
export interface SilentRollout {
  /** Waits until its end is on record and told. */
  readonly finish: (timeoutMs: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Begins one, in an installation of its own. */
export async function beginSilentRollout(cluster: ControlPlane): Promise<SilentRollout> {
  const behind = await installBehindProxy(cluster, { quick: [], slow: ["silent"] });
  const follows = isFollowing(behind, "silent");
  const rule = behind.proxy.inject({
    when: (asked) => asked.isWatch && follows(asked),
    fault: { kind: "watch", watch: { kind: "silent" } },
    times: 1,
  });
  const got = await pushUntilTaken(behind.installed.pod, "silent", datedBody("2"));
  assert.equal(got.status, 200, got.text);
  return {
    finish: async (timeoutMs) => {
      await behind.assertTold(["silent"], timeoutMs);
      assert.equal(rule.injected(), 1);
    },
    close: behind.close,
  };
}
