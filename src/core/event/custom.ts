import { ignored, rejected, type EventReading } from "./push-event.ts";
import { readImage } from "./read-image.ts";
import { isAbsent, textAt, type RegistryMessage } from "./registry-message.ts";
import { joinPath } from "./sent-name.ts";
import { readRfc3339 } from "./time.ts";

const FIELDS = ["repository.repo_url", "repository.namespace", "repository.name", "push_data.tag"] as const;

/** Reads the body that a builder such as Jenkins posts: a registry's host, a namespace, a name and a tag. */
export function readCustom({ body }: RegistryMessage): EventReading {
  if (isAbsent(body, "push_data.tag")) return ignored("no tag");
  for (const field of FIELDS) {
    const text = textAt(body, field);
    if (text === "") return rejected(field, "is missing, empty, or not a text in double quotes");
    if (text.includes("${"))
      return rejected(field, "holds a variable that the shell did not replace: quote the body with double quotes");
  }
  const [host, namespace, name] = [
    textAt(body, "repository.repo_url"),
    textAt(body, "repository.namespace"),
    textAt(body, "repository.name"),
  ];
  return readImage({
    host: { field: "repository.repo_url", text: host },
    path: joinPath(host, { field: "repository.namespace", text: namespace }, { field: "repository.name", text: name }),
    tag: { field: "push_data.tag", text: textAt(body, "push_data.tag") },
    digest: textAt(body, "push_data.digest"),
    pushedAt: readRfc3339(textAt(body, "push_data.pushed_at")),
    delivery: "",
  });
}
