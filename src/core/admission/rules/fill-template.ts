import type { AdmissionRequest } from "../request.ts";
import { isJsonObject } from "../json-object.ts";
import { toLabelValue } from "./label-value.ts";
import { nameOf } from "./subject.ts";

const PART = /\$\$|\$\{([a-z]{1,20})\}/g;

const WORDS: ReadonlyMap<string, (request: AdmissionRequest) => string> = new Map([
  ["user", ({ userInfo }: AdmissionRequest) => userInfo.username],
  ["namespace", ({ namespace }: AdmissionRequest) => namespace],
  ["name", (request: AdmissionRequest) => nameOf(request)],
  ["operation", ({ operation }: AdmissionRequest) => operation],
  ["kind", ({ kind }: AdmissionRequest) => kind.kind],
]);

/**
 * A configured value with the templates of its texts filled in from a request. The value of a label that has one is made
 * valid, since the API server would refuse the object for it. `keys` says where the value will stand.
 */
export function fillTemplates(value: unknown, keys: readonly string[], request: AdmissionRequest): unknown {
  if (typeof value === "string") return fillText(value, keys, request);
  if (Array.isArray(value)) return value.map((item, index) => fillTemplates(item, [...keys, String(index)], request));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, fillTemplates(item, [...keys, key], request)]),
  );
}

function fillText(text: string, keys: readonly string[], request: AdmissionRequest): string {
  const filled = text.replace(PART, (part: string, name: string | undefined) =>
    name === undefined ? "$" : (WORDS.get(name)?.(request) ?? part),
  );
  return filled !== text && keys.at(-2) === "labels" ? toLabelValue(filled) : filled;
}

/** The templates in the texts of a value that stand for nothing. A `$` that begins none is left as it is. */
export function unknownWords(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(unknownWords);
  if (isJsonObject(value)) return Object.values(value).flatMap(unknownWords);
  if (typeof value !== "string") return [];
  const parts = [...value.matchAll(/\$\$|\$\{([^}]*)\}?/g)];
  return parts.flatMap(([part, name]) => (name === undefined || (WORDS.has(name) && part.endsWith("}")) ? [] : [part]));
}
