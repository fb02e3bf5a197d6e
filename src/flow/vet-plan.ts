import type { SingleOutcome } from "../core/delivery/outcome.ts";
import { candidateOf, isSameImage, withDigest, type Candidate } from "../core/rollout/candidate.ts";
import type { WorkloadPlan } from "../core/rollout/plan-workload.ts";
import { ok, type Result } from "../core/result.ts";
import type { AcceptedPush } from "./push.ts";
import { isVetting, type Vet } from "./vet.ts";

/** A push with what its registry says of it. */
export interface VettedPush {
  readonly accepted: AcceptedPush;
  /** The images that were found fit; none where none was asked for. */
  readonly fit: readonly Candidate[];
}

/**
 * Asks the registry for the images that a plan would set, each once. What needs no change of the workload needs no
 * question to the registry either.
 */
export async function vetPlan(
  plan: WorkloadPlan,
  accepted: AcceptedPush,
  vet: Vet,
): Promise<Result<VettedPush, SingleOutcome>> {
  let vetted: VettedPush = { accepted, fit: [] };
  for (const candidate of candidatesOf(plan)) {
    if (vetted.fit.some((other) => isSameImage(other, candidate))) continue;
    const digest = await vet(candidate, accepted.hook.upgrade, accepted.signal);
    if (digest.kind === "error") return digest;
    const { events } = vetted.accepted;
    const known = plan.kind === "no-digest" && digest.value !== null;
    vetted = {
      accepted: known ? { ...accepted, events: withDigest(events, plan.pushed, digest.value) } : vetted.accepted,
      fit: [...vetted.fit, candidate],
    };
  }
  return ok(vetted);
}

/** False where a plan sets another image than those that were vetted: someone changed the workload in the meantime. */
export const isVetted = (plan: WorkloadPlan, { accepted, fit }: VettedPush): boolean =>
  !isVetting(accepted.hook.upgrade) ||
  candidatesOf(plan).every((candidate) => fit.some((other) => isSameImage(other, candidate)));

function candidatesOf(plan: WorkloadPlan): readonly Candidate[] {
  const plans = plan.kind === "change" ? plan.changes : plan.kind === "no-digest" ? [plan] : [];
  return plans.flatMap((one) => candidateOf(one) ?? []);
}
