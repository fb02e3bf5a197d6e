import type { PushEvent } from "../event/push-event.ts";
import { parseDigest, parseReference, type Digest, type Repository, type Tag } from "../image/reference.ts";
import type { Plan } from "./plan.ts";

/** An image that a plan is about to set, as its registry is asked for it. */
export interface Candidate {
  readonly repository: Repository;
  readonly tag: Tag;
  /** What the push says; null where it says nothing. */
  readonly digest: Digest | null;
}

/** The image that a plan would set, also where it lacks a digest yet; null where it sets none. */
export function candidateOf(plan: Plan): Candidate | null {
  if (plan.kind === "change") return read(plan.push.after, parseDigest(plan.push.digest ?? ""));
  return plan.kind === "no-digest" ? read(plan.image, null) : null;
}

// Of what the service itself has spelled, repository and tag can always be told.
function read(image: string, digest: Digest | null): Candidate | null {
  const reference = parseReference(image);
  if (reference.kind === "error" || reference.value.tag === null) return null;
  const { repository, tag } = reference.value;
  return { repository, tag, digest };
}

/** The events with the digest of one of them, which its registry has said. */
export const withDigest = (
  [first, ...others]: readonly [PushEvent, ...PushEvent[]],
  pushed: PushEvent,
  digest: Digest,
): readonly [PushEvent, ...PushEvent[]] => {
  const add = (event: PushEvent): PushEvent => (event === pushed ? { ...event, digest } : event);
  return [add(first), ...others.map(add)];
};

/** True for the same image, whatever the push says of its digest. */
export const isSameImage = (one: Candidate | null, other: Candidate | null): boolean =>
  one !== null && other !== null && one.repository === other.repository && one.tag === other.tag;
