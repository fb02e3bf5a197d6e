import type { Target } from "./target.ts";

/** A container or init container of a workload's pod template. */
export interface Container {
  readonly name: string;
  readonly image: string;
  readonly list: "containers" | "initContainers";
  readonly index: number;
}

/** What the planning of an upgrade needs to know of a workload, the same for every kind. */
export interface Workload {
  readonly target: Target;
  readonly uid: string;
  readonly generation: number;
  readonly containers: readonly Container[];
  readonly hasAnnotations: boolean;
  readonly hasTemplateAnnotations: boolean;
  /** The time of the last redeploy that we made, as it stands in the pod template; null when there was none. */
  readonly redeployedAt: string | null;
  /** The text of its annotation OWNERS; empty for none. */
  readonly owners: string;
}

/** The pod-template annotation that a redeploy of the same image sets, so that the pods are replaced. */
export const REDEPLOYED_AT = "imagehook.dev/redeployed-at";
/** The annotation that `kubectl rollout history` shows. */
export const CHANGE_CAUSE = "kubernetes.io/change-cause";
/** The annotation of a workload that names who is told besides the hook's recipients, where that is allowed. */
export const OWNERS = "imagehook.dev/owners";
