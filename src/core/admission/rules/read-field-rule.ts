import type { RE2JS } from "re2js";
import type { FieldReader } from "../../hook/fields.ts";
import { compileRegex } from "../../regex.ts";
import { parsePointer } from "../json-patch.ts";
import { toJson } from "./field-json.ts";
import { parseQuantity } from "./quantity.ts";
import { expectObject, expectResources, type RuleFrame } from "./read-match.ts";
import { contradictionsIn } from "./contradictions.ts";
import type { FieldRule, FieldType } from "./rule.ts";

const KEYS = ["name", "match", "path", "type", "min", "max", "enum", "pattern", "required", "immutable", "message"];
const JUDGED = ["type", "min", "max", "enum", "pattern"];
const TYPES: readonly FieldType[] = ["string", "number", "integer", "boolean", "array", "object"];
const MAX_KEYS = 20;
const MAX_VALUES = 200;
const MAX_PATTERN = 1_000;
const MAX_MESSAGE = 500;

/** Reads a rule about what a field may hold. */
export function readFieldRule(reader: FieldReader, frame: RuleFrame): FieldRule {
  reader.expectOnly(KEYS, "error");
  expectObject(reader, frame, ["CREATE", "UPDATE", "CONNECT"]);
  expectResources(reader);
  const message = reader.text("message", "");
  if (message.length > MAX_MESSAGE) reader.error("message", `is longer than ${String(MAX_MESSAGE)} characters`);
  const rule: FieldRule = {
    ...frame,
    path: readPath(reader),
    type: readType(reader),
    min: readBound(reader, "min"),
    max: readBound(reader, "max"),
    enum: readEnum(reader),
    pattern: readPattern(reader),
    required: reader.flag("required"),
    immutable: reader.flag("immutable"),
    message,
  };
  if (!rule.required && !rule.immutable && !JUDGED.some((key) => reader.has(key)))
    reader.error("name", `the rule asks for nothing: set ${JUDGED.join(", ")}, required or immutable`);
  for (const { key, why } of contradictionsIn(rule)) reader.error(key, why);
  return rule;
}

function readPath(reader: FieldReader): readonly string[] {
  const keys = parsePointer(reader.text("path", ""));
  if (keys !== null && keys.length > 0 && keys.length <= MAX_KEYS) return keys;
  reader.error(
    "path",
    `must be a JSON Pointer of ${String(MAX_KEYS)} keys at most, * for each item: /spec/template/spec/containers/*/name`,
  );
  return [];
}

function readType(reader: FieldReader): FieldType | null {
  if (!reader.has("type")) return null;
  const text = reader.text("type", "");
  const type = TYPES.find((known) => known === text);
  if (type === undefined) reader.error("type", `must be one of ${TYPES.join(", ")}`);
  return type ?? null;
}

function readBound(reader: FieldReader, key: "min" | "max"): number | null {
  if (!reader.has(key)) return null;
  const bound = parseQuantity(reader.text(key, ""));
  if (bound === null) reader.error(key, "must be a number, or a quantity such as 500m or 2Gi");
  return bound;
}

function readEnum(reader: FieldReader): readonly unknown[] | null {
  if (!reader.has("enum")) return null;
  const values = reader.list("enum");
  if (values.length === 0) reader.error("enum", "names no value: nothing could pass");
  if (values.length > MAX_VALUES) reader.error("enum", `has more than ${String(MAX_VALUES)} values`);
  return values.slice(0, MAX_VALUES).map(toJson);
}

function readPattern(reader: FieldReader): RE2JS | null {
  if (!reader.has("pattern")) return null;
  const text = reader.text("pattern", "");
  if (text.length > MAX_PATTERN) reader.error("pattern", `is longer than ${String(MAX_PATTERN)} characters`);
  const compiled = compileRegex(text.slice(0, MAX_PATTERN));
  if (compiled.kind === "error") reader.error("pattern", compiled.error);
  return compiled.kind === "ok" ? compiled.value : null;
}
