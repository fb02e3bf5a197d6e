import type { PayloadObject } from "../hook/payload.ts";
import { isAbsent, listAt, textAt } from "../hook/payload-at.ts";
import { splitAddress } from "../image/sent-reference.ts";
import { combine, ignored, rejected, type EventReading, type Rejection } from "./push-event.ts";
import { readImage, type SentImage } from "./read-image.ts";
import type { RegistryMessage } from "./registry-message.ts";

const MAX_TAGS = 1_000;

/**
 * Reads Quay's notification of a push, which brings several tags. Other notifications of a repository (builds, scans,
 * mirrors) have the same fields but for the tags.
 */
export function readQuay({ body, host }: RegistryMessage): EventReading {
  if (!body.has("updated_tags")) return ignored("no updated_tags: not a push");
  const tags = listAt(body, "updated_tags") ?? [];
  if (tags.length > MAX_TAGS) return rejected("updated_tags", `holds more than ${String(MAX_TAGS)} tags`);
  const repository = readRepository(body, host);
  if ("kind" in repository) return repository;
  const readings = tags.map((_tag, index) => {
    const field = `updated_tags.${String(index)}`;
    const tag = { field, text: textAt(body, field) };
    return readImage({ ...repository, tag, digest: "", pushedAt: null, delivery: "" });
  });
  return combine(readings, rejected("updated_tags", "is empty or not a list of tags"));
}

function readRepository(body: PayloadObject, registryHost: string): Pick<SentImage, "host" | "path"> | Rejection {
  if (isAbsent(body, "docker_url") && registryHost !== "")
    return {
      host: { field: "registry-host", text: registryHost },
      path: { field: "repository", text: textAt(body, "repository") },
    };
  const field = "docker_url";
  const { host, path } = splitAddress(textAt(body, field));
  if (host === "") return rejected(field, "is missing: name the registry's host as the hook's registry-host");
  return { host: { field, text: host }, path: { field, text: path ?? "" } };
}
