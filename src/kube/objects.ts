import type { RolloutFacts } from "../core/rollout/status.ts";
import type { Target } from "../core/rollout/target.ts";
import { OWNERS, REDEPLOYED_AT, type Container, type Workload } from "../core/rollout/workload.ts";
import type { Observation } from "../flow/ports.ts";
import { listAt, numberAt, textAt, valueAt } from "./fields.ts";

/** Brings an object that the API server gave, of the target's kind, into the one shape that planning knows. */
export function toWorkload(target: Target, object: unknown): Workload {
  const template = valueAt(object, target.kind === "cronjob" ? "spec.jobTemplate.spec.template" : "spec.template");
  const annotations = valueAt(template, "metadata.annotations");
  const ownAnnotations = valueAt(object, "metadata.annotations");
  return {
    target,
    uid: textAt(object, "metadata.uid"),
    generation: numberAt(object, "metadata.generation"),
    containers: [...containersOf(template, "containers"), ...containersOf(template, "initContainers")],
    hasAnnotations: ownAnnotations !== undefined,
    hasTemplateAnnotations: annotations !== undefined,
    redeployedAt: annotationOf(annotations, REDEPLOYED_AT),
    owners: annotationOf(ownAnnotations, OWNERS) ?? "",
  };
}

// An annotation's name holds dots, so no path leads to it.
function annotationOf(annotations: unknown, name: string): string | null {
  if (typeof annotations !== "object" || annotations === null || !Object.hasOwn(annotations, name)) return null;
  const value = (annotations as Record<string, unknown>)[name];
  return typeof value === "string" ? value : null;
}

/** Brings an object into what the following of a rollout knows. */
export function toObservation(target: Target, object: unknown): Observation {
  const podSelector = target.kind === "cronjob" ? "" : selectorOf(object);
  return { workload: toWorkload(target, object), rollout: toFacts(target, object), podSelector };
}

const containersOf = (template: unknown, list: Container["list"]): readonly Container[] =>
  listAt(template, `spec.${list}`).map((container, index) => ({
    name: textAt(container, "name"),
    image: textAt(container, "image"),
    list,
    index,
  }));

function toFacts(target: Target, object: unknown): RolloutFacts {
  switch (target.kind) {
    case "deployment":
      return deploymentFacts(object);
    case "statefulset":
      return statefulSetFacts(object);
    case "daemonset":
      return daemonSetFacts(object);
    case "cronjob":
      return { kind: "cronjob", suspended: valueAt(object, "spec.suspend") === true };
  }
}

// The API server's own default, should an object come without it.
const DEFAULT_PROGRESS_DEADLINE_SECONDS = 600;

const generations = (object: unknown) => ({
  generation: numberAt(object, "metadata.generation"),
  observedGeneration: numberAt(object, "status.observedGeneration"),
});

function deploymentFacts(object: unknown): RolloutFacts {
  const condition = (type: string): unknown =>
    listAt(object, "status.conditions").find((candidate) => textAt(candidate, "type") === type);
  const failure = condition("ReplicaFailure");
  return {
    kind: "deployment",
    ...generations(object),
    desired: numberAt(object, "spec.replicas", 1),
    updated: numberAt(object, "status.updatedReplicas"),
    total: numberAt(object, "status.replicas"),
    available: numberAt(object, "status.availableReplicas"),
    paused: valueAt(object, "spec.paused") === true,
    progressing: textAt(condition("Progressing"), "reason"),
    replicaFailure: textAt(failure, "status") === "True" ? textAt(failure, "message") : "",
    progressDeadlineSeconds: numberAt(object, "spec.progressDeadlineSeconds", DEFAULT_PROGRESS_DEADLINE_SECONDS),
  };
}

const statefulSetFacts = (object: unknown): RolloutFacts => ({
  kind: "statefulset",
  ...generations(object),
  strategy: textAt(object, "spec.updateStrategy.type", "RollingUpdate"),
  partition: numberAt(object, "spec.updateStrategy.rollingUpdate.partition"),
  desired: numberAt(object, "spec.replicas", 1),
  updated: numberAt(object, "status.updatedReplicas"),
  ready: numberAt(object, "status.readyReplicas"),
});

const daemonSetFacts = (object: unknown): RolloutFacts => ({
  kind: "daemonset",
  ...generations(object),
  strategy: textAt(object, "spec.updateStrategy.type", "RollingUpdate"),
  desired: numberAt(object, "status.desiredNumberScheduled"),
  updated: numberAt(object, "status.updatedNumberScheduled"),
  available: numberAt(object, "status.numberAvailable"),
});

function selectorOf(object: unknown): string {
  const labels = Object.entries(valueAt(object, "spec.selector.matchLabels") ?? {});
  const expressions = listAt(object, "spec.selector.matchExpressions");
  return [...labels.map(([key, value]) => `${key}=${String(value)}`), ...expressions.map(printExpression)].join(",");
}

function printExpression(expression: unknown): string {
  const [key, operator] = [textAt(expression, "key"), textAt(expression, "operator")];
  if (operator === "Exists") return key;
  if (operator === "DoesNotExist") return `!${key}`;
  return `${key} ${operator === "In" ? "in" : "notin"} (${listAt(expression, "values").join(",")})`;
}
