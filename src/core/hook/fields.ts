import { closest, distance } from "fastest-levenshtein";
import type { Field, Position } from "./field.ts";

/** What is wrong with a hook, and where. An error keeps the hook from being served, a warning does not. */
export interface Issue {
  readonly severity: "error" | "warning";
  readonly at: Position;
  readonly message: string;
}

/** Reads the keys of one map; what is wrong goes into the list of issues that it was made with. */
export interface FieldReader {
  readonly at: Position;
  readonly has: (key: string) => boolean;
  readonly placeOf: (key: string) => Position;
  readonly text: (key: string, absent: string) => string;
  /** A text that must be meant as it is written: one that YAML rewrites is warned about. */
  readonly exactText: (key: string) => string;
  readonly flag: (key: string) => boolean;
  readonly list: (key: string) => readonly Field[];
  readonly texts: (key: string) => readonly string[];
  readonly map: (key: string) => FieldReader | null;
  /** The maps of a list. */
  readonly maps: (key: string) => readonly FieldReader[];
  readonly field: (key: string) => Field | undefined;
  readonly report: (severity: Issue["severity"], key: string, message: string) => void;
  readonly error: (key: string, message: string) => void;
  /** An error at a place within what a key holds. */
  readonly errorAt: (at: Position, key: string, message: string) => void;
  readonly warn: (key: string, message: string) => void;
  /** An unknown key is passed over with a warning, or is an error. */
  readonly expectOnly: (known: readonly string[], severity?: Issue["severity"]) => void;
  /** A reader of the same map whose issues go into another list. */
  readonly collecting: (issues: Issue[]) => FieldReader;
}

// A key with so few letters wrong is taken for a slip.
const MAX_TYPOS = 2;

const TRUE = /^(?:true|yes|on|y)$/i;
const FALSE = /^(?:false|no|off|n|)$/i;

/** Opens a map for reading; null, with an issue, when the field is none. */
export function openMap(field: Field, name: string, issues: Issue[]): FieldReader | null {
  if (field.kind === "map") return reader(field, issues);
  issues.push({ severity: "error", at: field.at, message: `${name} must be a map of keys, not a ${field.kind}` });
  return null;
}

function reader(map: Field & { kind: "map" }, issues: Issue[]): FieldReader {
  const field = (key: string): Field | undefined => map.entries.get(key)?.value;
  const placeOf = (key: string): Position => field(key)?.at ?? map.at;
  const report = (severity: Issue["severity"], key: string, message: string): void => {
    issues.push({ severity, at: placeOf(key), message: `${key}: ${message}` });
  };
  const errorAt = (at: Position, key: string, message: string): void => {
    issues.push({ severity: "error", at, message: `${key}: ${message}` });
  };
  const error = (key: string, message: string): void => {
    report("error", key, message);
  };
  const warn = (key: string, message: string): void => {
    report("warning", key, message);
  };
  const text = (key: string, absent: string): string => {
    const value = field(key);
    if (value === undefined) return absent;
    if (value.kind === "scalar") return value.text;
    error(key, `must be a text, not a ${value.kind}`);
    return absent;
  };
  const exactText = (key: string): string => {
    const value = field(key);
    if (value?.kind === "scalar" && value.isRewritten === true)
      warn(key, "stands without quotes, and YAML reads it as another text than it is written: put it in quotes");
    return text(key, "");
  };
  const flag = (key: string): boolean => {
    const value = text(key, "");
    if (!TRUE.test(value) && !FALSE.test(value)) error(key, "must be true or false");
    return TRUE.test(value);
  };
  const list = (key: string): readonly Field[] => {
    const value = field(key);
    if (value === undefined || (value.kind === "scalar" && value.text === "")) return [];
    if (value.kind === "list") return value.items;
    error(key, `must be a list, not a ${value.kind}`);
    return [];
  };
  const texts = (key: string): readonly string[] =>
    list(key).flatMap((item) => {
      if (item.kind === "scalar") return [item.text];
      error(key, "must be a list of texts");
      return [];
    });
  const open = (key: string): FieldReader | null => {
    const value = field(key);
    return value === undefined ? null : openMap(value, key, issues);
  };
  const maps = (key: string): readonly FieldReader[] =>
    list(key).flatMap((item) => openMap(item, `an entry of ${key}`, issues) ?? []);
  const expectOnly: FieldReader["expectOnly"] = (known, severity = "warning") => {
    for (const [name, { key, value }] of map.entries) {
      if (known.includes(name)) continue;
      const nearest = closest(name, known);
      const hint =
        distance(name, nearest) <= MAX_TYPOS ? `; did you mean ${nearest}?` : `; known are ${known.join(", ")}`;
      const what = severity === "warning" ? "unknown key, ignored" : "unknown key";
      issues.push({ severity, at: value.at, message: `${key}: ${what}${hint}` });
    }
  };
  return {
    at: map.at,
    has: (key) => map.entries.has(key),
    placeOf,
    text,
    exactText,
    flag,
    list,
    texts,
    map: open,
    maps,
    field,
    report,
    error,
    errorAt,
    warn,
    expectOnly,
    collecting: (others) => reader(map, others),
  };
}
