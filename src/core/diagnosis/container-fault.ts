import { crashFault } from "./crash-fault.ts";
import type { ContainerFacts, EventFacts, Fault } from "./facts.ts";
import { imageFault } from "./image-fault.ts";
import { quote, withQuote } from "./quote.ts";

const ROLES = { main: "the container", init: "the init container", sidecar: "the sidecar container" } as const;
// Steps on the way of every pod.
const STEPS: readonly string[] = ["", "PodInitializing", "ContainerCreating"];

/** Says what is wrong with a container; null where nothing is, or nothing that it alone tells. Events are its pod's. */
export function containerFault(container: ContainerFacts, events: readonly EventFacts[]): Fault | null {
  const called = `${ROLES[container.role]} ${container.name}`;
  return (
    imageFault(container, called, events) ??
    crashFault(container, called, events) ??
    startFault(container, called) ??
    readinessFault(container, called, events)
  );
}

// A Secret or ConfigMap that is missing, a command that is not in the image, a hook that fails.
function startFault({ name, state }: ContainerFacts, called: string): Fault | null {
  if (state.kind !== "waiting" || STEPS.includes(state.reason)) return null;
  const reason = quote(state.reason);
  const verb = reason.startsWith("CreateContainer") ? "cannot be created" : "cannot be started";
  return {
    rank: 0,
    key: `start ${name}`,
    text: withQuote(`${called} ${verb} (${reason})`, state.message),
    crashed: null,
  };
}

function readinessFault(container: ContainerFacts, called: string, events: readonly EventFacts[]): Fault | null {
  const { name, state, role, isReady } = container;
  if (state.kind !== "running") return null;
  if (role === "init") return { rank: 2, key: `init ${name}`, text: `${called} has not finished`, crashed: null };
  if (isReady) return null;
  const failed = events.find((event) => event.container === name && event.reason === "Unhealthy");
  const why = failed === undefined ? probeOf(container) : quote(failed.message);
  const text = `${called} runs and is not ready${why === "" ? "" : `: ${why}`}`;
  return { rank: 1, key: `ready ${name}`, text, crashed: null };
}

function probeOf({ hasStarted, hasStartupProbe, hasReadinessProbe }: ContainerFacts): string {
  if (!hasStarted && hasStartupProbe) return "its startup probe has not passed";
  return hasReadinessProbe ? "its readiness probe does not pass" : "";
}
