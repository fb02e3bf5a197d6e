import type { PushEvent } from "../event/push-event.ts";
import { parseReference, type Tag } from "../image/reference.ts";
import { planRollout, type Facts, type Plan } from "./plan.ts";

/** The facts of a plan, with all that one request brought. */
export interface ManyFacts extends Omit<Facts, "event"> {
  readonly events: readonly [PushEvent, ...PushEvent[]];
}

/**
 * Plans the one push of a request that the container shall get: of those in a repository that it may run the newest;
 * of equally new ones the tag that it runs now, so that `latest` stays `latest`, else the one that was named last.
 */
export function planPushes({ events, ...facts }: ManyFacts): Plan {
  const plans = events.map((event) => ({ event, plan: planRollout({ ...facts, event }) }));
  const usable = plans.filter(({ plan }) => plan.kind !== "foreign-repository");
  const [first, ...others] = usable;
  if (first === undefined) return planRollout({ ...facts, event: events[0] });
  const running = tagOf(facts);
  return others.reduce((best, next) => (isBetter(next.event, best.event, running) ? next : best), first).plan;
}

function isBetter(next: PushEvent, best: PushEvent, running: Tag | null): boolean {
  if (next.pushedAt !== null && best.pushedAt !== null && next.pushedAt !== best.pushedAt)
    return next.pushedAt > best.pushedAt;
  return best.tag !== running;
}

function tagOf({ workload, upgrade }: Omit<Facts, "event">): Tag | null {
  const container = workload.containers.find(({ name }) => name === upgrade.container);
  const reference = parseReference(container?.image ?? "");
  return reference.kind === "ok" ? reference.value.tag : null;
}
