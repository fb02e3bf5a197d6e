import { isObject, type PayloadObject } from "../hook/payload.ts";
import { isAbsent, listAt, objectAt, textAt } from "../hook/payload-at.ts";
import { cloudEventsOf, ownerOf } from "./cloud-event.ts";
import type { RegistryMessage } from "./registry-message.ts";

type Sign = readonly [type: string, isSeen: (message: RegistryMessage) => boolean];

// A header of a registry's own, or a CloudEvents type, leaves no doubt.
const HEADERS: readonly Sign[] = [
  ["ghcr", ({ header }) => header("x-github-event") !== ""],
  ["nexus", ({ header }) => header("x-nexus-webhook-id") !== ""],
  ["jfrog", ({ header }) => header("x-jfrog-event-auth") !== ""],
  ["ecr", ({ header }) => header("x-amz-sns-message-type") !== ""],
  [
    "azure",
    ({ header }) => header("aeg-event-type") !== "" || header("user-agent").startsWith("AzureContainerRegistry/"),
  ],
  ["distribution", ({ header }) => header("content-type").startsWith("application/vnd.docker.distribution.events.")],
];

const SHAPES: readonly Sign[] = [
  ["dockerhub", ({ body }) => isObjectAt(body, "push_data") && isTextAt(body, "repository.repo_name")],
  [
    "aliyun",
    ({ body }) =>
      isObjectAt(body, "push_data") &&
      isTextAt(body, "repository.repo_full_name") &&
      isTextAt(body, "repository.region"),
  ],
  ["custom", ({ body }) => isObjectAt(body, "push_data") && hasBuildersNameOnly(body)],
  ["ghcr", ({ body }) => [body.get("package"), body.get("registry_package")].some(isObject)],
  ["ghcr", ({ body }) => isTextAt(body, "zen") && isObjectAt(body, "hook")],
  ["distribution", ({ body }) => isEnvelope(body)],
  ["quay", ({ body }) => !isAbsent(body, "repository") && (isTextAt(body, "docker_url") || body.has("updated_tags"))],
  [
    "harbor",
    ({ body }) => isObjectAt(body, "event_data") || (isTextAt(body, "event_type") && listAt(body, "events") !== null),
  ],
  // The events of charts have no request.
  ["azure", ({ body }) => isTextAt(body, "action") && isObjectAt(body, "target")],
  ["azure", ({ body }) => isEventGrid(body)],
  ["ecr", ({ body }) => isEventBridge(firstOf(body) ?? body)],
  ["ecr", ({ body }) => isTextAt(body, "TopicArn") && isTextAt(body, "Type")],
  ["gar", ({ body }) => isObjectAt(body, "message") && isTextAt(body, "subscription")],
  ["gar", ({ body }) => isNotificationOfGoogle(body)],
  ["jfrog", ({ body }) => isTextAt(body, "domain") && isTextAt(body, "event_type") && isObjectAt(body, "data")],
  [
    "nexus",
    ({ body }) => [body.get("component"), body.get("asset")].some(isObject) && isTextAt(body, "repositoryName"),
  ],
  ["generic", ({ body }) => isTextAt(body, "tag") && (isTextAt(body, "name") || isTextAt(body, "image"))],
  // Quay's and others' images are ids.
  ["generic", ({ body }) => textAt(body, "image").includes("/")],
];

/**
 * The registry types that a request can be of, by its headers and its shape: none, one, or several where it is
 * ambiguous. Tencent's, Huawei's and GitLab's look like others' and are never among them.
 */
export function detect(message: RegistryMessage): readonly string[] {
  const byHeader = seen(HEADERS, message);
  if (byHeader.length > 0) return byHeader;
  const byCloudEvent = cloudEventOf(message);
  if (byCloudEvent !== null) return [byCloudEvent];
  return seen(SHAPES, message);
}

const seen = (signs: readonly Sign[], message: RegistryMessage): readonly string[] => [
  ...new Set(signs.filter(([, isSeen]) => isSeen(message)).map(([type]) => type)),
];

// The one registry that all CloudEvents of a request are of; a mixed batch is each one's own.
function cloudEventOf(message: RegistryMessage): string | null {
  const events = cloudEventsOf(message);
  if (events === null) return null;
  const [owner = "cloudevents", ...others] = new Set(
    events.flatMap((event) => (event.kind === "ok" ? ownerOf(event.value.type) : [])),
  );
  return others.length === 0 ? owner : "cloudevents";
}

const isTextAt = (body: PayloadObject, path: string): boolean => textAt(body, path) !== "";
const isObjectAt = (body: PayloadObject, path: string): boolean => objectAt(body, path) !== null;

// A builder names the host and nothing that Docker Hub or Aliyun sends beside it.
const hasBuildersNameOnly = (body: PayloadObject): boolean =>
  isTextAt(body, "repository.repo_url") &&
  isAbsent(body, "repository.repo_name") &&
  isAbsent(body, "repository.repo_full_name");

const isEnvelope = (body: PayloadObject): boolean =>
  listAt(body, "events")?.some((event) => isObject(event) && isObject(event.get("target"))) ?? false;

const isEventBridge = (event: PayloadObject): boolean =>
  textAt(event, "source") === "aws.ecr" && isTextAt(event, "detail-type");

// Pub/Sub pushes it without its own message where the subscription says so.
const isNotificationOfGoogle = (body: PayloadObject): boolean =>
  ["INSERT", "DELETE"].includes(textAt(body, "action")) && (isTextAt(body, "tag") || isTextAt(body, "digest"));

const isEventGrid = (body: PayloadObject): boolean =>
  /^Microsoft\.(?:ContainerRegistry|EventGrid)\./.test(textAt(firstOf(body) ?? body, "eventType"));

// A request may hold a list of events of one kind.
function firstOf(body: PayloadObject): PayloadObject | null {
  const list = listAt(body, "root");
  if (list === null) return body;
  const [first] = list;
  return isObject(first) ? first : null;
}
