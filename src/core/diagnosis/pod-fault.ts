import { containerFault } from "./container-fault.ts";
import type { EventFacts, Fault, PodFacts } from "./facts.ts";
import { withQuote } from "./quote.ts";

const OBSTACLES: ReadonlyMap<string, string> = new Map([
  ["FailedMount", "a volume cannot be mounted"],
  ["FailedAttachVolume", "a volume cannot be attached"],
  ["FailedMapVolume", "a volume cannot be mapped"],
  ["FailedCreatePodSandBox", "its network or sandbox cannot be made"],
  ["NetworkNotReady", "its node's network is not ready"],
]);

/** Says why a pod is not ready: the gravest that it shows. Null for one that is ready, or on its way out. */
export function podFault(pod: PodFacts, all: readonly EventFacts[]): Fault | null {
  if (pod.isDeleted || pod.phase === "Succeeded") return null;
  const events = all.filter(({ uid }) => uid === pod.uid);
  const faults = [
    endFault(pod),
    ...pod.containers.map((container) => containerFault(container, events)),
    placeFault(pod),
    obstacleFault(pod, events),
    gateFault(pod),
    beginningFault(pod),
  ].filter((fault) => fault !== null);
  return faults.reduce<Fault | null>((gravest, fault) => (fault.rank < (gravest?.rank ?? 3) ? fault : gravest), null);
}

// Evicted, or refused by its node: what its containers said last is beside the point.
function endFault({ phase, reason, message }: PodFacts): Fault | null {
  if (phase !== "Failed" || reason === "") return null;
  return { rank: 0, key: `end ${reason}`, text: withQuote(`it failed (${reason})`, message), crashed: null };
}

function placeFault({ unscheduled }: PodFacts): Fault | null {
  if (unscheduled === "") return null;
  return { rank: 1, key: "place", text: withQuote("no node takes it", unscheduled), crashed: null };
}

function obstacleFault({ phase }: PodFacts, events: readonly EventFacts[]): Fault | null {
  if (phase !== "Pending") return null;
  for (const { reason, message } of events) {
    const clause = OBSTACLES.get(reason);
    if (clause !== undefined)
      return { rank: 1, key: `obstacle ${reason}`, text: withQuote(clause, message), crashed: null };
  }
  return null;
}

function gateFault({ unmetGate }: PodFacts): Fault | null {
  if (unmetGate === "") return null;
  return { rank: 1, key: "gate", text: withQuote("a readiness gate is not met", unmetGate), crashed: null };
}

const beginningFault = ({ phase }: PodFacts): Fault | null =>
  phase === "Pending"
    ? { rank: 2, key: "beginning", text: "its containers are still being made", crashed: null }
    : null;
