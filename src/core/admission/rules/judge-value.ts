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
  return [{ reason: "FieldValueInvalid", message: size.say(bounds(min, max)) }];
}

function bounds(min: number | null, max: number | null): string {
  if (min !== null && max !== null) return `between ${String(min)} and ${String(max)}`;
  return min === null ? `at most ${String(max)}` : `at least ${String(min)}`;
}

interface Size {
  readonly of: number;
  readonly say: (bounds: string) => string;
}

// A text that is a quantity counts as one, unless the rule says that it is a text. What has no size has no bounds.
function sizeOf(value: unknown, type: FieldType | null): Size | null {
  if (typeof value === "number") return amount(value, String(value));
  if (Array.isArray(value)) return count(value.length, "items");
  if (typeof value !== "string") return null;
  const quantity = type === "string" ? null : parseQuantity(value);
  return quantity === null ? count(lengthOf(value), "characters") : amount(quantity, value);
}

const amount = (of: number, shown: string): Size => ({ of, say: (bounds) => `must be ${bounds}, and is ${shown}` });

const count = (of: number, what: string): Size => ({
  of,
  say: (bounds) => `must have ${bounds} ${what}, and has ${String(of)}`,
});

// In characters, as the API counts, and not in the halves that UTF-16 makes of some.
const lengthOf = (text: string): number => text.replace(/[\u{10000}-\u{10ffff}]/gu, "x").length;

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
