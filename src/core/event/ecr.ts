import { isObject, parseInnerPayload, type PayloadObject } from "../hook/payload.ts";
import { isAbsent, listAt, textAt } from "../hook/payload-at.ts";
import { passOverArtifact } from "./artifact.ts";
import { readCloudEvents } from "./cloud-event.ts";
import { readEcrCloudEvent } from "./ecr-cloud-event.ts";
import { ecrHost } from "./ecr-host.ts";
import { otherKind } from "./other-kind.ts";
import { combine, ignored, rejected, type EventReading } from "./push-event.ts";
import { readImage, type Sent } from "./read-image.ts";
import type { RegistryMessage } from "./registry-message.ts";
import { readRfc3339 } from "./time.ts";

/** Where events of EventBridge stand in a request, and the id of the SNS message around them. */
interface Envelope {
  readonly at: string;
  readonly messageId: string;
}

/**
 * Reads Amazon ECR's events as EventBridge posts them, one or an array, as SNS hands them on, or as the CloudEvents that
 * a transformer made of them.
 */
export function readEcr(message: RegistryMessage): EventReading {
  const { body } = message;
  const reading = readCloudEvents(message, readEcrCloudEvent);
  if (reading !== null) return reading;
  return isAbsent(body, "Type") ? readEvents(body, { at: "", messageId: "" }) : readSns(body);
}

function readSns(body: PayloadObject): EventReading {
  switch (textAt(body, "Type")) {
    case "SubscriptionConfirmation":
      return ignored("SNS wants its subscription confirmed: name its topic in the hook's callers, as sns");
    case "UnsubscribeConfirmation":
      return ignored("SNS has ended its subscription");
    case "Notification":
      return readNotification(body);
    default:
      return rejected("Type", "is no type of SNS, such as Notification");
  }
}

function readNotification(body: PayloadObject): EventReading {
  const message = parseInnerPayload(textAt(body, "Message"));
  if (message.kind === "error") return rejected("Message", message.error);
  return readEvents(message.value, { at: "Message.", messageId: textAt(body, "MessageId") });
}

function readEvents(body: PayloadObject, { at, messageId }: Envelope): EventReading {
  const events = listAt(body, "root");
  if (events === null) return readEvent(body, { at, messageId });
  const readings = events.map((event, index) =>
    readEvent(isObject(event) ? event : new Map(), { at: `${at}root.${String(index)}.`, messageId }),
  );
  return combine(readings, ignored("no events"));
}

// The first that is not so says why the event is no push of an image.
const EXPECTED = [
  ["detail-type", "ECR Image Action"],
  ["source", "aws.ecr"],
  ["detail.action-type", "PUSH"],
  ["detail.result", "SUCCESS"],
] as const;

function readEvent(event: PayloadObject, { at, messageId }: Envelope): EventReading {
  for (const [field, expected] of EXPECTED) {
    const text = textAt(event, field);
    if (text === "") return rejected(`${at}${field}`, "is missing or no text");
    if (text !== expected) return otherKind(field.replace("detail.", ""), text);
  }
  if (isAbsent(event, "detail.image-tag")) return ignored("no tag");
  const mediaType = textAt(event, "detail.manifest-media-type");
  const configType = textAt(event, "detail.artifact-media-type");
  return passOverArtifact({ mediaType, artifactType: "", configType }) ?? readPush(event, { at, messageId });
}

function readPush(event: PayloadObject, { at, messageId }: Envelope): EventReading {
  const sent = (field: string): Sent => ({ field: `${at}${field}`, text: textAt(event, field) });
  const host = ecrHost(sent("account"), sent("region"));
  if (host.kind === "error") return host.error;
  return readImage({
    host: { field: `${at}region`, text: host.value },
    path: sent("detail.repository-name"),
    tag: sent("detail.image-tag"),
    digest: textAt(event, "detail.image-digest"),
    pushedAt: readRfc3339(textAt(event, "time")),
    delivery: messageId || textAt(event, "id"),
  });
}
