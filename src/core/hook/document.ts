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
import { nullAt, toEntries, type Field, type Position, type SyntaxProblem, type Values } from "./field.ts";
import { readJsonDocument } from "./json-document.ts";
import { readPlainJson, readPlainScalar } from "./plain-scalar.ts";

const MAX_DEPTH = 50;
const MAX_ALIASES = 200;

/**
 * Reads a hooks file's text. The format is YAML 1.1 whatever the file's extension (JSON with comments, trailing
 * commas and tabs passes), as in adnanh/webhook; of several documents the first counts, and of a key given twice the
 * last. A key whose value is null is left out, as if it were not there.
 */
export function readDocument(text: string): Result<Field | null, SyntaxProblem> {
  const json = readJsonDocument(text, MAX_DEPTH);
  if (json !== null) return ok(json);
  return readYaml(text, false).next().value;
}

/**
 * Reads all documents of a text as JSON has their values: what stands in quotes is a text, null is kept, and so is case
 * in keys. A key given twice in one map is an error. Documents that hold nothing are left out.
 */
export function readTypedDocuments(text: string): Result<readonly Field[], SyntaxProblem> {
  const json = readJsonDocument(text, MAX_DEPTH, true);
  if (json !== null) return ok([json]);
  const fields: Field[] = [];
  const readings = readYaml(text, true);
  let isOver = false;
  while (!isOver) {
    const { value: field, done = false } = readings.next();
    if (field.kind === "error") return field;
    if (field.value !== null && !isNull(field.value)) fields.push(field.value);
    isOver = done;
  }
  return ok(fields);
}

const isNull = (field: Field): boolean => field.kind === "scalar" && field.json === null;

type Reading = Result<Field | null, SyntaxProblem>;

// The documents one after the other, and at the end what is wrong with the text beside them.
function* readYaml(written: string, isTyped: boolean): Generator<Reading, Reading> {
  const text = written.replace(/^\uFEFF/, "");
  const lines = new LineCounter();
  const composer = new Composer({ version: "1.1", uniqueKeys: isTyped, strict: false });
  const problemIn = ([problem]: Document.Parsed["errors"]): Reading | null =>
    problem === undefined ? null : fail({ at: place(lines, problem.pos[0]), message: withoutQuotes(problem.message) });
  for (const document of composer.compose(new Parser(lines.addNewLine).parse(text), false, text.length)) {
    const walk = { document, lines, isTyped, aliases: 0 };
    yield problemIn(document.errors) ?? toField(document.contents, walk, 0);
  }
  return problemIn(composer.streamInfo().errors) ?? ok(null);
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
  const scalar = isScalar(node) ? toScalar(node, at, walk.isTyped) : null;
  return ok(scalar ?? (walk.isTyped ? nullAt(at) : null));
}

function toScalar(node: Scalar, at: Position, isTyped: boolean): Field | null {
  const text = textOf(node);
  if (text === null) return null;
  const isRewritten = node.type === "PLAIN" && node.tag === undefined && text !== node.source;
  const typed = isTyped && { json: isResolved(node) ? readPlainJson(String(node.source), text) : text };
  return { kind: "scalar", text, at, ...(isRewritten && { isRewritten }), ...typed };
}

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
  const entries = toEntries(values, { keepsCase: level.walk.isTyped });
  return problem === null ? ok({ kind: "map", entries, at }) : fail(problem);
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
const isResolved = ({ type, tag }: Scalar): boolean =>
  tag === undefined ? type === "PLAIN" : RESOLVED_TAGS.includes(tag);

function textOf(scalar: Scalar): string | null {
  const { tag, value } = scalar;
  const source = String(scalar.source);
  if (tag === "tag:yaml.org,2002:binary") return Buffer.from(source, "base64").toString("utf8");
  if (isResolved(scalar)) return readPlainScalar(source);
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
