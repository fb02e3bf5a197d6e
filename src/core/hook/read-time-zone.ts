import { closest, distance } from "fastest-levenshtein";
import { isTimeZone } from "../time-zone.ts";
import type { FieldReader } from "./fields.ts";

// The longest names have 32 letters.
const MAX_LENGTH = 64;
const MAX_TYPOS = 3;

/** Reads a time zone by its name or as a distance from UTC; empty where none is given. */
export function readTimeZone(reader: FieldReader, key: string): string {
  const name = reader.text(key, "");
  if (name === "" || isTimeZone(name)) return name;
  const hint = nearestZone(name) ?? "write a name such as Asia/Shanghai, or a distance from UTC such as +08:00";
  reader.error(key, `"${name.slice(0, MAX_LENGTH)}" is not a time zone: ${hint}`);
  return "";
}

function nearestZone(name: string): string | null {
  if (name.length > MAX_LENGTH) return null;
  const nearest = closest(name, Intl.supportedValuesOf("timeZone"));
  return distance(name, nearest) <= MAX_TYPOS ? `did you mean ${nearest}?` : null;
}
