import type { UpgradeHook } from "../core/hook/hook.ts";
import type { Change } from "../core/rollout/change.ts";
import { isFinal } from "../core/rollout/cluster-failure.ts";
import { patchFor } from "../core/rollout/patch.ts";
import { isRedeploy } from "../core/rollout/plan.ts";
import type { Rollout } from "../core/rollout/rollouts.ts";
import type { Workload } from "../core/rollout/workload.ts";
import type { Workloads } from "./ports.ts";
import { withdraw, type WithdrawParts } from "./withdraw.ts";

/** What it reaches. */
interface CarryOutParts extends WithdrawParts {
  readonly workloads: Pick<Workloads, "patch">;
}

const TIMEOUT_MS = 10_000;

/**
 * Patches a workload to what a push has accepted and nobody has carried out. A lost race and an API server that is away
 * are left to the next look; what is refused for good is taken back.
 */
export async function carryOut(
  { request, changes: rolled }: Rollout,
  { hook, workload }: { readonly hook: UpgradeHook; readonly workload: Workload },
  parts: CarryOutParts,
): Promise<void> {
  const [first, ...others] = rolled.flatMap(({ container: name, push }): readonly Change[] => {
    const container = workload.containers.find((one) => one.name === name);
    return container === undefined ? [] : [{ kind: "change", container, push, redeploys: isRedeploy(push) }];
  });
  if (first === undefined) return;
  const { target } = workload;
  const changes = [first, ...others] as const;
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const patched = await parts.workloads.patch(target, patchFor(changes, workload), signal);
  if (patched.kind === "ok" || !isFinal(patched.error)) return;
  await withdraw({ target, hook, request, owners: workload.owners, signal }, changes, parts, patched.error);
}
