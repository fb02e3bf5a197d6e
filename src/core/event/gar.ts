import { parseInnerPayload, type PayloadObject } from "../hook/payload.ts";
import { isAbsent, textAt } from "../hook/payload-at.ts";
import { fail, ok, type Result } from "../result.ts";
import { otherKind } from "./other-kind.ts";
import { ignored, rejected, type EventReading, type Rejection } from "./push-event.ts";
import { readImage } from "./read-image.ts";
import type { RegistryMessage } from "./registry-message.ts";
import { readRfc3339 } from "./time.ts";

/** A message of Pub/Sub, its data unpacked. */
interface PubSubMessage {
  readonly data: PayloadObject;
  /** Where the data's fields stand in the request. */
  readonly at: string;
  readonly id: string;
  readonly publishedAt: string;
}

const FIELDS = ["action", "tag", "digest"] as const;

// Both alphabets, with padding or without.
const BASE64 = /^(?:[\w+/-]{4})*(?:[\w+/-]{2}(?:==)?|[\w+/-]{3}=?)?$/;

/**
 * Reads the notifications of Google's Artifact Registry and Container Registry, which Pub/Sub pushes: wrapped in its
 * message, or alone where the subscription says "no wrapper". Their tag and digest are whole references.
 */
export function readGar(request: RegistryMessage): EventReading {
  const isBare = isAbsent(request.body, "message") && FIELDS.some((field) => !isAbsent(request.body, field));
  const message = isBare ? ok(bare(request)) : unwrap(request);
  return message.kind === "ok" ? readNotification(message.value) : message.error;
}

const bare = ({ body, header }: RegistryMessage): PubSubMessage => ({
  data: body,
  at: "",
  id: header("x-goog-pubsub-message-id"),
  publishedAt: header("x-goog-pubsub-publish-time"),
});

function unwrap({ body }: RegistryMessage): Result<PubSubMessage, Rejection> {
  const encoded = textAt(body, "message.data");
  if (encoded === "") return fail(rejected("message.data", "is missing or no text"));
  if (!BASE64.test(encoded)) return fail(rejected("message.data", "is not base64"));
  const data = parseInnerPayload(Buffer.from(encoded, "base64").toString("utf8"));
  if (data.kind === "error") return fail(rejected("message.data", `${data.error}, once its base64 is decoded`));
  const id = textAt(body, "message.messageId") || textAt(body, "message.message_id");
  const publishedAt = textAt(body, "message.publishTime") || textAt(body, "message.publish_time");
  return ok({ data: data.value, at: "message.data.", id, publishedAt });
}

function readNotification({ data, at, id, publishedAt }: PubSubMessage): EventReading {
  const action = textAt(data, "action");
  if (action === "") return rejected(`${at}action`, "is missing or no text");
  if (action !== "INSERT") return otherKind("action", action);
  if (isAbsent(data, "tag")) return ignored("no tag");
  const [tagged, digested] = [textAt(data, "tag"), textAt(data, "digest")];
  if (tagged === digested) return ignored("pushed by digest, without a tag");
  const { repository, tag } = splitTagged(tagged);
  const slash = Math.max(repository.indexOf("/"), 0);
  const field = `${at}tag`;
  const reading = readImage({
    host: { field, text: repository.slice(0, slash) },
    path: { field, text: repository.slice(slash + 1) },
    tag: { field, text: tag },
    digest: digested.slice(digested.indexOf("@") + 1),
    pushedAt: readRfc3339(publishedAt),
    delivery: id,
  });
  const isForeign = digested.includes("@") && !digested.startsWith(`${repository}@`);
  return reading.kind === "push" && isForeign
    ? rejected(`${at}digest`, "is of another repository than the tag")
    : reading;
}

// Where the tag is missing it is empty, and what is too much stays in the repository, which is looked at later.
function splitTagged(reference: string): { readonly repository: string; readonly tag: string } {
  const colon = reference.indexOf(":", reference.lastIndexOf("/"));
  return colon === -1
    ? { repository: reference, tag: "" }
    : { repository: reference.slice(0, colon), tag: reference.slice(colon + 1) };
}
