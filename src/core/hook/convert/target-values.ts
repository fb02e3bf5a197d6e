import type { UpgradeTarget } from "../../rollout/selection.ts";
import { printTarget } from "../../rollout/target.ts";

/** What the chart's values say of what a hook is for. */
export const targetValues = (target: UpgradeTarget): Readonly<Record<string, unknown>> =>
  target.kind === "selected"
    ? { namespace: target.namespace, selector: Object.fromEntries(target.labels), kinds: target.kinds }
    : { namespace: target.namespace, workload: printTarget(target) };
