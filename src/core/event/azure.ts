import { isObject, type PayloadObject, type PayloadValue } from "../hook/payload.ts";
import { isAbsent, listAt, objectAt, textAt } from "../hook/payload-at.ts";
import { passOverArtifact } from "./artifact.ts";
import { readCloudEvents, type CloudEvent } from "./cloud-event.ts";
import { otherKind } from "./other-kind.ts";
import { combine, ignored, rejected, type EventReading } from "./push-event.ts";
import { readImage, type Sent } from "./read-image.ts";
import type { RegistryMessage } from "./registry-message.ts";
import { readRfc3339 } from "./time.ts";

const PUSHED = "Microsoft.ContainerRegistry.ImagePushed";
const HANDSHAKE = "Microsoft.EventGrid.SubscriptionValidationEvent";

/** What happened in the registry, the same from its webhook and from Event Grid, which puts an event around it. */
interface Happening {
  readonly data: PayloadObject;
  /** How the sender knows a field of the data. */
  readonly field: (path: string) => string;
  /** The registry's host that the hook names. */
  readonly host: string;
  /** Those of the event around the data. */
  readonly id?: string;
  readonly time?: string | null;
}

/** Reads Azure Container Registry's webhook, and its events as Event Grid brings them in both of its schemas. */
export function readAzure(message: RegistryMessage): EventReading {
  const { body, host } = message;
  const reading = readCloudEvents(message, (event) => readAzureEvent(event, host));
  if (reading !== null) return reading;
  const events = listAt(body, "root");
  if (events !== null)
    return combine(
      events.map((event, index) => readNative(event, `root.${String(index)}.`, host)),
      ignored("no events"),
    );
  return isAbsent(body, "eventType")
    ? readHappening({ data: body, field: (path) => path, host })
    : readNative(body, "", host);
}

/** Reads an event that Event Grid brings as a CloudEvent; without a host of its own it is the hook's registry-host. */
export const readAzureEvent = ({ type, dataField, ...event }: CloudEvent, host: string): EventReading =>
  readEvent(type, { ...event, field: dataField, host });

// Event Grid's own schema.
function readNative(event: PayloadValue, at: string, host: string): EventReading {
  const type = isObject(event) ? textAt(event, "eventType") : "";
  if (!isObject(event) || type === "") return rejected(`${at}eventType`, "is missing or no text");
  const data = objectAt(event, "data") ?? new Map();
  if (type === HANDSHAKE) return readHandshake(textAt(data, "validationCode"), `${at}data.validationCode`);
  return readEvent(type, {
    data,
    field: (path) => `${at}data.${path}`,
    host,
    id: textAt(event, "id"),
    time: readRfc3339(textAt(event, "eventTime")),
  });
}

// The address that such an event names besides is never asked.
const readHandshake = (code: string, field: string): EventReading =>
  /^[\w-]{1,100}$/.test(code) ? { kind: "handshake", code } : rejected(field, "is missing or no code");

const readEvent = (type: string, happening: Happening): EventReading =>
  type === PUSHED ? readHappening(happening) : otherKind("type", type);

function readHappening(happening: Happening): EventReading {
  const { data, field } = happening;
  const action = textAt(data, "action");
  if (action === "") return rejected(field("action"), "is missing or no text");
  if (action !== "push") return otherKind("action", action);
  if (isAbsent(data, "target.tag")) return ignored("no tag");
  const mediaType = textAt(data, "target.mediaType");
  return passOverArtifact({ mediaType, artifactType: "", configType: "" }) ?? readPush(happening);
}

function readPush({ data, field, host, id = "", time = null }: Happening): EventReading {
  const sent = (path: string): Sent => ({ field: field(path), text: textAt(data, path) });
  const isHooks = host !== "" && isAbsent(data, "request.host");
  return readImage({
    host: isHooks ? { field: "registry-host", text: host } : sent("request.host"),
    path: sent("target.repository"),
    tag: sent("target.tag"),
    digest: textAt(data, "target.digest"),
    pushedAt: readRfc3339(textAt(data, "timestamp")) ?? time,
    delivery: id || textAt(data, "id"),
  });
}
