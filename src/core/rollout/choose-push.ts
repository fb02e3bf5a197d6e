import type { PushEvent } from "../event/push-event.ts";
import { parseReference, type Tag } from "../image/reference.ts";
import type { TagPolicy } from "../image/tag-policy.ts";
import { planRollout, type Facts, type Plan } from "./plan.ts";

/** The facts of a plan, with all that one request brought. */
export interface ManyFacts extends Omit<Facts, "event"> {
  readonly events: readonly [PushEvent, ...PushEvent[]];
}

interface Planned {
  readonly event: PushEvent;
  readonly plan: Plan;
}

/**
 * Plans the one push of a request that the container shall get: of those that it may run the one whose tag the hook's
 * policy ranks highest; of equal ones the newest; of equally new ones the tag that it runs now, so that `latest` stays
 * `latest`, else the one that was named last.
 */
export function planPushes({ events, ...facts }: ManyFacts): Plan {
  const preference = { policy: facts.upgrade.tags, running: tagOf(facts) };
  return events
    .map((event): Planned => ({ event, plan: planRollout({ ...facts, event }) }))
    .reduce((best, next) => (isBetter(next, best, preference) ? next : best)).plan;
}

// Pushes that are not carried out come last: those that only lack a digest before those that are not meant at all.
const REFUSALS: readonly Plan["kind"][] = ["older", "no-digest", "outside-policy", "foreign-repository"];

interface Preference {
  readonly policy: TagPolicy;
  readonly running: Tag | null;
}

// A missing digest may yet be read from the registry, so that the best of those pushes matters too.
function isBetter(next: Planned, best: Planned, preference: Preference): boolean {
  const [rank, bestRank] = [REFUSALS.indexOf(next.plan.kind), REFUSALS.indexOf(best.plan.kind)];
  if (rank !== bestRank) return rank < bestRank;
  return rank <= REFUSALS.indexOf("no-digest") && isPreferred(next.event, best.event, preference);
}

function isPreferred(next: PushEvent, best: PushEvent, { policy, running }: Preference): boolean {
  const higher = policy.compare(next.tag, best.tag);
  if (higher !== 0) return higher > 0;
  if (next.pushedAt !== null && best.pushedAt !== null && next.pushedAt !== best.pushedAt)
    return next.pushedAt > best.pushedAt;
  return best.tag !== running;
}

function tagOf({ workload, upgrade }: Omit<Facts, "event">): Tag | null {
  const container = workload.containers.find(({ name }) => name === upgrade.container);
  const reference = parseReference(container?.image ?? "");
  return reference.kind === "ok" ? reference.value.tag : null;
}
