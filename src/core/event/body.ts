import { lookUp, type PayloadObject } from "../hook/payload.ts";
import { parseDigest, parseRepository, parseTag } from "../image/reference.ts";
import { push, rejected, type EventReading, type PushEvent } from "./push-event.ts";

/** The text at a path of a body; empty when there is none or when it is no text. */
export function textAt(body: PayloadObject, path: string): string {
  const value = lookUp(body, path);
  return typeof value === "string" ? value : "";
}

/** The number at a path of a body, or null. */
export function numberAt(body: PayloadObject, path: string): number | null {
  const value = lookUp(body, path);
  const isNumber = typeof value === "object" && value !== null && "literal" in value;
  return isNumber ? Number(value.literal) : null;
}

/** What a registry's body says of a push; `name` is the repository with its host, already put together. */
export interface Pushed {
  readonly name: string;
  readonly nameField: string;
  readonly pushedAt: string | null;
}

/** Finishes a push: checks the repository, the tag and the digest. A digest that is none is dropped, the tag counts. */
export function readPushed(body: PayloadObject, { name, nameField, pushedAt }: Pushed): EventReading {
  const tag = parseTag(textAt(body, "push_data.tag"));
  if (tag === null) return rejected("push_data.tag", "is not a tag: letters, digits, _ . - and at most 128 of them");
  const repository = parseRepository(name);
  if (repository.kind === "error") return rejected(nameField, repository.error);
  const event: PushEvent = {
    repository: repository.value,
    tag,
    digest: parseDigest(textAt(body, "push_data.digest")),
    pushedAt,
  };
  return push(event);
}

/** True when a body has no tag, as the test message that Docker Hub sends when a webhook is added. */
export const hasNoTag = (body: PayloadObject): boolean => {
  const tag = lookUp(body, "push_data.tag");
  return tag === undefined || tag === null || tag === "";
};
