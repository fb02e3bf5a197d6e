/** What the API says of a rollout, per kind; counts are pods. */
export type RolloutFacts =
  | ({
      readonly kind: "deployment";
      readonly available: number;
      readonly total: number;
      readonly paused: boolean;
    } & Counts & {
        /** The condition `Progressing`: its reason, empty when there is none. */
        readonly progressing: string;
        /** The message of a true condition `ReplicaFailure`, as when a quota is exceeded; empty when there is none. */
        readonly replicaFailure: string;
        readonly progressDeadlineSeconds: number;
      })
  | ({
      readonly kind: "statefulset";
      readonly strategy: string;
      readonly ready: number;
      /** Pods with a lower number keep the old revision; the API server's default is 0. */
      readonly partition: number;
    } & Counts)
  | ({ readonly kind: "daemonset"; readonly strategy: string; readonly available: number } & Counts)
  | { readonly kind: "cronjob"; readonly suspended: boolean };

interface Counts {
  readonly generation: number;
  readonly observedGeneration: number;
  readonly desired: number;
  readonly updated: number;
}

/** How far a rollout is, and the sentence that says so. */
export interface RolloutStatus {
  readonly kind: "progressing" | "complete" | "failed";
  readonly message: string;
}

/** Judges a rollout by the rules of `kubectl rollout status`. */
export function rolloutStatus(facts: RolloutFacts): RolloutStatus {
  switch (facts.kind) {
    case "deployment":
      return deploymentStatus(facts);
    case "statefulset":
      return statefulSetStatus(facts);
    case "daemonset":
      return daemonSetStatus(facts);
    case "cronjob":
      return complete(
        facts.suspended ? "the image is set; the cron job is suspended" : "the image is set for the next run",
      );
  }
}

const progressing = (message: string): RolloutStatus => ({ kind: "progressing", message });
const complete = (message: string): RolloutStatus => ({ kind: "complete", message });
const isUnobserved = ({ generation, observedGeneration }: Counts): boolean => generation > observedGeneration;
const of = (count: number, total: number): string => `${String(count)} of ${String(total)}`;
const NOT_SEEN = "waiting for the change to be observed";

function deploymentStatus(facts: RolloutFacts & { kind: "deployment" }): RolloutStatus {
  const { desired, updated, total, available } = facts;
  if (isUnobserved(facts)) return progressing(NOT_SEEN);
  if (facts.progressing === "ProgressDeadlineExceeded") {
    const seconds = String(facts.progressDeadlineSeconds);
    return { kind: "failed", message: `the deployment exceeded its progress deadline of ${seconds} s` };
  }
  const paused = facts.paused ? "the deployment is paused: " : "";
  if (updated < desired) return progressing(`${paused}${of(updated, desired)} new pods have been created`);
  if (total > updated) return progressing(`${paused}${String(total - updated)} old pods are still to be terminated`);
  if (available < updated) return progressing(`${paused}${of(available, updated)} new pods are available`);
  return complete(`${paused}${of(available, desired)} pods run the new image`);
}

function statefulSetStatus(facts: RolloutFacts & { kind: "statefulset" }): RolloutStatus {
  const { desired, updated, ready, partition } = facts;
  if (facts.strategy !== "RollingUpdate") return byDeletion("stateful set");
  if (facts.observedGeneration === 0 || isUnobserved(facts)) return progressing(NOT_SEEN);
  if (ready < desired) return progressing(`${of(ready, desired)} pods are ready`);
  if (updated < desired - partition)
    return progressing(`${of(updated, desired - partition)} new pods have been created`);
  return complete(`${partition > 0 ? "partitioned: " : ""}${of(updated, desired)} pods run the new image`);
}

function daemonSetStatus(facts: RolloutFacts & { kind: "daemonset" }): RolloutStatus {
  const { desired, updated, available } = facts;
  if (facts.strategy !== "RollingUpdate") return byDeletion("daemon set");
  if (isUnobserved(facts)) return progressing(NOT_SEEN);
  if (updated < desired) return progressing(`${of(updated, desired)} new pods have been created`);
  if (available < desired) return progressing(`${of(available, desired)} new pods are available`);
  return complete(`${of(available, desired)} pods run the new image`);
}

const byDeletion = (kind: string): RolloutStatus =>
  complete(`the image is set; the ${kind} updates OnDelete: each pod takes it when it is deleted`);
