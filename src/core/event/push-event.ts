import { parseRepository, type Digest, type Repository, type Tag } from "../image/reference.ts";
import { ok, type Result } from "../result.ts";

/** What a registry's request says of one image. */
export interface PushedImage {
  /** The registry's host in canonical spelling, with its port if it has one: `docker.io` for Docker Hub. */
  readonly registry: string;
  /** The path in the registry as it was sent: upper-case letters, which no runtime pulls, are still there. */
  readonly repository: string;
  readonly tag: Tag;
  /** The manifest's digest where the registry gives a well-formed one. */
  readonly digest: Digest | null;
  /** When it was pushed, RFC 3339 in UTC; null where the registry does not say. */
  readonly pushedAt: string | null;
  /** The registry's own id of this event, the same when it is sent again; null where there is none. */
  readonly delivery: string | null;
  /** The registry names only its region: the same path on any of its hosts there is meant (Aliyun). */
  readonly isHostImplied: boolean;
}

/** A push that can be carried out: its repository is one that a container can run. */
export interface PushEvent extends Omit<PushedImage, "registry" | "repository"> {
  readonly repository: Repository;
}

/** What a registry's body means: pushes, something to pass over with a 2xx, a handshake, or something that is not understood. */
export type EventReading =
  | { readonly kind: "push"; readonly images: readonly [PushedImage, ...PushedImage[]] }
  | { readonly kind: "ignored"; readonly reason: string }
  /** The sender makes sure of the address, and wants this code back. */
  | { readonly kind: "handshake"; readonly code: string }
  | Rejection;

/** A request that is not understood: the field that is wrong, and how. */
export interface Rejection {
  readonly kind: "rejected";
  readonly field: string;
  readonly reason: string;
}

export const push = (image: PushedImage): EventReading => ({ kind: "push", images: [image] });
export const ignored = (reason: string): EventReading => ({ kind: "ignored", reason });
export const rejected = (field: string, reason: string): Rejection => ({ kind: "rejected", field, reason });

/**
 * Puts the readings of one body's parts together. Pushes win: what else the body brought takes nothing from them.
 * Without a push the first part that is malformed decides, then the first that is passed over.
 */
export function combine(readings: readonly EventReading[], otherwise: EventReading): EventReading {
  const [first, ...others] = readings.flatMap((reading) => (reading.kind === "push" ? reading.images : []));
  if (first !== undefined) return { kind: "push", images: [first, ...others] };
  return readings.find(({ kind }) => kind === "rejected") ?? readings[0] ?? otherwise;
}

/** The push of an image; the error says why no container can run it. */
export function toPushEvent({ registry, repository, ...image }: PushedImage): Result<PushEvent, string> {
  const canonical = parseRepository(`${registry}/${repository}`);
  return canonical.kind === "ok" ? ok({ ...image, repository: canonical.value }) : canonical;
}
