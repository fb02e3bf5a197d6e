import { isAbsent, textAt } from "../hook/payload-at.ts";
import { regionOf } from "../image/network.ts";
import { isAliyunRegion, NOT_A_REGION, readAliyunEvent } from "./aliyun-event.ts";
import { readCloudEvents } from "./cloud-event.ts";
import { ignored, rejected, type EventReading } from "./push-event.ts";
import { readImage } from "./read-image.ts";
import type { RegistryMessage } from "./registry-message.ts";
import { readLocalTime } from "./time.ts";

// Aliyun gives the local time of China, without a zone.
const TIME_ZONE = "+08:00";

/** Reads Aliyun Container Registry's trigger, or its events as Aliyun's EventBridge brings them. */
export const readAliyun = (message: RegistryMessage): EventReading =>
  readCloudEvents(message, (event) => readAliyunEvent(event, message.host)) ?? readTrigger(message);

// The trigger names the region and no host: without the hook's registry-host every host of that region is meant, of
// the personal as of the enterprise edition.
function readTrigger({ body, host, timeZone }: RegistryMessage): EventReading {
  if (isAbsent(body, "push_data.tag")) return ignored("no tag");
  const region = textAt(body, "repository.region");
  if (!isAliyunRegion(region)) return rejected("repository.region", NOT_A_REGION);
  const regionOfHost = regionOf(host) ?? region;
  if (regionOfHost !== region)
    return rejected("repository.region", `is ${region}, and the hook's registry-host is in ${regionOfHost}`);
  const path = textAt(body, "repository.repo_full_name");
  if (path === "") return rejected("repository.repo_full_name", "is missing");
  return readImage({
    host: host === "" ? { field: "repository.region", text: hostOf(region) } : { field: "registry-host", text: host },
    path: { field: "repository.repo_full_name", text: path },
    tag: { field: "push_data.tag", text: textAt(body, "push_data.tag") },
    digest: textAt(body, "push_data.digest"),
    pushedAt: readLocalTime(textAt(body, "push_data.pushed_at"), timeZone || TIME_ZONE),
    delivery: "",
    isHostImplied: host === "",
  });
}

const hostOf = (region: string): string => `registry.${region}.aliyuncs.com`;
