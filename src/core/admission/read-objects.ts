import { readTypedDocument } from "../hook/document.ts";
import { fail, ok, type Result } from "../result.ts";
import { isJsonObject, type JsonObject } from "./json-object.ts";
import { toJson } from "./rules/field-json.ts";

/** Reads objects of Kubernetes from YAML or JSON, several documents with `---` between them; the error has the place. */
export function readObjects(file: string, text: string): Result<readonly JsonObject[], string> {
  const objects: JsonObject[] = [];
  let line = 1;
  for (const part of text.split(/^---[ \t]*(?:#.*)?$/m)) {
    const read = readTypedDocument(part);
    if (read.kind === "error") {
      const { at, message } = read.error;
      return fail(`${file}:${String(line + at.line - 1)}:${String(at.column)}: ${message}`);
    }
    const value = read.value === null ? null : toJson(read.value);
    if (value !== null && !isJsonObject(value)) return fail(`${file}:${String(line)}: is no object`);
    if (value !== null) objects.push(value);
    line += part.split("\n").length - 1;
  }
  return objects.length === 0 ? fail(`${file}: holds no object`) : ok(objects);
}
