import { isAbsent, textAt } from "../hook/payload-at.ts";
import { fail, ok, type Result } from "../result.ts";
import type { CloudEvent } from "./cloud-event.ts";
import { otherKind } from "./other-kind.ts";
import { ignored, rejected, type EventReading, type Rejection } from "./push-event.ts";
import { joinPath, readImage, type Sent } from "./read-image.ts";

const REGION = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
const INSTANCE = /^[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?$/;

/** True for a text that can be a region of Aliyun. */
export const isAliyunRegion = (text: string): boolean => REGION.test(text);

/** Why a text is refused that cannot be one. */
export const NOT_A_REGION = "is missing or not a region, such as cn-shanghai";

/**
 * Reads an event of Aliyun's EventBridge. It names an instance of the enterprise edition and its region; where it names
 * no instance, the hook's registry-host tells the host.
 */
export function readAliyunEvent(event: CloudEvent, registryHost: string): EventReading {
  const { type, source, data } = event;
  if (type !== "cr:Artifact:PushCompleted") return otherKind("type", type);
  if (source === "") return rejected(event.attributeField("source"), "is missing or no text");
  if (source !== "acs.cr") return otherKind("source", source);
  if (isAbsent(data, "Tag")) return ignored("no tag");
  const host = readHost(event, registryHost);
  if (host.kind === "error") return host.error;
  return readImage({
    host: host.value,
    path: joinPath(sentIn(event, "RepoNamespaceName"), sentIn(event, "RepoName")),
    tag: sentIn(event, "Tag"),
    digest: "",
    pushedAt: event.time,
    delivery: event.id,
  });
}

function readHost(event: CloudEvent, registryHost: string): Result<Sent, Rejection> {
  if (registryHost !== "" && isAbsent(event.data, "InstanceName"))
    return ok({ field: "registry-host", text: registryHost });
  const [instance, region] = [sentIn(event, "InstanceName"), sentIn(event, "RegionId")];
  if (!INSTANCE.test(instance.text)) return fail(rejected(instance.field, "is missing or not an instance's name"));
  if (!isAliyunRegion(region.text)) return fail(rejected(region.field, NOT_A_REGION));
  return ok({ field: instance.field, text: `${instance.text}-registry.${region.text}.cr.aliyuncs.com` });
}

const sentIn = ({ data, dataField }: CloudEvent, name: string): Sent => ({
  field: dataField(name),
  text: textAt(data, name),
});
