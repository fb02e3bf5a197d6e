import { clip } from "../../clip.ts";
import { isJsonObject } from "../json-object.ts";
import { parseQuantity } from "./quantity.ts";
import { isSameValue } from "./same-value.ts";
import type { FieldRule, FieldType } from "./rule.ts";

/** What is wrong with a value, with the API's word for it (`causes` of a `Status`). */
export interface ValueFault {
  readonly reason: "FieldValueTypeInvalid" | "FieldValueInvalid" | "FieldValueNotSupported" | "FieldValueRequired";
  readonly message: string;
}

const MAX_SHOWN = 60;
const MAX_SHOWN_VALUES = 20;
const MAX_MATCHED_LENGTH = 65_536;

/** What a rule finds wrong with a value that is there. The message shows the value unless it is to be hidden. */
export function judgeValue(rule: FieldRule, value: unknown, isHidden = false): readonly ValueFault[] {
  const got = isHidden ? "is not" : `is ${show(value)}`;
  if (rule.type !== null && !isOfType(value, rule.type))
    return [{ reason: "FieldValueTypeInvalid", message: `must be of type ${rule.type}, and is ${typeOf(value)}` }];
  return [...boundFaults(rule, value), ...enumFaults(rule, value, got), ...patternFaults(rule, value, got)];
}

function isOfType(value: unknown, type: FieldType): boolean {
  const is = typeOf(value);
  return is === type || (is === "integer" && type === "number");
}

function typeOf(value: unknown): FieldType | "null" {
  if (Array.isArray(value)) return "array";
  if (isJsonObject(value)) return "object";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  if (typeof value === "string") return "string";
  return typeof value === "boolean" ? "boolean" : "null";
}

function boundFaults({ type, min, max }: FieldRule, value: unknown): readonly ValueFault[] {
  const size = sizeOf(value, type);
  if (size === null || ((min === null || size.of >= min) && (max === null || size.of <= max))) return [];
  return [{ reason: "FieldValueInvalid", message: `must be ${bounds(min, max)}${size.unit}, and is ${size.shown}` }];
}

function bounds(min: number | null, max: number | null): string {
  if (min !== null && max !== null) return `between ${String(min)} and ${String(max)}`;
  return min === null ? `${String(max)} at most` : `${String(min)} at least`;
}

interface Size {
  readonly of: number;
  readonly unit: string;
  readonly shown: string;
}

// A text that is a quantity counts as one, unless the rule says that it is a text. What has no size has no bounds.
function sizeOf(value: unknown, type: FieldType | null): Size | null {
  if (typeof value === "number") return { of: value, unit: "", shown: String(value) };
  if (Array.isArray(value)) return { of: value.length, unit: " items", shown: String(value.length) };
  if (typeof value !== "string") return null;
  const quantity = type === "string" ? null : parseQuantity(value);
  if (quantity !== null) return { of: quantity, unit: "", shown: value };
  const length = lengthOf(value);
  return { of: length, unit: " characters long", shown: String(length) };
}

// In characters, as the API counts, not in UTF-16's halves.
function lengthOf(text: string): number {
  let length = 0;
  for (let at = 0; at < text.length; at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1) length++;
  return length;
}

function enumFaults({ enum: values }: FieldRule, value: unknown, got: string): readonly ValueFault[] {
  if (values === null || values.some((known) => isSameValue(known, value))) return [];
  const shown = values.slice(0, MAX_SHOWN_VALUES).map(show);
  const more = values.length > shown.length ? `, and ${String(values.length - shown.length)} more` : "";
  return [{ reason: "FieldValueNotSupported", message: `must be one of ${shown.join(", ")}${more}, and ${got}` }];
}

function patternFaults({ pattern }: FieldRule, value: unknown, got: string): readonly ValueFault[] {
  if (pattern === null) return [];
  const fault = (message: string): readonly ValueFault[] => [{ reason: "FieldValueInvalid", message }];
  if (typeof value !== "string") return fault(`must be a text, and is ${typeOf(value)}`);
  if (value.length > MAX_MATCHED_LENGTH)
    return fault(`must have ${String(MAX_MATCHED_LENGTH)} characters at most to be matched`);
  return pattern.testExact(value) ? [] : fault(`must match ${clip(pattern.pattern(), MAX_SHOWN * 2)}, and ${got}`);
}

function show(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${String(value.length)}`;
  if (isJsonObject(value)) return "an object";
  return typeof value === "string" ? JSON.stringify(clip(value, MAX_SHOWN)) : String(value);
}
