import { isAbsent, textAt } from "../hook/payload-at.ts";
import { ignored, rejected, type EventReading } from "./push-event.ts";
import { joinPath, readImage, type Sent } from "./read-image.ts";
import type { RegistryMessage } from "./registry-message.ts";
import { readRfc3339 } from "./time.ts";

const FIELDS = ["repository.repo_url", "repository.namespace", "repository.name", "push_data.tag"] as const;

/**
 * Reads the body that a builder such as Jenkins posts: a registry's host, a namespace, a name and a tag. Its
 * id is the header Idempotency-Key.
 */
export function readCustom({ body, header }: RegistryMessage): EventReading {
  if (isAbsent(body, "push_data.tag")) return ignored("no tag");
  for (const field of FIELDS) {
    const text = textAt(body, field);
    if (text === "") return rejected(field, "is missing, empty, or not a text in double quotes");
    if (text.includes("${"))
      return rejected(field, "holds a variable that the shell did not replace: quote the body with double quotes");
  }
  const sent = (field: string): Sent => ({ field, text: textAt(body, field) });
  return readImage({
    host: sent("repository.repo_url"),
    path: joinPath(sent("repository.namespace"), sent("repository.name")),
    tag: sent("push_data.tag"),
    digest: textAt(body, "push_data.digest"),
    pushedAt: readRfc3339(textAt(body, "push_data.pushed_at")),
    delivery: header("idempotency-key"),
  });
}
