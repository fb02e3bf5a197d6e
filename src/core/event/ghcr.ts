import { lookUp, type PayloadObject } from "../hook/payload.ts";
import { isAbsent, objectAt, textAt } from "../hook/payload-at.ts";
import { parseDigest } from "../image/reference.ts";
import { splitAddress } from "../image/sent-reference.ts";
import { otherKind } from "./other-kind.ts";
import { ignored, rejected, type EventReading } from "./push-event.ts";
import { joinPath, readImage, type Sent } from "./read-image.ts";
import type { RegistryMessage } from "./registry-message.ts";
import { readRfc3339 } from "./time.ts";

const HOST = "ghcr.io";
const EVENTS = ["package", "registry_package"] as const;
const ACTIONS: readonly string[] = ["published", "updated", "create"];
const ECOSYSTEMS: readonly string[] = ["container", "docker"];
const CHART_CONFIG = "application/vnd.cncf.helm.";

/**
 * Reads GitHub's events `package` and `registry_package` of container packages. The registry is ghcr.io unless the
 * hook's registry-host is another, as of GitHub Enterprise. Only lower case can be pulled from it.
 */
export function readGhcr({ body, header, host }: RegistryMessage): EventReading {
  const event = header("x-github-event") || (isPing(body) ? "ping" : "");
  const isOfPackage = event === "" || EVENTS.some((name) => name === event);
  if (!isOfPackage) return otherKind("event", event);
  const root = EVENTS.find((name) => objectAt(body, name) !== null);
  if (root === undefined) return rejected(event || EVENTS[0], "is missing");
  return notAPush(body, root) ?? readPackage(body, root, host || HOST, header("x-github-delivery"));
}

const isPing = (body: PayloadObject): boolean => textAt(body, "zen") !== "" && objectAt(body, "hook") !== null;

function notAPush(body: PayloadObject, root: string): EventReading | null {
  const action = textAt(body, "action");
  if (action === "") return rejected("action", "is missing or not a text");
  if (!ACTIONS.includes(action)) return otherKind("action", action);
  // GitHub's own sample is of ecosystem docker and of type npm.
  const types = [textAt(body, `${root}.package_type`), textAt(body, `${root}.ecosystem`)].filter((type) => type !== "");
  const [type] = types;
  if (type === undefined) return rejected(`${root}.package_type`, "is missing, and ecosystem too");
  if (!types.some((text) => ECOSYSTEMS.includes(text.toLowerCase()))) return otherKind("package_type", type);
  const config = textAt(body, `${root}.package_version.container_metadata.manifest.config.media_type`);
  return config.startsWith(CHART_CONFIG) ? ignored("a Helm chart") : null;
}

function readPackage(body: PayloadObject, root: string, host: string, delivery: string): EventReading {
  const version = `${root}.package_version`;
  // In bodies of 2019 the version is the tag, and the registry's address the repository.
  const isOld = objectAt(body, `${version}.container_metadata`) === null && !isAbsent(body, `${version}.version`);
  const tagField = isOld ? `${version}.version` : `${version}.container_metadata.tag.name`;
  if (lookUp(body, tagField) === "") return ignored("no tag: a part of an image of several platforms, or untagged");
  const path = isOld ? readAddress(body, `${root}.registry.url`, host) : readOwnedName(body, root);
  return readImage({
    host: { field: "registry-host", text: host },
    path: { field: path.field, text: lowerCase(path.text) },
    tag: { field: tagField, text: textAt(body, tagField) },
    digest: readDigest(body, version),
    pushedAt: readRfc3339(textAt(body, `${version}.updated_at`)) ?? readRfc3339(textAt(body, `${version}.created_at`)),
    delivery,
  });
}

// Empty, which is none, where the address is not of a repository of that host.
function readAddress(body: PayloadObject, field: string, host: string): Sent {
  const address = splitAddress(textAt(body, field));
  const isRepository = address.host.toLowerCase() === host && address.path?.includes("/") === true;
  return { field, text: isRepository ? address.path : "" };
}

function readOwnedName(body: PayloadObject, root: string): Sent {
  const owner = [`${root}.owner.login`, `${root}.namespace`].find((field) => !isAbsent(body, field));
  const field = owner ?? `${root}.owner.login`;
  const name = `${root}.name`;
  return joinPath({ field, text: textAt(body, field) }, { field: name, text: textAt(body, name) });
}

// The name of a version is its digest.
function readDigest(body: PayloadObject, version: string): string {
  const texts = [textAt(body, `${version}.container_metadata.tag.digest`), textAt(body, `${version}.name`)];
  return texts.find((text) => parseDigest(text) !== null) ?? "";
}

// Other letters may have one of ASCII as their lower case.
const lowerCase = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
