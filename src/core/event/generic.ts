import type { PayloadObject } from "../hook/payload.ts";
import { isAbsent, textAt } from "../hook/payload-at.ts";
import { parseDigest } from "../image/reference.ts";
import { parseSentReference, type SentReference } from "../image/sent-reference.ts";
import { ignored, rejected, type EventReading, type Rejection } from "./push-event.ts";
import { readImage, type Sent } from "./read-image.ts";
import type { RegistryMessage } from "./registry-message.ts";
import { readRfc3339 } from "./time.ts";

const DEFAULT_HOST = "docker.io";

/**
 * Reads `{"name": "ghcr.io/acme/website", "tag": "v1"}`, with `digest`, `pushed_at` (or `timestamp`, RFC 3339) and `id`
 * (the same when it is sent again; else the header Idempotency-Key) where the sender has them. `name` may carry the tag.
 * `image` in its place is a whole reference and may carry tag and digest. What is said twice must agree. A name without a
 * host is on the hook's registry-host, else on Docker Hub.
 */
export function readGeneric({ body, header, host }: RegistryMessage): EventReading {
  const field = isAbsent(body, "image") ? "name" : "image";
  const sent = parseSentReference(textAt(body, field));
  const wrong = unfinished(body, field) ?? contradictionOf(body, field, sent) ?? withoutTag(body, sent);
  if (wrong !== null) return wrong;
  return readImage({
    host: readHost(field, sent, host),
    path: { field, text: sent.path },
    tag: sent.tag === "" ? { field: "tag", text: textAt(body, "tag") } : { field, text: sent.tag },
    digest: sent.digest || textAt(body, "digest"),
    pushedAt: readRfc3339(textAt(body, "pushed_at")) ?? readRfc3339(textAt(body, "timestamp")),
    delivery: textAt(body, "id") || header("idempotency-key"),
  });
}

const unfinished = (body: PayloadObject, field: string): Rejection | null =>
  /[:@]$/.test(textAt(body, field)) ? rejected(field, "ends where a tag or a digest should follow") : null;

function contradictionOf(body: PayloadObject, field: "name" | "image", sent: SentReference): Rejection | null {
  if (field === "image" && !isAbsent(body, "name")) return rejected("name", "stands beside image: send one of them");
  if (sent.digest !== "" && field === "name")
    return rejected(field, "holds a digest: send it as digest, or the whole reference as image");
  if (sent.digest !== "" && parseDigest(sent.digest) === null) return rejected(field, "holds a digest that is none");
  const differing = (["tag", "digest"] as const).find((part) => differs(body, part, sent[part]));
  return differing === undefined ? null : rejected(differing, `differs from the ${differing} in ${field}`);
}

const differs = (body: PayloadObject, part: string, sent: string): boolean =>
  sent !== "" && !isAbsent(body, part) && textAt(body, part) !== sent;

function withoutTag(body: PayloadObject, sent: SentReference): EventReading | null {
  if (sent.tag !== "" || !isAbsent(body, "tag")) return null;
  const digest = parseDigest(sent.digest || textAt(body, "digest"));
  return digest === null ? rejected("tag", "is missing") : ignored("pushed by digest, without a tag");
}

function readHost(field: string, { host }: SentReference, registryHost: string): Sent {
  if (host !== "") return { field, text: host };
  return { field: "registry-host", text: registryHost || DEFAULT_HOST };
}
