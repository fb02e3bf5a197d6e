import { isAbsent, textAt } from "../hook/payload-at.ts";
import { readAliyunEvent } from "./aliyun-event.ts";
import { readAzureEvent } from "./azure.ts";
import { readCloudEvents, ownerOf, type CloudEvent } from "./cloud-event.ts";
import { readEcrCloudEvent } from "./ecr-cloud-event.ts";
import { readHarborEvent } from "./harbor.ts";
import { otherKind } from "./other-kind.ts";
import { ignored, rejected, type EventReading } from "./push-event.ts";
import { readImage, type Sent } from "./read-image.ts";
import type { RegistryMessage } from "./registry-message.ts";
import { readZotEvent } from "./zot.ts";

type ReadEvent = (event: CloudEvent, host: string) => EventReading;

// Such as container.image.push or com.example.artifact.pushed.v1.
const PUSH = /(?:image|artifact)[._:-]?(?:push|pushed|published)(?:\.v?\d{1,4}){0,3}$/i;

// Registries with a dialect of their own.
const OWNERS: ReadonlyMap<string, ReadEvent> = new Map([
  ["harbor", readHarborEvent],
  ["zot", readZotEvent],
  ["azure", readAzureEvent],
  ["aliyun", readAliyunEvent],
]);

/** Reads CloudEvents of a push from any sender: Amazon ECR's through EventBridge, other registries', and plain ones. */
export const readAnyCloudEvent = (message: RegistryMessage): EventReading =>
  readCloudEvents(message, (event) => readerOf(event.type)(event, message.host)) ??
  rejected("specversion", "is missing: the request is no CloudEvent");

function readerOf(type: string): ReadEvent {
  const owner = OWNERS.get(ownerOf(type));
  if (owner !== undefined) return owner;
  if (type.startsWith("com.amazon.ecr.")) return readEcrCloudEvent;
  return PUSH.test(type) ? readPlain : () => otherKind("type", type);
}

function readPlain(event: CloudEvent, host: string): EventReading {
  const { data, dataField, time, id } = event;
  if (isAbsent(data, "tag")) return ignored("no tag");
  return readImage({
    host: plainHost(event, host),
    path: { field: dataField("repository"), text: textAt(data, "repository") },
    tag: { field: dataField("tag"), text: textAt(data, "tag") },
    digest: textAt(data, "digest"),
    pushedAt: time,
    delivery: id,
  });
}

// An address may stand for the host.
function plainHost({ data, dataField }: CloudEvent, host: string): Sent {
  const isNamed = host === "" || !isAbsent(data, "registryUrl");
  if (!isNamed) return { field: "registry-host", text: host };
  const text = textAt(data, "registryUrl").replace(/^https?:\/\//i, "");
  return { field: dataField("registryUrl"), text: text.endsWith("/") ? text.slice(0, -1) : text };
}
