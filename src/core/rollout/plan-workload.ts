import type { PushEvent } from "../event/push-event.ts";
import type { Upgrade } from "../hook/hook.ts";
import { parseReference, type Repository } from "../image/reference.ts";
import { isSameRepository, spellingOf } from "../image/repository.ts";
import type { Change } from "./change.ts";
import { planPushes, type ManyFacts } from "./choose-push.ts";
import type { Plan } from "./plan.ts";
import type { PushRecord } from "./state.ts";
import { ALL_CONTAINERS } from "./target.ts";
import type { Container } from "./workload.ts";

/** A container that is left as it is. */
export type Skip = Plan & { readonly kind: "skip" };

/** What the pushes of a request shall do to a workload. */
export type WorkloadPlan =
  /** Of several containers those that have nothing to do are not among the changes. */
  | { readonly kind: "change"; readonly changes: readonly [Change, ...Change[]] }
  | { readonly kind: "skip"; readonly skips: readonly [Skip, ...Skip[]] }
  /** The hook is for all containers that run the repository, and none does. */
  | { readonly kind: "unused-repository"; readonly pushed: Repository; readonly containers: readonly Container[] }
  | Exclude<Plan, Change | Skip>;

/** Everything that the plan of a workload depends on. */
export interface WorkloadFacts extends Omit<ManyFacts, "pushes"> {
  /** The remembered pushes of a container, oldest first. */
  readonly pushesOf: (container: string) => readonly PushRecord[];
}

/**
 * Plans what becomes of a workload: of the container that the hook names, or of each that runs a pushed repository.
 * Every container is planned for itself.
 */
export function planWorkload({ pushesOf, ...facts }: WorkloadFacts): WorkloadPlan {
  const { container } = facts.upgrade;
  if (container === ALL_CONTAINERS) return planAll({ pushesOf, ...facts });
  return combine([planPushes({ ...facts, pushes: pushesOf(container) })]);
}

function planAll({ pushesOf, ...facts }: WorkloadFacts): WorkloadPlan {
  const { upgrade, workload, events } = facts;
  const { repository: allowed, hostAliases } = upgrade;
  const named = allowed.kind === "named" ? allowed.repository : null;
  const allowedEvents = events.filter((event) => named === null || isSameRepository(named, event, hostAliases));
  const [meant] = allowedEvents;
  if (meant === undefined) return { kind: "foreign-repository", pushed: events[0].repository, allowed: String(named) };
  const plans = workload.containers.flatMap((container) => {
    const [first, ...others] = eventsOf(container, allowedEvents, upgrade);
    if (first === undefined) return [];
    const { name } = container;
    const own = { ...upgrade, container: name };
    return [planPushes({ ...facts, events: [first, ...others], upgrade: own, pushes: pushesOf(name) })];
  });
  const [first, ...others] = plans;
  if (first !== undefined) return combine([first, ...others]);
  return { kind: "unused-repository", pushed: meant.repository, containers: workload.containers };
}

// The pushes of the repository that a container runs. What a push leaves open a hook that names one has said: its host.
function eventsOf(
  { image }: Container,
  events: readonly PushEvent[],
  { repository: allowed, hostAliases }: Pick<Upgrade, "repository" | "hostAliases">,
): readonly PushEvent[] {
  const running = parseReference(image);
  if (running.kind === "error") return [];
  return events.filter((event) => {
    const pushed = allowed.kind === "named" ? { repository: allowed.repository, isHostImplied: false } : event;
    return spellingOf(running.value, pushed, hostAliases) !== null;
  });
}

function combine(plans: readonly [Plan, ...Plan[]]): WorkloadPlan {
  return plans.map(toWorkloadPlan).reduce(merge);
}

function toWorkloadPlan(plan: Plan): WorkloadPlan {
  if (plan.kind === "change") return { kind: "change", changes: [plan] };
  return plan.kind === "skip" ? { kind: "skip", skips: [plan] } : plan;
}

// What is said of several containers, of which one at least has a plan of the first kinds.
const ORDER: readonly string[] = ["change", "skip", "held", "older", "no-digest", "outside-policy"];

function merge(a: WorkloadPlan, b: WorkloadPlan): WorkloadPlan {
  const [placeOfA, placeOfB] = [placeOf(a), placeOf(b)];
  if (placeOfA !== placeOfB) return placeOfA < placeOfB ? a : b;
  if (a.kind === "change" && b.kind === "change") return { ...a, changes: [...a.changes, ...b.changes] };
  if (a.kind === "skip" && b.kind === "skip") return { ...a, skips: [...a.skips, ...b.skips] };
  return a;
}

const placeOf = (plan: WorkloadPlan): number =>
  ORDER.indexOf(plan.kind === "skip" && isHeld(plan.skips[0]) ? "held" : plan.kind);

// The push was carried out before and is not any more.
const isHeld = ({ reason }: Skip): boolean => reason === "undone" || reason === "rolled-back";
