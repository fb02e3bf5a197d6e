import type { PushOutcome, SingleOutcome } from "../core/delivery/outcome.ts";
import { several } from "../core/delivery/several.ts";
import { countProblem, type Selection } from "../core/rollout/selection.ts";
import type { Target } from "../core/rollout/target.ts";
import { mapAtOnce } from "./at-once.ts";
import type { Workloads } from "./ports.ts";

/** How the workloads of a selection are upgraded. */
export interface SelectedParts {
  readonly workloads: Pick<Workloads, "list">;
  readonly upgradeOne: (target: Target) => Promise<SingleOutcome>;
}

// So many are under way at a time for one push.
const AT_ONCE = 8;

/** Upgrades every workload that a selection means now, each for itself. */
export async function upgradeSelected(
  selection: Selection,
  { workloads, upgradeOne }: SelectedParts,
  signal: AbortSignal,
): Promise<PushOutcome> {
  const found = await workloads.list(selection, signal);
  if (found.kind === "error") return { kind: "cluster", failure: found.error };
  const reason = countProblem(selection, found.value.length);
  if (reason !== null) return { kind: "not-served", reason };
  const outcomes = await mapAtOnce(found.value, AT_ONCE, async ({ target }) => ({
    target,
    outcome: await upgradeOne(target),
  }));
  return several(outcomes);
}
