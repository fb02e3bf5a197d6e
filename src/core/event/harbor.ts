import { isObject, type PayloadObject, type PayloadValue } from "../hook/payload.ts";
import { isAbsent, listAt, numberAt, objectAt, textAt } from "../hook/payload-at.ts";
import { parseSentReference } from "../image/sent-reference.ts";
import { readCloudEvents, type CloudEvent } from "./cloud-event.ts";
import { otherKind } from "./other-kind.ts";
import { combine, ignored, rejected, type EventReading } from "./push-event.ts";
import { readImage, type Sent } from "./read-image.ts";
import type { RegistryMessage } from "./registry-message.ts";
import { readEpochSeconds } from "./time.ts";

// Harbor 2 and Harbor 1. Charts of Harbor's former chart museum have types of their own.
const PUSHES: readonly string[] = ["PUSH_ARTIFACT", "pushImage"];
const CLOUD_EVENT_PUSH = "harbor.artifact.pushed";

// What the formats that name resources have in common, however it is wrapped.
interface Push {
  readonly data: PayloadObject;
  readonly field: (path: string) => string;
  readonly pushedAt: string | null;
  readonly delivery: string;
  readonly host: string;
}

/** Reads Harbor's webhook: the formats Default and CloudEvents of Harbor 2, and those of Harbor 1. */
export const readHarbor = (message: RegistryMessage): EventReading =>
  readCloudEvents(message, (event) => readHarborEvent(event, message.host)) ?? readHarborHook(message);

/** Reads a CloudEvent of Harbor's. */
export function readHarborEvent({ type, data, dataField, time, id }: CloudEvent, host: string): EventReading {
  if (type !== CLOUD_EVENT_PUSH) return otherKind("type", type);
  return readResources({ data, field: dataField, pushedAt: time, delivery: id, host });
}

/** Reads the format Default, and that of the first Harbor with webhooks, which has `event_type` and `events`. */
export function readHarborHook({ body, host }: RegistryMessage): EventReading {
  const isFirst = isAbsent(body, "type") && !isAbsent(body, "event_type");
  const field = isFirst ? "event_type" : "type";
  const type = textAt(body, field);
  if (type === "") return rejected(field, "is missing or no text");
  if (!PUSHES.includes(type)) return otherKind("type", type);
  if (isFirst)
    return eachOf(
      body,
      "events",
      (path) => path,
      (event, at) => readFirst(event, at, host),
    );
  const data = objectAt(body, "event_data");
  if (data === null) return rejected("event_data", "is missing or no object");
  return readResources({
    data,
    field: (path) => `event_data.${path}`,
    pushedAt: readEpochSeconds(numberAt(body, "occur_at")),
    delivery: "",
    host,
  });
}

function eachOf(
  data: PayloadObject,
  list: string,
  field: (path: string) => string,
  read: (item: PayloadObject, at: string) => EventReading,
): EventReading {
  const items = listAt(data, list);
  if (items === null) return rejected(field(list), "is missing or no list");
  const one = (item: PayloadValue, index: number): EventReading => {
    const at = field(`${list}.${String(index)}`);
    return isObject(item) ? read(item, at) : rejected(at, "is no object");
  };
  return combine(items.map(one), ignored(`no ${list}`));
}

// Its documentation shows `trigger_time` in no unit that makes sense.
function readFirst(event: PayloadObject, at: string, host: string): EventReading {
  if (isAbsent(event, "tag")) return ignored("no tag");
  return readImage({
    host: { field: "registry-host", text: host },
    path: { field: `${at}.full_name`, text: textAt(event, "full_name") },
    tag: { field: `${at}.tag`, text: textAt(event, "tag") },
    digest: "",
    pushedAt: null,
    delivery: "",
  });
}

const readResources = (push: Push): EventReading =>
  eachOf(push.data, "resources", push.field, (resource, at) => readResource(resource, at, push));

// What resource_url has wins: its host, its tag, its digest. A tag beside its own must be one all the same.
function readResource(resource: PayloadObject, at: string, push: Push): EventReading {
  const field = `${at}.resource_url`;
  const url = parseSentReference(textAt(resource, "resource_url"));
  const tags: readonly Sent[] = [
    ...(isAbsent(resource, "tag") ? [] : [{ field: `${at}.tag`, text: textAt(resource, "tag") }]),
    ...(url.tag === "" ? [] : [{ field, text: url.tag }]),
  ];
  const readings = tags.map((tag) =>
    readImage({
      host:
        url.host === "" && push.host !== "" ? { field: "registry-host", text: push.host } : { field, text: url.host },
      path: isAbsent(resource, "resource_url") ? fullNameOf(push) : { field, text: url.path },
      tag,
      digest: url.digest || textAt(resource, "digest"),
      pushedAt: push.pushedAt,
      delivery: push.delivery,
    }),
  );
  return readings.find(({ kind }) => kind === "rejected") ?? readings.at(-1) ?? ignored("no tag");
}

const fullNameOf = ({ data, field }: Push): Sent => ({
  field: field("repository.repo_full_name"),
  text: textAt(data, "repository.repo_full_name"),
});
