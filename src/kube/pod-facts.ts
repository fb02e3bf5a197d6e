import type { ContainerFacts, ContainerState, EventFacts, Exit, PodFacts } from "../core/diagnosis/facts.ts";
import { REDEPLOYED_AT } from "../core/rollout/workload.ts";
import { listAt, numberAt, textAt, valueAt } from "./fields.ts";

/** Brings a pod that the API server gave into what an explanation is made of. */
export function toPodFacts(pod: unknown): PodFacts {
  // The annotation's name has dots in it, so no path leads there.
  const annotations = new Map<string, unknown>(Object.entries(valueAt(pod, "metadata.annotations") ?? {}));
  const redeployedAt = annotations.get(REDEPLOYED_AT);
  const specs = [...listAt(pod, "spec.initContainers"), ...listAt(pod, "spec.containers")];
  return {
    name: textAt(pod, "metadata.name"),
    uid: textAt(pod, "metadata.uid"),
    isDeleted: valueAt(pod, "metadata.deletionTimestamp") !== undefined,
    redeployedAt: typeof redeployedAt === "string" ? redeployedAt : null,
    phase: textAt(pod, "status.phase"),
    reason: textAt(pod, "status.reason"),
    message: textAt(pod, "status.message"),
    unscheduled: unmetMessage(pod, "PodScheduled"),
    unmetGate: reasonOf(pod, "Ready") === "ReadinessGatesNotReady" ? unmetMessage(pod, "Ready") : "",
    images: new Map(specs.map((spec) => [textAt(spec, "name"), textAt(spec, "image")])),
    containers: [
      ...containersOf(pod, "initContainers", "initContainerStatuses"),
      ...containersOf(pod, "containers", "containerStatuses"),
    ],
  };
}

/** Brings an Event that the API server gave into what an explanation is made of. */
export function toEventFacts(event: unknown): EventFacts {
  const [, container] = /^spec\.(?:initContainers|containers)\{([^}]*)\}$/.exec(path(event)) ?? [];
  return {
    uid: textAt(event, "involvedObject.uid"),
    container: container ?? "",
    reason: textAt(event, "reason"),
    message: textAt(event, "message"),
    at: TIMES.map((time) => textAt(event, time)).find((time) => time !== "") ?? "",
  };
}

// Events of the newer API count repetitions in a series and leave the older fields empty.
const TIMES = ["series.lastObservedTime", "lastTimestamp", "eventTime", "metadata.creationTimestamp"];

const path = (event: unknown): string => textAt(event, "involvedObject.fieldPath");

const conditionOf = (pod: unknown, type: string): unknown =>
  listAt(pod, "status.conditions").find((condition) => textAt(condition, "type") === type);

const reasonOf = (pod: unknown, type: string): string => textAt(conditionOf(pod, type), "reason");

function unmetMessage(pod: unknown, type: string): string {
  const condition = conditionOf(pod, type);
  return textAt(condition, "status") === "False" ? textAt(condition, "message") : "";
}

function containersOf(pod: unknown, list: "initContainers" | "containers", statuses: string): ContainerFacts[] {
  const specs = new Map(listAt(pod, `spec.${list}`).map((spec) => [textAt(spec, "name"), spec]));
  return listAt(pod, `status.${statuses}`).map((status) => {
    const name = textAt(status, "name");
    const spec = specs.get(name);
    return {
      name,
      image: textAt(spec, "image", textAt(status, "image")),
      role: roleOf(list, spec),
      isReady: valueAt(status, "ready") === true,
      hasStarted: valueAt(status, "started") === true,
      hasStartupProbe: valueAt(spec, "startupProbe") !== undefined,
      hasReadinessProbe: valueAt(spec, "readinessProbe") !== undefined,
      restarts: numberAt(status, "restartCount"),
      state: stateOf(status),
      lastExit: exitAt(status, "lastState.terminated"),
    };
  });
}

function roleOf(list: "initContainers" | "containers", spec: unknown): ContainerFacts["role"] {
  if (list === "containers") return "main";
  return textAt(spec, "restartPolicy") === "Always" ? "sidecar" : "init";
}

function stateOf(status: unknown): ContainerState {
  if (valueAt(status, "state.running") !== undefined) return { kind: "running" };
  const exit = exitAt(status, "state.terminated");
  if (exit !== null) return { kind: "terminated", ...exit };
  return {
    kind: "waiting",
    reason: textAt(status, "state.waiting.reason"),
    message: textAt(status, "state.waiting.message"),
  };
}

function exitAt(status: unknown, at: string): Exit | null {
  const exit = valueAt(status, at);
  if (typeof exit !== "object" || exit === null) return null;
  return {
    exitCode: numberAt(exit, "exitCode"),
    signal: numberAt(exit, "signal"),
    reason: textAt(exit, "reason"),
    message: textAt(exit, "message"),
  };
}
