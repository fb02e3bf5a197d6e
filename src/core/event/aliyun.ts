import type { PayloadObject } from "../hook/payload.ts";
import { hasNoTag, readPushed, textAt } from "./body.ts";
import { ignored, rejected, type EventReading } from "./push-event.ts";

const REGION = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
const LOCAL_TIME = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})$/;

/** Reads Aliyun Container Registry's trigger, personal edition: the host follows from the region. */
export function readAliyun(body: PayloadObject): EventReading {
  if (hasNoTag(body)) return ignored("no tag");
  const region = textAt(body, "repository.region");
  if (!REGION.test(region)) return rejected("repository.region", "is missing or not a region, such as cn-shanghai");
  const path = textAt(body, "repository.repo_full_name");
  if (path === "") return rejected("repository.repo_full_name", "is missing");
  return readPushed(body, {
    name: `registry.${region}.aliyuncs.com/${path}`,
    nameField: "repository.repo_full_name",
    pushedAt: readTime(textAt(body, "push_data.pushed_at")),
  });
}

// Aliyun gives the local time of China (UTC+8) without a zone.
function readTime(text: string): string | null {
  const [, day, time] = LOCAL_TIME.exec(text) ?? [];
  if (day === undefined || time === undefined) return null;
  const date = new Date(`${day}T${time}+08:00`);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
