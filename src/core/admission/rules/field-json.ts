import type { Field } from "../../hook/field.ts";

/** The value of a field as JSON has it; of a document that was read with types. */
export function toJson(field: Field): unknown {
  switch (field.kind) {
    case "scalar":
      return field.json ?? null;
    case "list":
      return field.items.map(toJson);
    case "map":
      return Object.fromEntries([...field.entries.values()].map(({ key, value }) => [key, toJson(value)]));
  }
}
