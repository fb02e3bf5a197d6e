import { createHash } from "node:crypto";
import type { PushEvent } from "../event/push-event.ts";
import type { PushRecord } from "./state.ts";

// A body without digest, push time and id says nothing that tells two pushes apart: only a repetition this soon is one push.
const ANONYMOUS_WINDOW_MS = 10_000;

/**
 * Names a push by what the registry says of it: repository, tag, digest and push time, or without a time the registry's
 * own id of the event. 32 hexadecimal digits.
 */
export const deliveryKey = ({ repository, tag, digest, pushedAt, delivery }: PushEvent): string =>
  createHash("sha256")
    .update([repository, tag, digest ?? "", pushedAt ?? delivery ?? ""].join("\n"))
    .digest("hex")
    .slice(0, 32);

/** The remembered push that a delivery repeats, or undefined when the delivery is a new one. */
export function repeatedPush(event: PushEvent, pushes: readonly PushRecord[], now: Date): PushRecord | undefined {
  const key = deliveryKey(event);
  const isAnonymous = event.digest === null && event.pushedAt === null && event.delivery === null;
  return pushes.findLast(
    (push) =>
      push.key === key && (!isAnonymous || now.getTime() - new Date(push.acceptedAt).getTime() < ANONYMOUS_WINDOW_MS),
  );
}
