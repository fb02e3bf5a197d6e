import type { PayloadObject } from "../hook/payload.ts";
import { isAbsent, textAt } from "../hook/payload-at.ts";
import { splitAddress } from "../image/sent-reference.ts";
import { otherKind } from "./other-kind.ts";
import { rejected, type EventReading } from "./push-event.ts";
import { joinPath, readImage, type Sent } from "./read-image.ts";
import type { RegistryMessage } from "./registry-message.ts";

const IMAGE_TYPES: readonly string[] = ["docker", "oci"];
// The file of a manifest lies in the folder of its tag.
const SEGMENTS_BEHIND_IMAGE = 2;

/**
 * Reads JFrog Artifactory's webhook. The path in the repository is the image, its tag and its manifest's file. The host
 * is that of the platform's base URL; the hook's registry-host stands in where the platform has none.
 */
export function readJfrog({ body, host: registryHost }: RegistryMessage): EventReading {
  const other = notAPush(body);
  if (other !== null) return other;
  const host = readHost(body, registryHost);
  if (host.text === "")
    return rejected(
      host.field,
      "is missing: set the platform's Custom Base URL, or name the host as the hook's registry-host",
    );
  const folders = textAt(body, "data.path").split("/").slice(0, -SEGMENTS_BEHIND_IMAGE);
  if (folders.length === 0) return rejected("data.path", "is not an image's path, its tag and the manifest's file");
  return readImage({
    host,
    path: joinPath(
      { field: "data.repo_key", text: textAt(body, "data.repo_key") },
      { field: "data.path", text: folders.join("/") },
    ),
    tag: { field: "data.tag", text: textAt(body, "data.tag") },
    digest: `sha256:${textAt(body, "data.sha256")}`,
    pushedAt: null,
    delivery: "",
  });
}

function notAPush(body: PayloadObject): EventReading | null {
  const [domain, event] = [textAt(body, "domain"), textAt(body, "event_type")];
  if (domain === "") return rejected("domain", "is missing or not a text");
  if (domain !== "docker") return otherKind("domain", domain);
  if (event === "") return rejected("event_type", "is missing or not a text");
  if (event !== "pushed") return otherKind("event_type", event);
  if (isAbsent(body, "data.image_type")) return null;
  const type = textAt(body, "data.image_type");
  if (type === "") return rejected("data.image_type", "is not a text");
  return IMAGE_TYPES.includes(type) ? null : otherKind("image_type", type);
}

function readHost(body: PayloadObject, registryHost: string): Sent {
  const field = "jpd_origin";
  return isAbsent(body, field) && registryHost !== ""
    ? { field: "registry-host", text: registryHost }
    : { field, text: splitAddress(textAt(body, field)).host };
}
