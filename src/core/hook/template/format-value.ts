import type { Bytes } from "./bytes.ts";
import { pad, type Form } from "./form.ts";
import { formatFloat } from "./format-float.ts";
import { formatInteger } from "./format-integer.ts";
import { formatPlain, formatText } from "./format-text.ts";
import type { Value } from "./value.ts";

const NIL_NAME = "<nil>";

/** Writes a value by a verb of Go's printf; a verb that does not suit it gives Go's error text. */
export function formatValue(value: Value, verb: Bytes, form: Form): Bytes {
  if (verb === "T" && value.kind !== "nil") return formatPlain(value.kind, form);
  return formatKind(value, verb, form) ?? `%!${verb}(${formatTyped(value, form)})`;
}

/** Writes a value with its type, as Go's error texts do. */
export const formatTyped = (value: Value, form: Form): Bytes =>
  value.kind === "nil" ? NIL_NAME : `${value.kind}=${formatValue(value, "v", form)}`;

function formatKind(value: Value, verb: Bytes, form: Form): Bytes | null {
  switch (value.kind) {
    case "nil":
      return "vT".includes(verb) ? pad(NIL_NAME, form) : null;
    case "bool":
      return "vt".includes(verb) ? pad(String(value.value), form) : null;
    case "uint8":
    case "int":
      return formatInteger(value, verb, form);
    case "float64":
      return formatFloat(value.value, verb, form);
    case "string":
      return formatText(value.value, verb, form);
  }
}
