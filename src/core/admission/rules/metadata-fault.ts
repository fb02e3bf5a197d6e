import { isJsonObject } from "../json-object.ts";

const QUALIFIED = /^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?)?$/;
const TEXTS = ["labels", "annotations"];

/** Why a value cannot be set at a place of an object's metadata; empty where it can, and for every other place. */
export function faultOfMetadata([first, map = "", ...names]: readonly string[], value: unknown): string {
  if (first !== "metadata") return "";
  if (!TEXTS.includes(map)) return "cannot be set: of metadata only labels and annotations are the webhook's to change";
  const [name, below] = names;
  if (below !== undefined) return "is too deep: write ~1 for a / in a name: /metadata/labels/example.com~1team";
  if (name !== undefined) return faultOfEntry(map, name, value);
  if (!isJsonObject(value)) return "must be a map of texts";
  const faults = Object.entries(value).map(([key, item]) => faultOfEntry(map, key, item));
  return faults.find((fault) => fault !== "") ?? "";
}

// The API server would refuse every object that is given such an entry.
function faultOfEntry(map: string, name: string, value: unknown): string {
  if (!QUALIFIED.test(name)) return `has a key that ${map} cannot have: a name of 63 characters, as example.com/team`;
  if (typeof value !== "string") return `must be a text, as all ${map} are: put the value in quotes`;
  const isTemplate = value.includes("$");
  if (map === "labels" && !isTemplate && !LABEL_VALUE.test(value))
    return "is a value that labels cannot have: 63 characters at most, letters, digits, -, _ and . between";
  return "";
}
