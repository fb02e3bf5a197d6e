import { isLabelName, isLabelValue, type Label, type Selection, type UpgradeTarget } from "../rollout/selection.ts";
import { parseKind, parseNamespace, parseTarget, type WorkloadKind } from "../rollout/target.ts";
import type { FieldReader } from "./fields.ts";

/** The keys of `image-upgrade` that say what it is for. */
export const TARGET_KEYS: readonly string[] = ["namespace", "workload", "selector", "kinds"];

/** Reads what a hook is for: the workload that it names, or those that its selector finds. */
export function readTarget(upgrade: FieldReader): UpgradeTarget | null {
  if (upgrade.has("selector")) return readSelection(upgrade);
  if (upgrade.has("kinds")) upgrade.error("kinds", "needs a selector: a workload names its kind itself");
  const target = parseTarget(upgrade.text("namespace", ""), upgrade.text("workload", ""));
  if (target.kind === "ok") return target.value;
  upgrade.error(target.error.includes("namespace") ? "namespace" : "workload", target.error);
  return null;
}

function readSelection(upgrade: FieldReader): Selection | null {
  if (upgrade.has("workload")) upgrade.error("selector", "and workload exclude each other: leave one of them out");
  const namespace = parseNamespace(upgrade.text("namespace", ""));
  if (namespace.kind === "error") upgrade.error("namespace", namespace.error);
  const [label, ...labels] = readLabels(upgrade);
  const [kind = "deployment", ...kinds] = readKinds(upgrade);
  if (label === undefined || namespace.kind === "error") return null;
  return { kind: "selected", namespace: namespace.value, kinds: [kind, ...kinds], labels: [label, ...labels] };
}

function readLabels(upgrade: FieldReader): readonly Label[] {
  const selector = upgrade.map("selector");
  const field = upgrade.field("selector");
  if (selector === null || field?.kind !== "map") return [];
  if (field.entries.size === 0)
    upgrade.error("selector", "needs a label at least: without one it would mean all workloads");
  return [...field.entries].flatMap(([name, { key }]): readonly Label[] => {
    const value = selector.exactText(name);
    if (!isLabelName(key)) selector.error(name, `"${key}" is not the name of a label, such as app.kubernetes.io/name`);
    if (!isLabelValue(value))
      selector.error(name, `"${value}" is not the value of a label: only equality is selected by`);
    return [[key, value]];
  });
}

function readKinds(upgrade: FieldReader): readonly WorkloadKind[] {
  const kinds = upgrade.texts("kinds").flatMap((text) => {
    const kind = parseKind(text);
    if (kind.kind === "ok") return [kind.value];
    upgrade.error("kinds", kind.error);
    return [];
  });
  return [...new Set(kinds)];
}
