import { isObject, type PayloadObject, type PayloadValue } from "../hook/payload.ts";
import { isAbsent, listAt, textAt } from "../hook/payload-at.ts";
import { passOverArtifact } from "./artifact.ts";
import { otherKind } from "./other-kind.ts";
import { combine, ignored, rejected, type EventReading } from "./push-event.ts";
import { readImage, type Sent } from "./read-image.ts";
import type { RegistryMessage } from "./registry-message.ts";
import { readRfc3339 } from "./time.ts";

const URL_HOST = /^https?:\/\/([^/?#]*)/i;

/**
 * Reads the envelope of CNCF distribution's notifications, versions 1 and 2: events of a whole registry, one push of
 * an image among those of its layers, of the manifests for single platforms, of pulls and deletions.
 */
export function readDistribution({ body, host }: RegistryMessage): EventReading {
  const events = listAt(body, "events");
  if (events === null) return rejected("events", "is missing or no list");
  return combine(
    events.map((event, index) => readEvent(event, `events.${String(index)}`, host)),
    ignored("no events"),
  );
}

function readEvent(event: PayloadValue, at: string, host: string): EventReading {
  if (!isObject(event)) return rejected(at, "is no object");
  const action = textAt(event, "action");
  if (action === "") return rejected(`${at}.action`, "is missing or no text");
  if (action !== "push") return otherKind("action", action);
  const mediaType = textAt(event, "target.mediaType");
  if (mediaType === "") return rejected(`${at}.target.mediaType`, "is missing or no text");
  const passedOver = passOverArtifact({
    mediaType,
    artifactType: textAt(event, "target.artifactType"),
    // Listed where the registry is told to, the configuration first.
    configType: textAt(event, "target.references.0.mediaType"),
  });
  if (passedOver !== null) return passedOver;
  if (isAbsent(event, "target.tag")) return ignored("no tag");
  return readImage({
    host: hostOf(event, at, host),
    path: { field: `${at}.target.repository`, text: textAt(event, "target.repository") },
    tag: { field: `${at}.target.tag`, text: textAt(event, "target.tag") },
    digest: textAt(event, "target.digest"),
    pushedAt: readRfc3339(textAt(event, "timestamp")),
    delivery: textAt(event, "id"),
  });
}

// The host that the pushing client called; a URL without one is relative.
function hostOf(event: PayloadObject, at: string, host: string): Sent {
  const field = `${at}.request.host`;
  if (!isAbsent(event, "request.host")) return { field, text: textAt(event, "request.host") };
  const [, ofUrl] = URL_HOST.exec(textAt(event, "target.url")) ?? [];
  if (ofUrl !== undefined) return { field: `${at}.target.url`, text: ofUrl };
  return { field: host === "" ? field : "registry-host", text: host };
}
