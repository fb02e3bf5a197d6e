import { printable } from "../notice/printable.ts";
import type { Workload } from "../rollout/workload.ts";
import type { Evidence, Fault, PodFacts } from "./facts.ts";
import { podFault } from "./pod-fault.ts";
import { isShortOfPods, refusedPods } from "./refused-pods.ts";

/** What keeps a rollout from its end, and the pods that show it: none where they cannot even be made. */
export interface Finding {
  readonly fault: Fault;
  readonly pods: readonly PodFacts[];
  /** The pods that were looked at. */
  readonly of: number;
  /** Whether they run what the workload asks for now. */
  readonly isNew: boolean;
}

const MAX_LENGTH = 600;
const MAX_ASKED = 3;

/**
 * What keeps a rollout from its end, the gravest first, then what most pods show. Pods that run what the workload asks
 * for now are believed first; an older one may still hold the rollout up, as a broken one of a stateful set does.
 */
export function diagnose(evidence: Evidence): readonly Finding[] {
  const { rollout, workload, pods } = evidence;
  if (rollout.kind === "deployment" && rollout.paused) return [];
  const alive = pods.filter(({ isDeleted }) => !isDeleted);
  const fresh = alive.filter((pod) => isOfTemplate(pod, workload));
  const refused = refusedPods(evidence);
  const found = group(fresh, evidence, true);
  const refusal = refused === null ? [] : [{ fault: refused, pods: [], of: 0, isNew: true }];
  const all = [...found, ...refusal].sort(byGravity);
  if (all.length > 0) return all;
  return group(
    alive.filter((pod) => !fresh.includes(pod)),
    evidence,
    false,
  ).sort(byGravity);
}

/** Says the gravest finding in a sentence; empty where there is none. */
export function printFinding([finding]: readonly Finding[]): string {
  if (finding === undefined) return "";
  const { fault, pods } = finding;
  const [first] = pods;
  const sentence = first === undefined ? fault.text : `${whoOf(finding, first)}: ${fault.text}`;
  return printable(sentence, MAX_LENGTH);
}

/** The objects whose Events tell more: by their uids, a few at most. */
export function eventSubjects(evidence: Evidence): readonly string[] {
  const shown = diagnose(evidence).flatMap(({ pods }) => pods.slice(0, 1).map(({ uid }) => uid));
  const subjects = isShortOfPods(evidence) ? [evidence.workload.uid, ...shown] : shown;
  return subjects.filter((uid) => uid !== "").slice(0, MAX_ASKED);
}

const byGravity = (a: Finding, b: Finding): number =>
  a.fault.rank - b.fault.rank || b.pods.length - a.pods.length || a.fault.key.localeCompare(b.fault.key);

function group(pods: readonly PodFacts[], { events }: Evidence, isNew: boolean): Finding[] {
  const found = new Map<string, Finding>();
  for (const pod of pods) {
    const fault = podFault(pod, events);
    if (fault === null) continue;
    const known = found.get(fault.key);
    found.set(fault.key, { of: pods.length, isNew, fault: known?.fault ?? fault, pods: [...(known?.pods ?? []), pod] });
  }
  return [...found.values()];
}

// Containers that something added to the pod do not count.
const isOfTemplate = ({ images, redeployedAt }: PodFacts, workload: Workload): boolean =>
  workload.containers.every(({ name, image }) => images.get(name) === image) &&
  (workload.redeployedAt === null || redeployedAt === workload.redeployedAt);

function whoOf({ pods, of, isNew }: Finding, first: PodFacts): string {
  const who = of === 1 ? `pod ${first.name}` : `${String(pods.length)} of ${String(of)} ${isNew ? "new" : "old"} pods`;
  return isNew || of > 1 ? who : `old ${who}`;
}
