import { isObject, parseJsonPayload, type PayloadObject, type PayloadValue } from "../hook/payload.ts";
import { listAt, objectAt, textAt } from "../hook/payload-at.ts";
import { fail, ok, type Result } from "../result.ts";
import { combine, ignored, rejected, type EventReading, type Rejection } from "./push-event.ts";
import type { RegistryMessage } from "./registry-message.ts";
import { readRfc3339 } from "./time.ts";

/** One CloudEvent, in whichever mode it came. */
export interface CloudEvent {
  readonly type: string;
  readonly source: string;
  /** Empty when there is none, as `source` is. */
  readonly id: string;
  /** RFC 3339 in UTC; null where the event does not say. */
  readonly time: string | null;
  /** What the event says; empty when that is no object. */
  readonly data: PayloadObject;
  /** How the sender knows a field of the data: `data.tag`, or `tag` where the body is the data. */
  readonly dataField: (path: string) => string;
  /** How the sender knows an attribute: `source`, or the header `ce-source`. */
  readonly attributeField: (name: string) => string;
}

// The first that fits is the registry of a type; the others are no registry's own.
const OWNERS: readonly (readonly [type: string, prefix: string])[] = [
  ["zot", "zotregistry."],
  ["harbor", "harbor."],
  ["azure", "Microsoft.ContainerRegistry."],
  ["azure", "Microsoft.EventGrid."],
  ["aliyun", "cr:"],
];

/** The registry type whose events have such a type, or `cloudevents` for those that are no registry's own. */
export const ownerOf = (type: string): string =>
  OWNERS.find(([, prefix]) => type.startsWith(prefix))?.[0] ?? "cloudevents";

/**
 * The CloudEvents of a request by HTTP's protocol binding: one in the body, a batch of them in an array, or one whose
 * attributes are headers (`ce-type`). A body in structured mode is known by its content too. Null where it is none.
 */
export function cloudEventsOf({ body, header }: RegistryMessage): readonly Result<CloudEvent, Rejection>[] | null {
  const isStructured = header("content-type").toLowerCase().startsWith("application/cloudevents");
  if (!isStructured && header("ce-specversion") !== "") return [ofHeaders(body, header)];
  const batch = listAt(body, "root");
  const items = batch ?? [body];
  if (!isStructured && !items.some(hasVersion)) return null;
  return items.map((item, index) => ofBody(item, batch === null ? "" : `root.${String(index)}.`));
}

/** Reads each CloudEvent of a request; null where it is none. */
export function readCloudEvents(
  message: RegistryMessage,
  read: (event: CloudEvent) => EventReading,
): EventReading | null {
  const readings = cloudEventsOf(message)?.map((event) => (event.kind === "ok" ? read(event.value) : event.error));
  return readings === undefined ? null : combine(readings, ignored("no events"));
}

const hasVersion = (item: PayloadValue): boolean => isObject(item) && textAt(item, "specversion") !== "";

function ofHeaders(body: PayloadObject, header: RegistryMessage["header"]): Result<CloudEvent, Rejection> {
  return withType({
    ...attributesOf((name) => decodeHeader(header(`ce-${name}`))),
    data: body,
    dataField: (path) => path,
    attributeField: (name) => `ce-${name}`,
  });
}

function ofBody(item: PayloadValue, at: string): Result<CloudEvent, Rejection> {
  if (!isObject(item) || !hasVersion(item))
    return fail(rejected(`${at}specversion`, "is missing: it is no CloudEvent"));
  return withType({
    ...attributesOf((name) => textAt(item, name)),
    data: dataOf(item),
    dataField: (path) => `${at}data.${path}`,
    attributeField: (name) => `${at}${name}`,
  });
}

const attributesOf = (attribute: (name: string) => string): Pick<CloudEvent, "type" | "source" | "id" | "time"> => ({
  type: attribute("type"),
  source: attribute("source"),
  id: attribute("id"),
  time: readRfc3339(attribute("time")),
});

const withType = (event: CloudEvent): Result<CloudEvent, Rejection> =>
  event.type === "" ? fail(rejected(event.attributeField("type"), "is missing or no text")) : ok(event);

// Some senders put the data's JSON into a text, or into base64 as the format allows for bytes.
function dataOf(event: PayloadObject): PayloadObject {
  const data = objectAt(event, "data");
  if (data !== null) return data;
  const text = textAt(event, "data") || Buffer.from(textAt(event, "data_base64"), "base64").toString("utf8");
  const parsed = parseJsonPayload(text);
  return parsed.kind === "ok" ? parsed.value : new Map();
}

// The binding percent-encodes what a header cannot carry.
function decodeHeader(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
