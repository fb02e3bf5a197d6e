import type { Upgrade } from "../hook/hook.ts";
import type { Change } from "../rollout/change.ts";
import { pushTimeOf, type PushTimes } from "../rollout/order.ts";
import type { WorkloadPlan } from "../rollout/plan-workload.ts";
import type { PushRecord } from "../rollout/state.ts";
import type { Target } from "../rollout/target.ts";
import { foreignReason, unusedReason } from "./foreign-reason.ts";
import type { ChangedContainer, SingleOutcome, SkippedContainer } from "./outcome.ts";
import { ROLLED_BACK, UNDONE } from "./upgrade-answer.ts";

/** What becomes of a push whose plan is carried out. */
export function plannedOutcome(
  plan: WorkloadPlan,
  { container, style }: Pick<Upgrade, "container" | "style">,
  target: Target,
): SingleOutcome {
  switch (plan.kind) {
    case "change": {
      const [first, ...others] = plan.changes;
      return { kind: "changed", containers: [changed(first), ...others.map(changed)] };
    }
    case "skip":
      return skipped(plan);
    case "older":
      return { kind: "ignored", reason: olderReason(plan.than) };
    case "outside-policy":
      return { kind: "ignored", reason: plan.reason };
    case "no-digest": {
      const { repository, tag } = plan.pushed;
      const reason = `the push of ${repository}:${tag} brings no digest, which this hook pins: let its registry send one, or set image.digest to ignore`;
      return { kind: "not-allowed", reason };
    }
    case "no-container": {
      const where = `${target.kind} "${target.name}" in namespace "${target.namespace}"`;
      const reason = `${where} has no container "${container}": it has ${plan.available.join(", ")}`;
      return { kind: "not-served", reason };
    }
    case "foreign-repository":
      return { kind: "foreign-repository", reason: foreignReason(plan, style) };
    case "unused-repository":
      return { kind: "foreign-repository", reason: unusedReason(plan) };
  }
}

const changed = ({ container: { name }, push, redeploys }: Change): ChangedContainer => ({
  container: name,
  push,
  redeploys,
});

function skipped({ skips }: WorkloadPlan & { kind: "skip" }): SingleOutcome {
  const containers = skips.flatMap(({ container: { name, image }, reason }): readonly SkippedContainer[] =>
    reason === "duplicate" || reason === "already-running" ? [{ container: name, reason, image }] : [],
  );
  if (containers.length > 0) return { kind: "skipped", containers };
  return { kind: "ignored", reason: skips[0].reason === "rolled-back" ? ROLLED_BACK : UNDONE };
}

/** Why a push is passed over that came after a newer one. */
export const olderReason = ({ after, ...times }: Pick<PushRecord, "after"> & PushTimes): string =>
  `older than ${after}, pushed at ${pushTimeOf(times)}`;
