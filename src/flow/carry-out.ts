import { isFinal } from "../core/rollout/cluster-failure.ts";
import { patchFor } from "../core/rollout/patch.ts";
import { isRedeploy } from "../core/rollout/plan.ts";
import type { Change } from "../core/rollout/change.ts";
import type { Rollout } from "../core/rollout/rollouts.ts";
import { describeFailure } from "../core/rollout/cluster-failure.ts";
import type { Workload } from "../core/rollout/workload.ts";
import { settle, type SettleParts } from "./settle.ts";
import type { Workloads } from "./ports.ts";

const TIMEOUT_MS = 10_000;

/**
 * Patches a workload to what a push has accepted and nobody has carried out. A lost race and an API server that is away
 * are left to the next look; what is refused for good ends the rollout.
 */
export async function carryOut(
  rollout: Rollout,
  workload: Workload,
  parts: SettleParts & { readonly workloads: Workloads },
  signal: AbortSignal,
): Promise<void> {
  const [first, ...others] = rollout.changes.flatMap(({ container: name, push }): readonly Change[] => {
    const container = workload.containers.find((one) => one.name === name);
    return container === undefined ? [] : [{ kind: "change", container, push, redeploys: isRedeploy(push) }];
  });
  if (first === undefined) return;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const patched = await parts.workloads.patch(workload.target, patchFor([first, ...others], workload), limit);
  if (patched.kind === "ok" || !isFinal(patched.error)) return;
  const reason = describeFailure(patched.error);
  const end = { result: { kind: "refused" as const, reason }, phase: "failed" as const, replaced: [] };
  await settle(rollout, { target: workload.target, end, latest: null }, parts);
}
