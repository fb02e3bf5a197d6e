import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Node's options in the image's ENTRYPOINT: what runs elsewhere in the pod's place runs with the same. */
export function nodeOptionsOfImage(): readonly string[] {
  const dockerfile = readFileSync(join(import.meta.dirname, "../../Dockerfile"), "utf8");
  const [, list = ""] = /^ENTRYPOINT (\[.*\])$/m.exec(dockerfile) ?? [];
  const [node, ...words] = JSON.parse(list) as readonly string[];
  if (node !== "node")
    throw new Error("the Dockerfile's ENTRYPOINT is no longer node: scripts/pod/entrypoint.ts reads it");
  return words.filter((word) => word.startsWith("--"));
}
