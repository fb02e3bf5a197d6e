import { createHash } from "node:crypto";
import type { PushEvent } from "../event/push-event.ts";
import type { PushRecord } from "./state.ts";

// A body without digest, push time and id says nothing that tells two pushes apart: only a repetition this soon is one push.
const ANONYMOUS_WINDOW_MS = 10_000;

const PART_LENGTH = 16;

/**
 * Names a push by what the registry says of it, in 32 hexadecimal digits: 16 for repository and tag, 16 for digest and
 * push time. The registry's own id of the event is no part of it, since the record of a push holds that itself.
 */
export const deliveryKey = ({ repository, tag, digest, pushedAt }: PushEvent): string =>
  partOf(repository, tag) + partOf(digest, pushedAt);

const partOf = (...texts: readonly (string | null)[]): string =>
  createHash("sha256").update(texts.join("\n")).digest("hex").slice(0, PART_LENGTH);

/**
 * The remembered push that a delivery repeats, or undefined when the delivery is a new one. Where the registry gave both
 * an id, the ids decide; else digest and push time do, and where there is neither, a body without an id is repeated only
 * by another one of the next ten seconds.
 */
export function repeatedPush(event: PushEvent, pushes: readonly PushRecord[], now: Date): PushRecord | undefined {
  const key = deliveryKey(event);
  const isRepeated = (push: PushRecord): boolean => {
    if (push.key.slice(0, PART_LENGTH) !== key.slice(0, PART_LENGTH)) return false;
    if (event.delivery !== null && push.delivery !== null) return event.delivery === push.delivery;
    if (push.key !== key) return false;
    if (event.digest !== null || event.pushedAt !== null) return true;
    const ageMs = now.getTime() - new Date(push.acceptedAt).getTime();
    return event.delivery === push.delivery && ageMs < ANONYMOUS_WINDOW_MS;
  };
  return pushes.findLast(isRepeated);
}
