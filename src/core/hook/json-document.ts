import { visit, type JSONVisitor } from "jsonc-parser";
import { nullAt, toEntries, type Field, type Position, type Values } from "./field.ts";
import { readPlainJson, readPlainScalar } from "./plain-scalar.ts";

/** A list or a map that is being read; a list has no values. */
interface Open {
  readonly at: Position;
  readonly values: Values | null;
  readonly items: Field[];
  key: string;
}

/**
 * Reads a hooks file that is strict JSON, as the chart writes it, in a tenth of the time and memory that YAML takes for
 * the same. Null for whatever else a text may be, and for what is nested deeper than the limit: YAML knows what to say.
 * With types: as `readTypedDocuments` reads it, and null where a key is given twice.
 */
export function readJsonDocument(text: string, maxDepth: number, isTyped = false): Field | null {
  if (!/^\s*[[{]/.test(text)) return null;
  const reading = createReading(text, maxDepth, isTyped);
  try {
    visit(text, reading.visitor, { disallowComments: true });
  } catch {
    // The library's recursion was too deep for the stack.
    return null;
  }
  return reading.root();
}

function createReading(
  text: string,
  maxDepth: number,
  isTyped: boolean,
): { visitor: JSONVisitor; root: () => Field | null } {
  const open: Open[] = [];
  let root: Field | null = null;
  let isJson = true;
  const give = (field: Field | null, at: Position): void => {
    const parent = open.at(-1);
    if (parent === undefined) root = field;
    else if (parent.values === null) parent.items.push(field ?? { kind: "scalar", text: "", at });
    else parent.values.set(parent.key, field);
  };
  const begin = (values: Values | null, at: Position): boolean => {
    open.push({ at, values, items: [], key: "" });
    isJson &&= open.length <= maxDepth;
    return isJson;
  };
  const end = (): void => {
    for (const { at, values, items } of open.splice(-1))
      give(values === null ? { kind: "list", items, at } : toMap(values, at), at);
  };
  const toMap = (values: Values, at: Position): Field => {
    return { kind: "map", entries: toEntries(values, { keepsCase: isTyped }), at };
  };
  const visitor: JSONVisitor = {
    onArrayBegin: (_offset, _length, line, column) => begin(null, placeAt(line, column)),
    onObjectBegin: (_offset, _length, line, column) => begin(new Map(), placeAt(line, column)),
    onArrayEnd: end,
    onObjectEnd: end,
    onObjectProperty: (key) => {
      const map = open.at(-1);
      if (map !== undefined) map.key = key;
      if (isTyped && map?.values?.has(key) === true) isJson = false;
    },
    onLiteralValue: (value: unknown, ...[offset, length, line, column]) => {
      const at = placeAt(line, column);
      const written = typeof value === "string" ? value : text.slice(offset, offset + length);
      const printed = typeof value === "string" ? value : readPlainScalar(written);
      const isRewritten = printed !== written;
      if (printed === null) {
        give(isTyped ? nullAt(at) : null, at);
        return;
      }
      const json = isTyped && { json: typeof value === "string" ? value : readPlainJson(written, printed) };
      give({ kind: "scalar", text: printed, at, ...(isRewritten && { isRewritten }), ...json }, at);
    },
    onError: () => {
      isJson = false;
    },
  };
  return { visitor, root: () => (isJson ? root : null) };
}

const placeAt = (line: number, column: number): Position => ({ line: line + 1, column: column + 1 });
