import type { PushEvent } from "../event/push-event.ts";
import type { PendingPush, PushRecord } from "./state.ts";

/** When something was pushed, as its registry says it, and when we heard of it. RFC 3339, UTC. */
export interface PushTimes {
  readonly pushedAt: string | null;
  readonly acceptedAt: string;
  /** When the same was pushed again; later than both. */
  readonly renewedAt?: string | undefined;
}

/** When something was pushed last. A time ahead of its arrival counts as the arrival: a wrong clock may not win for years. */
export const pushTimeOf = ({ pushedAt, acceptedAt, renewedAt }: PushTimes): string =>
  renewedAt ?? (pushedAt !== null && pushedAt < acceptedAt ? pushedAt : acceptedAt);

// Requests live for seconds. A push that came from a future further away than this was written by another clock.
const CLOCKS_AGREE_MS = 60_000;

/** True when one push is newer than another: by the time of the push, and of two at the same time by their arrival. */
export function isNewer(one: PushTimes, other: PushTimes): boolean {
  const [time, otherTime] = [pushTimeOf(one), pushTimeOf(other)];
  return time === otherTime ? one.acceptedAt > other.acceptedAt : time > otherTime;
}

/** The newest of the remembered pushes that are newer than an event that arrived at a time; undefined where none is. */
export function newerPush(
  { pushedAt }: Pick<PushEvent, "pushedAt">,
  arrivedAt: Date,
  pushes: readonly PushRecord[],
): PushRecord | undefined {
  const event = { pushedAt, acceptedAt: arrivedAt.toISOString() };
  const latest = new Date(arrivedAt.getTime() + CLOCKS_AGREE_MS).toISOString();
  return pushes
    .filter((push) => isNewer(push, event) && pushTimeOf(push) <= latest)
    .reduce<PushRecord | undefined>(
      (newest, push) => (newest === undefined || isNewer(push, newest) ? push : newest),
      undefined,
    );
}

/** The times of the newest of the events that arrived together. One without a time is as new as its arrival. */
export const timesOf = (events: readonly Pick<PushEvent, "pushedAt">[], arrivedAt: Date): PushTimes => ({
  pushedAt: newestTime(events),
  acceptedAt: arrivedAt.toISOString(),
});

/** The times of a push that waits. */
export const timesOfPending = ({ events, acceptedAt }: PendingPush): PushTimes => ({
  pushedAt: newestTime(events),
  acceptedAt,
});

function newestTime(events: readonly Pick<PushEvent, "pushedAt">[]): string | null {
  const times = events.map(({ pushedAt }) => pushedAt ?? "");
  return times.includes("") ? null : times.reduce((a, b) => (a > b ? a : b), "");
}
