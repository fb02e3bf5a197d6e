import { parseJsonPayload, type PayloadObject } from "../hook/payload.ts";
import { isAbsent, textAt } from "../hook/payload-at.ts";
import { passOverArtifact } from "./artifact.ts";
import { readCloudEvents, type CloudEvent } from "./cloud-event.ts";
import { otherKind } from "./other-kind.ts";
import { ignored, rejected, type EventReading } from "./push-event.ts";
import { readImage } from "./read-image.ts";
import type { RegistryMessage } from "./registry-message.ts";

const UPDATED = "zotregistry.image.updated";

/** Reads the events of zot: CloudEvents whose data name a repository and no host. */
export const readZot = (message: RegistryMessage): EventReading =>
  readCloudEvents(message, (event) => readZotEvent(event, message.host)) ??
  rejected("ce-specversion", "is missing: zot sends CloudEvents, with headers such as ce-type");

/** Reads a CloudEvent of zot's. */
export function readZotEvent({ type, data, dataField, time, id }: CloudEvent, host: string): EventReading {
  if (type !== UPDATED) return otherKind("type", type);
  const mediaType = textAt(data, "mediaType");
  if (mediaType === "" && !isAbsent(data, "mediaType")) return rejected(dataField("mediaType"), "is no text");
  const manifest = manifestOf(data);
  const passedOver = passOverArtifact({
    mediaType,
    artifactType: textAt(manifest, "artifactType"),
    configType: textAt(manifest, "config.mediaType"),
  });
  if (passedOver !== null) return passedOver;
  if (isAbsent(data, "reference")) return ignored("no tag");
  return readImage({
    host: { field: "registry-host", text: host },
    path: { field: dataField("name"), text: textAt(data, "name") },
    tag: { field: dataField("reference"), text: textAt(data, "reference") },
    digest: textAt(data, "digest"),
    pushedAt: time,
    delivery: id,
  });
}

// The whole manifest, as a text of its JSON.
function manifestOf(data: PayloadObject): PayloadObject {
  const manifest = parseJsonPayload(textAt(data, "manifest"));
  return manifest.kind === "ok" ? manifest.value : new Map();
}
