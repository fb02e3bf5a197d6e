import type { PodRow } from "../core/notice/notice.ts";
import { listAt, numberAt, textAt, valueAt } from "./fields.ts";

/** Brings a pod into one row of a mail's table. The state is what `kubectl get pods` shows. */
export function toPodRow(pod: unknown): PodRow {
  const containers = listAt(pod, "status.containerStatuses");
  const stuck = [...listAt(pod, "status.initContainerStatuses"), ...containers].find((one) => whyStuck(one) !== "");
  const phase = textAt(pod, "status.phase", "Unknown");
  const specs = listAt(pod, "spec.containers");
  const ready = containers.filter((container) => valueAt(container, "ready") === true).length;
  return {
    name: textAt(pod, "metadata.name"),
    phase,
    ready: `${String(ready)}/${String(specs.length)}`,
    restarts: containers.reduce<number>((sum, container) => sum + numberAt(container, "restartCount"), 0),
    image: specs.map((container) => textAt(container, "image")).join(", "),
    state: stateOf(pod, stuck, textAt(pod, "status.reason", phase)),
    message: messageOf(stuck) || textAt(pod, "status.message") || whyUnscheduled(pod),
    node: textAt(pod, "spec.nodeName"),
  };
}

function stateOf(pod: unknown, stuck: unknown, otherwise: string): string {
  if (valueAt(pod, "metadata.deletionTimestamp") !== undefined) return "Terminating";
  return stuck === undefined ? otherwise : whyStuck(stuck);
}

// PodInitializing and ContainerCreating are steps on the way; they say no more than Pending.
const STEPS: readonly string[] = ["", "PodInitializing", "ContainerCreating"];

function whyStuck(container: unknown): string {
  const waiting = textAt(container, "state.waiting.reason");
  if (!STEPS.includes(waiting)) return waiting;
  const exitCode = numberAt(container, "state.terminated.exitCode");
  return exitCode === 0 ? "" : textAt(container, "state.terminated.reason", `ExitCode:${String(exitCode)}`);
}

const messageOf = (container: unknown): string =>
  textAt(container, "state.waiting.message") || textAt(container, "state.terminated.message");

function whyUnscheduled(pod: unknown): string {
  const condition = listAt(pod, "status.conditions").find((one) => textAt(one, "type") === "PodScheduled");
  return textAt(condition, "status") === "False" ? textAt(condition, "message") : "";
}
