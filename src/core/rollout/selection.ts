import { KINDS, printTarget, type Target, type WorkloadKind } from "./target.ts";

/** All workloads of some kinds in a namespace that bear these labels. */
export interface Selection {
  readonly kind: "selected";
  readonly namespace: string;
  readonly kinds: readonly [WorkloadKind, ...WorkloadKind[]];
  /** Names and values; a workload must have all of them. */
  readonly labels: readonly [Label, ...Label[]];
}

/** A label's name, with its prefix where it has one, and its value. */
export type Label = readonly [name: string, value: string];

/** What a hook is for: one workload, or those that are found when a push comes. */
export type UpgradeTarget = Target | Selection;

/** How many workloads a selection may mean. */
export const MAX_SELECTED = 50;

/** The labels as kubectl and the API's `labelSelector` write them. */
export const printLabels = ({ labels }: Selection): string =>
  labels.map(([name, value]) => `${name}=${value}`).join(",");

/** The workload as kubectl's `type/name`, or the selection as kubectl's `types -l labels`. */
export const printScope = (target: UpgradeTarget): string =>
  target.kind === "selected" ? `${target.kinds.join(",")} -l ${printLabels(target)}` : printTarget(target);

/** The workload as kubectl names it in what it prints, `deployment.apps/website`; a selection as it is written. */
export const qualifiedName = (target: UpgradeTarget): string =>
  target.kind === "selected" ? printScope(target) : `${KINDS[target.kind].qualified}/${target.name}`;

/** Why a selection that means so many workloads is not carried out; null where it is. */
export function countProblem(selection: Selection, count: number): string | null {
  const { kinds, namespace } = selection;
  const which = `in namespace "${namespace}" with the labels ${printLabels(selection)}`;
  if (count === 0) return `there is no ${kinds.join(" or ")} ${which}`;
  return count > MAX_SELECTED
    ? `there are more than ${String(MAX_SELECTED)} workloads ${which}: narrow the selector`
    : null;
}

const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
const PREFIX = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

/** Tells a label's name, such as `app` or `app.kubernetes.io/name`, by the rules of Kubernetes. */
export function isLabelName(text: string): boolean {
  const [first = "", second, ...rest] = text.split("/");
  if (second === undefined) return NAME.test(first);
  return rest.length === 0 && PREFIX.test(first) && NAME.test(second);
}

/** Tells a label's value by the rules of Kubernetes; it may be empty. */
export const isLabelValue = (text: string): boolean => text === "" || NAME.test(text);
