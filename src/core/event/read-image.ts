import { parseDigest, parseSentRepository, parseTag } from "../image/reference.ts";
import { ignored, push, rejected, type EventReading } from "./push-event.ts";

/** A text of a request, and the field that it came from. */
export interface Sent {
  readonly field: string;
  readonly text: string;
}

/** What a registry's request says of one image, its parts not yet looked at. */
export interface SentImage {
  readonly host: Sent;
  readonly path: Sent;
  readonly tag: Sent;
  /** Not looked at where it is no digest: the tag counts. */
  readonly digest: string;
  readonly pushedAt: string | null;
  readonly delivery: string;
  readonly isHostImplied?: boolean;
}

// Ids are UUIDs and the like.
const DELIVERY = /^[\x21-\x7e]{1,128}$/;
const DIGEST_LIKE = /^sha(?:256|512):/;
// What cosign and clients of registries without the referrers API push beside an image.
const ATTACHED = /^sha(?:256-[0-9a-f]{64}|512-[0-9a-f]{128})(?:\.[a-z]{1,20})?$/;

/**
 * Looks at the parts of an image that a registry names. What cannot be part of a reference, whatever the case of its
 * letters, is rejected with its field; a digest that is none is dropped; a digest in the tag's place is no tag, and
 * neither is the name of a signature or another referrer.
 */
export function readImage({ host, path, tag, digest, delivery, ...sent }: SentImage): EventReading {
  if (DIGEST_LIKE.test(tag.text)) return ignored("pushed by digest, without a tag");
  if (ATTACHED.test(tag.text)) return ignored("something attached to an image was pushed, such as its signature");
  const parsedTag = parseTag(tag.text);
  if (parsedTag === null) return rejected(tag.field, "is not a tag: letters, digits, _ . - and at most 128 of them");
  if (host.text === "") return rejected(host.field, "names no registry host: set the hook's registry-host");
  const repository = parseSentRepository(host.text, path.text);
  if (repository.kind === "error") {
    const { part, message } = repository.error;
    return rejected((part === "host" ? host : path).field, message);
  }
  return push({
    ...repository.value,
    tag: parsedTag,
    digest: parseDigest(digest),
    pushedAt: sent.pushedAt,
    delivery: DELIVERY.test(delivery) ? delivery : null,
    isHostImplied: sent.isHostImplied ?? false,
  });
}

/** The path of a namespace and a name in it; its field is the namespace's where that alone is wrong already. */
export function joinPath(namespace: Sent, name: Sent): Sent {
  const { kind } = parseSentRepository("localhost", namespace.text);
  return { field: (kind === "ok" ? name : namespace).field, text: `${namespace.text}/${name.text}` };
}
