import type { Digest, Repository, Tag } from "../image/reference.ts";

/** What a registry says: this tag of this repository was pushed. */
export interface PushEvent {
  readonly repository: Repository;
  readonly tag: Tag;
  /** The manifest's digest where the registry gives a well-formed one. */
  readonly digest: Digest | null;
  /** When it was pushed, RFC 3339 in UTC; null where the registry does not say. */
  readonly pushedAt: string | null;
}

/** What a registry's body means: a push, something to pass over with a 2xx, or something that is not understood. */
export type EventReading =
  | { readonly kind: "push"; readonly event: PushEvent }
  | { readonly kind: "ignored"; readonly reason: string }
  | { readonly kind: "rejected"; readonly field: string; readonly reason: string };

export const push = (event: PushEvent): EventReading => ({ kind: "push", event });
export const ignored = (reason: string): EventReading => ({ kind: "ignored", reason });
export const rejected = (field: string, reason: string): EventReading => ({ kind: "rejected", field, reason });
