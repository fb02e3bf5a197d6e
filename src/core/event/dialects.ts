import { fail, ok, type Result } from "../result.ts";
import { lookUp, type PayloadObject } from "../hook/payload.ts";
import { readAliyun } from "./aliyun.ts";
import { readCustom } from "./custom.ts";
import { readDockerHub } from "./dockerhub.ts";
import type { EventReading } from "./push-event.ts";

/** Reads one registry's body. */
export type Dialect = (body: PayloadObject) => EventReading;

const DIALECTS: ReadonlyMap<string, Dialect> = new Map([
  ["aliyun", readAliyun],
  ["dockerhub", readDockerHub],
  ["custom", readCustom],
]);

/** The registry types that a hook or a trigger URL may name. */
export const REGISTRY_TYPES: readonly string[] = [...DIALECTS.keys()];

/** The dialect of a registry type; without a type it is told by the body's own fields. */
export function dialectOf(type: string, body: PayloadObject): Result<Dialect, string> {
  const name = type === "" ? detect(body) : type;
  const dialect = DIALECTS.get(name);
  if (dialect !== undefined) return ok(dialect);
  return fail(`unsupported registry type "${name.slice(0, 40)}": use one of ${REGISTRY_TYPES.join(", ")}`);
}

function detect(body: PayloadObject): string {
  if (lookUp(body, "repository.repo_full_name") !== undefined) return "aliyun";
  return lookUp(body, "repository.repo_name") !== undefined ? "dockerhub" : "custom";
}
