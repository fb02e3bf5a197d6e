import { clip } from "../../clip.ts";
import type { Field } from "../../hook/field.ts";
import type { FieldReader } from "../../hook/fields.ts";
import { parsePointer } from "../json-patch.ts";
import { toJson } from "./field-json.ts";
import { unknownWords } from "./fill-template.ts";
import { faultOfMetadata } from "./metadata-fault.ts";
import { isListKey } from "./places.ts";
import { expectObject, expectResources, type RuleFrame } from "./read-match.ts";
import type { DefaultRule, DefaultValue } from "./rule.ts";

const MAX_VALUES = 100;
const MAX_KEYS = 20;
// What makes an object the one that it is, and what its controller says of it.
const FIXED = ["apiVersion", "kind", "status"];
// No patch may have these.
const REFUSED_KEYS = ["__proto__", "constructor", "prototype"];

/** Reads a rule about what is set where it is absent. */
export function readDefaultRule(reader: FieldReader, frame: RuleFrame): DefaultRule {
  reader.expectOnly(["name", "match", "set"], "error");
  expectObject(reader, frame, ["CREATE", "UPDATE"]);
  expectResources(reader);
  const set = reader.field("set");
  const entries = set?.kind === "map" ? [...set.entries.values()] : [];
  if (entries.length === 0)
    reader.error("set", "must be a map of JSON Pointers and values: set: {/metadata/labels/team: web}");
  if (entries.length > MAX_VALUES) reader.error("set", `has more than ${String(MAX_VALUES)} entries`);
  return { ...frame, set: entries.slice(0, MAX_VALUES).flatMap(({ key, value }) => readValue(reader, key, value)) };
}

function readValue(reader: FieldReader, pointer: string, field: Field): readonly DefaultValue[] {
  const keys = parsePointer(pointer) ?? [];
  const value = toJson(field);
  const shown = JSON.stringify(clip(pointer, 120));
  const fault = faultOfPlace(keys) || faultOfMetadata(keys, value);
  if (fault !== "") reader.errorAt(field.at, "set", `${shown} ${fault}`);
  if (value === null) reader.errorAt(field.at, "set", `${shown} has no value: name the one to set`);
  for (const word of unknownWords(value)) reader.errorAt(field.at, "set", `${shown}: ${clip(word, 40)} ${NO_TEMPLATE}`);
  return [{ pointer, keys, value }];
}

const NO_TEMPLATE = "is no template: use ${user}, ${namespace}, ${name}, ${operation} or ${kind}, and $$ for $";
const NO_POINTER =
  "is no JSON Pointer: begin with /, and write ~1 for / and ~0 for ~ in a key: /metadata/labels/example.com~1team";

// Empty where a value can be set there.
function faultOfPlace(keys: readonly string[]): string {
  const [first] = keys;
  if (first === undefined) return NO_POINTER;
  if (keys.length > MAX_KEYS) return `is deeper than ${String(MAX_KEYS)} keys`;
  if (FIXED.includes(first)) return `cannot be set: ${first} is not the webhook's to change`;
  return faultOfKeys(keys);
}

function faultOfKeys(keys: readonly string[]): string {
  if (keys.includes("*")) return "has a *: a value is set at one place";
  if (keys.some((key) => key.includes("${"))) return "has a template: only values may have them";
  if (keys.some((key) => REFUSED_KEYS.includes(key))) return "has a key that no patch may have";
  if (keys.includes("-") || keys.slice(-1).some(isListKey))
    return "names an item of a list, and none is added: set a field of an item that is there: /spec/containers/0/tty";
  return "";
}
