import type { PayloadObject } from "../hook/payload.ts";
import { parseRepository } from "../image/reference.ts";
import { hasNoTag, readPushed, textAt } from "./body.ts";
import { ignored, rejected, type EventReading } from "./push-event.ts";

const FIELDS = ["repository.repo_url", "repository.namespace", "repository.name", "push_data.tag"] as const;
// A host, and not a user's name: it has a dot or a port, or is localhost.
const HOST = /^(?:localhost|[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}|[A-Za-z0-9-]{1,63}(?=:))(?::\d{1,5})?$/;
const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

/** Reads the body that a builder such as Jenkins posts: a registry's host, a namespace, a name and a tag. */
export function readCustom(body: PayloadObject): EventReading {
  if (hasNoTag(body)) return ignored("no tag");
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
  if (!HOST.test(host))
    return rejected("repository.repo_url", "must be a registry's host alone, such as registry.example.com:5000");
  const wrong = wrongPart(host, namespace);
  return (
    wrong ??
    readPushed(body, {
      name: `${host}/${namespace}/${name}`,
      nameField: "repository.name",
      pushedAt: readTime(textAt(body, "push_data.pushed_at")),
    })
  );
}

// Which of the parts makes the whole no repository; null when at most the name does.
function wrongPart(host: string, namespace: string): EventReading | null {
  const withHost = parseRepository(`${host}/name`);
  if (withHost.kind === "error") return rejected("repository.repo_url", withHost.error);
  const withNamespace = parseRepository(`${host}/${namespace}`);
  return withNamespace.kind === "error" ? rejected("repository.namespace", withNamespace.error) : null;
}

function readTime(text: string): string | null {
  if (!RFC_3339.test(text)) return null;
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
