/** A value as JSON.parse gives it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Where a value stands: keys of objects and indexes of arrays, also of JSON that stands in a text. */
export type Place = readonly string[];

/** The places of all values in a value, those of objects and arrays as well. */
export function placesOf(value: Json): readonly Place[] {
  return childrenOf(value).flatMap(([key, child]) => [[key], ...placesOf(child).map((place) => [key, ...place])]);
}

/** A copy with another value at a place; it is made of the one that stood there. */
export function replaceAt(value: Json, place: Place, by: (old: Json) => Json): Json {
  const [head, ...rest] = place;
  if (head === undefined) return by(value);
  return rebuild(value, (key, child) => (key === head ? replaceAt(child, rest, by) : child));
}

/** A copy with all texts replaced, those of JSON in a text as well. */
export function mapTexts(value: Json, by: (text: string) => string): Json {
  if (typeof value === "string" && insideOf(value) === null) return by(value);
  return rebuild(value, (_key, child) => mapTexts(child, by));
}

function childrenOf(value: Json): readonly (readonly [string, Json])[] {
  if (typeof value === "string") return childrenOf(insideOf(value)?.json ?? null);
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}

// Entries define a key named __proto__ like any other.
function rebuild(value: Json, by: (key: string, child: Json) => Json): Json {
  if (typeof value === "string") {
    const inside = insideOf(value);
    return inside === null ? value : inside.wrap(JSON.stringify(rebuild(inside.json, by)));
  }
  const children = childrenOf(value).map(([key, child]) => [key, by(key, child)] as const);
  if (Array.isArray(value)) return children.map(([, child]) => child);
  return typeof value === "object" && value !== null ? Object.fromEntries(children) : value;
}

interface Inside {
  readonly json: Json;
  readonly wrap: (text: string) => string;
}

// SNS puts JSON into a text as it is, Pub/Sub in base64.
function insideOf(text: string): Inside | null {
  if (text.startsWith("{")) return { json: JSON.parse(text) as Json, wrap: (inner) => inner };
  const decoded = Buffer.from(text, "base64").toString("utf8");
  if (!decoded.startsWith("{")) return null;
  return { json: JSON.parse(decoded) as Json, wrap: (inner) => Buffer.from(inner).toString("base64") };
}
