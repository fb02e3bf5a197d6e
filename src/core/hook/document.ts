import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type Document, type Scalar } from "yaml";
import { fail, ok, type Result } from "../result.ts";

/** A place in a hooks file, counted from 1; of the text after template expansion, but for what a template itself lacks. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A value of a hooks file with its place. Scalars keep their text: the format turns `1` into `"1"` where a text is due. */
export type Field =
  | { readonly kind: "scalar"; readonly text: string; readonly at: Position }
  | { readonly kind: "list"; readonly items: readonly Field[]; readonly at: Position }
  | { readonly kind: "map"; readonly entries: ReadonlyMap<string, Entry>; readonly at: Position };

/** A key of a map as it was written, and its value. Maps are keyed in lower case: the format ignores case. */
interface Entry {
  readonly key: string;
  readonly value: Field;
}

/** Why a text is no document, and where. */
export interface SyntaxProblem {
  readonly at: Position;
  readonly message: string;
}

const MAX_DEPTH = 50;
const MAX_ALIASES = 200;

/**
 * Reads a hooks file's text. The format is YAML 1.1 whatever the file's extension (JSON with comments, trailing
 * commas and tabs passes), as in adnanh/webhook; of a key given twice the last counts.
 */
export function readDocument(text: string): Result<Field | null, SyntaxProblem> {
  const lines = new LineCounter();
  const document = parseDocument(text.replace(/^\uFEFF/, ""), {
    version: "1.1",
    lineCounter: lines,
    uniqueKeys: false,
    strict: false,
    prettyErrors: false,
  });
  const [problem] = document.errors;
  if (problem !== undefined) return fail({ at: place(lines, problem.pos[0]), message: withoutQuotes(problem.message) });
  if (document.contents === null || (isScalar(document.contents) && document.contents.value === null)) return ok(null);
  const walk = { document, lines, aliases: 0 };
  return toField(document.contents, walk, 0);
}

interface Walk {
  readonly document: Document;
  readonly lines: LineCounter;
  aliases: number;
}

function toField(node: unknown, walk: Walk, depth: number): Result<Field, SyntaxProblem> {
  const at = placeOf(node, walk.lines);
  if (depth > MAX_DEPTH) return fail({ at, message: `nested deeper than ${String(MAX_DEPTH)} levels` });
  if (isAlias(node)) {
    const target = node.resolve(walk.document);
    if (++walk.aliases > MAX_ALIASES) return fail({ at, message: `more than ${String(MAX_ALIASES)} aliases` });
    if (target === undefined) return fail({ at, message: "this alias names no anchor above it" });
    return toField(target, walk, depth + 1);
  }
  if (isMap(node)) return toMap(node.items, at, walk, depth);
  if (isSeq(node)) return toList(node.items, at, walk, depth);
  return ok({ kind: "scalar", text: isScalar(node) ? textOf(node) : "", at });
}

function toList(items: readonly unknown[], at: Position, walk: Walk, depth: number): Result<Field, SyntaxProblem> {
  const fields: Field[] = [];
  for (const item of items) {
    const field = toField(item, walk, depth + 1);
    if (field.kind === "error") return field;
    fields.push(field.value);
  }
  return ok({ kind: "list", items: fields, at });
}

function toMap(
  pairs: readonly { key: unknown; value: unknown }[],
  at: Position,
  walk: Walk,
  depth: number,
): Result<Field, SyntaxProblem> {
  const entries = new Map<string, Entry>();
  for (const pair of pairs) {
    const key = isScalar(pair.key) ? textOf(pair.key) : "";
    const value = toField(pair.value, walk, depth + 1);
    if (value.kind === "error") return value;
    entries.set(key.toLowerCase(), { key, value: value.value });
  }
  return ok({ kind: "map", entries, at });
}

// A plain `null`, `~` or nothing is an empty text; any other plain scalar is the text that stands there.
function textOf({ type, source, value }: Scalar): string {
  if (typeof value === "string" && type !== "PLAIN") return value;
  return value === null || source === undefined ? "" : source;
}

const placeOf = (node: unknown, lines: LineCounter): Position =>
  place(lines, isNode(node) && node.range ? node.range[0] : 0);

function place(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

// The parser quotes pieces of the file in its messages, and a file may hold a token.
const withoutQuotes = (message: string): string =>
  message
    .replace(/((?:escape sequence|characters:|tag:|keys:|version) |(?:so|The) (?=!)).*$/s, "$1…")
    .replace(/["'`].*["'`]/s, '"…"');
