import type { Field } from "../field.ts";

/** What stands at a path of keys, each in lower case. */
export const fieldAt = (field: Field, ...path: readonly string[]): Field | undefined =>
  path.reduce<Field | undefined>(
    (inner, key) => (inner?.kind === "map" ? inner.entries.get(key)?.value : undefined),
    field,
  );

/** A field as a plain value. Scalars are texts: the reader of hooks files takes them for what their keys want. */
export function valueOf(field: Field): unknown {
  switch (field.kind) {
    case "scalar":
      return field.text;
    case "list":
      return field.items.map(valueOf);
    case "map":
      return Object.fromEntries([...field.entries.values()].map(({ key, value }) => [key, valueOf(value)]));
  }
}
