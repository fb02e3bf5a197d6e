/** A place in a hooks file, counted from 1; of the text after template expansion, but for what a template itself lacks. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A value of a hooks file with its place. Scalars are texts: the format turns `1` into `"1"` where a text is due. */
export type Field =
  | {
      readonly kind: "scalar";
      readonly text: string;
      readonly at: Position;
      /** True where no quotes stand and YAML's value is printed otherwise than it is written: `010` is `8`. */
      readonly isRewritten?: true;
      /** The value as JSON has it, where it was asked for. */
      readonly json?: string | number | boolean | null;
    }
  | { readonly kind: "list"; readonly items: readonly Field[]; readonly at: Position }
  | { readonly kind: "map"; readonly entries: ReadonlyMap<string, Entry>; readonly at: Position };

/**
 * A key of a map as it was written, and its value. Maps are keyed in lower case, since the format ignores case; those of
 * a typed document by the keys as they are written.
 */
interface Entry {
  readonly key: string;
  readonly value: Field;
}

/** Why a text is no document, and where. */
export interface SyntaxProblem {
  readonly at: Position;
  readonly message: string;
}

/** A map's values by their keys as they are written; null for null. */
export type Values = Map<string, Field | null>;

/**
 * The entries of a map. Of keys that differ in case alone the last in the order of their bytes counts, as where they
 * were sorted in between, unless case counts; a key whose value is null is left out.
 */
export function toEntries(values: Values, { keepsCase }: { keepsCase: boolean }): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const [key, value] of values) {
    const name = keepsCase ? key : key.toLowerCase();
    const isLast = key > (entries.get(name)?.key ?? "");
    if (value !== null && (isLast || key === "")) entries.set(name, { key, value });
  }
  return entries;
}

/** A scalar that stands for nothing, as JSON has it. */
export const nullAt = (at: Position): Field => ({ kind: "scalar", text: "", at, json: null });
