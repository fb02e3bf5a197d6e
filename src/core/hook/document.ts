import {
  Composer,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  Parser,
  type Document,
  type Scalar,
} from "yaml";
import { fail, ok, type Result } from "../result.ts";
import { ignoreCase, type Field, type Position, type SyntaxProblem, type Values } from "./field.ts";
import { readJsonDocument } from "./json-document.ts";
import { readPlainScalar } from "./plain-scalar.ts";

const MAX_DEPTH = 50;
const MAX_ALIASES = 200;

/**
 * Reads a hooks file's text. The format is YAML 1.1 whatever the file's extension (JSON with comments, trailing
 * commas and tabs passes), as in adnanh/webhook; of several documents the first counts, and of a key given twice the
 * last. A key whose value is null is left out, as if it were not there.
 */
export function readDocument(text: string): Result<Field | null, SyntaxProblem> {
  const json = readJsonDocument(text, MAX_DEPTH);
  return json === null ? readYamlDocument(text.replace(/^\uFEFF/, "")) : ok(json);
}

/** Reads a text as a hooks file's is read, with the JSON value of each scalar: what stands in quotes is a text. */
export const readTypedDocument = (text: string): Result<Field | null, SyntaxProblem> =>
  readYamlDocument(text.replace(/^\uFEFF/, ""), true);

function readYamlDocument(text: string, isTyped = false): Result<Field | null, SyntaxProblem> {
  const lines = new LineCounter();
  const tokens = new Parser(lines.addNewLine).parse(text);
  const composer = new Composer({ version: "1.1", uniqueKeys: false, strict: false });
  const [document] = composer.compose(tokens, false, text.length);
  const [problem] = (document ?? composer.streamInfo()).errors;
  if (problem !== undefined) return fail({ at: place(lines, problem.pos[0]), message: withoutQuotes(problem.message) });
  return document === undefined ? ok(null) : toField(document.contents, { document, lines, isTyped, aliases: 0 }, 0);
}

interface Walk {
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
  readonly isTyped: boolean;
  aliases: number;
}

// A node's value; null for null.
function toField(written: unknown, walk: Walk, depth: number): Result<Field | null, SyntaxProblem> {
  const found = follow(written, walk, depth);
  if (found.kind === "error") return found;
  const { node, at } = found.value;
  if (isMap(node)) return toMap(node.items, at, { walk, depth: found.value.depth });
  if (isSeq(node)) return toList(node.items, at, { walk, depth: found.value.depth });
  const text = isScalar(node) ? textOf(node) : null;
  return text === null || !isScalar(node) ? ok(null) : ok(toScalar(node, text, { at, isTyped: walk.isTyped }));
}

function toScalar(node: Scalar, text: string, { at, isTyped }: { at: Position; isTyped: boolean }): Field {
  const isPlain = node.type === "PLAIN" && node.tag === undefined;
  const isRewritten = isPlain && text !== node.source;
  const typed = isTyped && { json: isPlain ? jsonOf(text, String(node.source)) : text };
  return { kind: "scalar", text, at, ...(isRewritten && { isRewritten }), ...typed };
}

// The text is the one that YAML 1.1 makes of a truth; of numbers it has seven digits only.
function jsonOf(text: string, source: string): string | number | boolean {
  if (text === "true" || text === "false") return text === "true";
  const number = [source, text].find((one) => NUMBER.test(one));
  return number === undefined ? text : Number(number);
}

// As JSON writes them.
const NUMBER = /^-?(?:0|[1-9]\d{0,300})(?:\.\d{1,300})?(?:e[+-]?\d{1,2})?$/i;

/** A node that is no alias, and how deep it lies in what it is part of. */
interface Found {
  readonly node: unknown;
  readonly at: Position;
  readonly depth: number;
}

function follow(node: unknown, walk: Walk, depth: number): Result<Found, SyntaxProblem> {
  const at = placeOf(node, walk.lines);
  if (depth > MAX_DEPTH) return fail({ at, message: `nested deeper than ${String(MAX_DEPTH)} levels` });
  if (!isAlias(node)) return ok({ node, at, depth });
  if (++walk.aliases > MAX_ALIASES) return fail({ at, message: `more than ${String(MAX_ALIASES)} aliases` });
  const target = node.resolve(walk.document);
  return target === undefined
    ? fail({ at, message: "this alias names no anchor above it" })
    : follow(target, walk, depth + 1);
}

interface Level {
  readonly walk: Walk;
  readonly depth: number;
}

function toList(items: readonly unknown[], at: Position, { walk, depth }: Level): Result<Field, SyntaxProblem> {
  const fields: Field[] = [];
  for (const item of items) {
    const field = toField(item, walk, depth + 1);
    if (field.kind === "error") return field;
    fields.push(field.value ?? { kind: "scalar", text: "", at: placeOf(item, walk.lines) });
  }
  return ok({ kind: "list", items: fields, at });
}

type Pairs = readonly { readonly key: unknown; readonly value: unknown }[];

function toMap(pairs: Pairs, at: Position, level: Level): Result<Field, SyntaxProblem> {
  const values: Values = new Map();
  const problem = addPairs(values, pairs, level);
  return problem === null ? ok({ kind: "map", entries: ignoreCase(values), at }) : fail(problem);
}

function addPairs(values: Values, pairs: Pairs, level: Level): SyntaxProblem | null {
  const { walk, depth } = level;
  for (const { key, value } of pairs) {
    if (isMergeKey(key)) {
      const problem = addMerged(values, value, level);
      if (problem !== null) return problem;
      continue;
    }
    const field = toField(value, walk, depth + 1);
    if (field.kind === "error") return field.error;
    values.set((isScalar(key) ? textOf(key) : null) ?? "", field.value);
  }
  return null;
}

const isMergeKey = (key: unknown): boolean =>
  isScalar(key) && key.type === "PLAIN" && key.source === "<<" && (key.tag ?? MERGE_TAG) === MERGE_TAG;

// As in adnanh/webhook a merge counts where it stands: it takes the place of keys above it, and keys below it win. Of
// several maps the earlier ones win.
function addMerged(values: Values, value: unknown, { walk, depth }: Level): SyntaxProblem | null {
  const maps = isSeq(value) ? value.items.toReversed() : [value];
  for (const map of maps) {
    const found = follow(map, walk, depth + 1);
    if (found.kind === "error") return found.error;
    const { node } = found.value;
    if (!isMap(node)) return { at: placeOf(map, walk.lines), message: "<< takes a map, or a list of maps" };
    const problem = addPairs(values, node.items, { walk, depth: found.value.depth });
    if (problem !== null) return problem;
  }
  return null;
}

const MERGE_TAG = "tag:yaml.org,2002:merge";
const RESOLVED_TAGS = ["int", "float", "bool", "null"].map((name) => `tag:yaml.org,2002:${name}`);

// Quotes and tags of one's own make a text, the tags of YAML what they name.
function textOf(scalar: Scalar): string | null {
  const { type, tag, value } = scalar;
  const source = String(scalar.source);
  if (tag === "tag:yaml.org,2002:binary") return Buffer.from(source, "base64").toString("utf8");
  if (tag === undefined ? type === "PLAIN" : RESOLVED_TAGS.includes(tag)) return readPlainScalar(source);
  return typeof value === "string" ? value : source;
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
