import type { Field } from "../../hook/field.ts";
import type { FieldReader } from "../../hook/fields.ts";
import { parsePointer } from "../json-patch.ts";
import { unknownWords } from "./fill-template.ts";
import { toJson } from "./field-json.ts";
import type { RuleFrame } from "./read-match.ts";
import type { DefaultRule, DefaultValue } from "./rule.ts";

const MAX_VALUES = 100;
const MAX_KEYS = 20;
// What makes an object the one that it is, and what its controller says of it.
const FIXED = ["apiVersion", "kind", "status"];
const FIXED_METADATA = [
  "name",
  "namespace",
  "uid",
  "generateName",
  "resourceVersion",
  "generation",
  "creationTimestamp",
  "deletionTimestamp",
  "managedFields",
  "ownerReferences",
  "finalizers",
];

/** Reads a rule about what is set where it is absent. */
export function readDefaultRule(reader: FieldReader, frame: RuleFrame): DefaultRule {
  reader.expectOnly(["name", "match", "set"], "error");
  const { operations, resources } = frame.match;
  if (operations.some((operation) => operation === "DELETE" || operation === "CONNECT"))
    reader.error("match", "operations: only CREATE and UPDATE have an object that can be changed");
  if (resources.length === 0) reader.error("match", "resources: name the resources whose objects are changed");
  const set = reader.field("set");
  const entries = set?.kind === "map" ? [...set.entries.values()] : [];
  if (entries.length === 0)
    reader.error("set", "must be a map of JSON Pointers and values: /metadata/labels/team: web");
  if (entries.length > MAX_VALUES) reader.error("set", `has more than ${String(MAX_VALUES)} entries`);
  return { ...frame, set: entries.flatMap(({ key, value }) => readValue(reader, key, value)) };
}

function readValue(reader: FieldReader, pointer: string, field: Field): readonly DefaultValue[] {
  const keys = parsePointer(pointer);
  const fault = keys === null || keys.length === 0 ? NO_POINTER : faultOf(keys);
  const shown = JSON.stringify(pointer.slice(0, 120));
  if (fault !== "" || keys === null) {
    reader.error("set", `${shown} ${fault}`);
    return [];
  }
  const value = toJson(field);
  for (const word of unknownWords(value)) reader.error("set", `${shown}: ${word.slice(0, 40)} ${NO_TEMPLATE}`);
  if (isLabelOrAnnotation(keys) && typeof value !== "string")
    reader.error("set", `${shown}: labels and annotations are texts: put the value in quotes`);
  return [{ pointer, keys, value }];
}

const isLabelOrAnnotation = ([first, second = "", ...rest]: readonly string[]): boolean =>
  first === "metadata" && ["labels", "annotations"].includes(second) && rest.length === 1;

const NO_TEMPLATE = "is no template: use ${user}, ${namespace}, ${name}, ${operation} or ${kind}, and $$ for $";
const NO_POINTER =
  "is no JSON Pointer: begin with /, and write ~1 for / and ~0 for ~ in a key: /metadata/labels/example.com~1team";

function faultOf(keys: readonly string[]): string {
  if (keys.length > MAX_KEYS) return `is deeper than ${String(MAX_KEYS)} keys`;
  if (keys.includes("*")) return "has a *: a value is set at one place";
  const [first = "", second = ""] = keys;
  if (FIXED.includes(first)) return `cannot be set: ${first} is not the webhook's to change`;
  if (first === "metadata" && (keys.length === 1 || FIXED_METADATA.includes(second)))
    return "cannot be set: of metadata only labels and annotations are the webhook's to change";
  return "";
}
