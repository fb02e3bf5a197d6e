import { readTypedDocuments } from "../hook/document.ts";
import { fail, ok, type Result } from "../result.ts";
import { isJsonObject, type JsonObject } from "./json-object.ts";
import { toJson } from "./rules/field-json.ts";

/** Reads objects of Kubernetes from YAML or JSON, several documents with `---` between them; the error has the place. */
export function readObjects(file: string, text: string): Result<readonly JsonObject[], string> {
  const read = readTypedDocuments(text);
  if (read.kind === "error") {
    const { at, message } = read.error;
    return fail(`${file}:${String(at.line)}:${String(at.column)}: ${message}`);
  }
  const objects: JsonObject[] = [];
  for (const field of read.value) {
    const object = toJson(field);
    if (!isJsonObject(object)) return fail(`${file}:${String(field.at.line)}:${String(field.at.column)}: is no object`);
    objects.push(...itemsOf(object));
  }
  return objects.length === 0 ? fail(`${file}: holds no object`) : ok(objects);
}

// What kubectl get prints of several objects.
const itemsOf = (object: JsonObject): readonly JsonObject[] =>
  object["kind"] === "List" && Array.isArray(object["items"]) ? object["items"].filter(isJsonObject) : [object];
