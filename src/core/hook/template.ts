import { fail, ok, type Result } from "../result.ts";
import type { SyntaxProblem } from "./document.ts";

/** Gives the value of an environment variable, undefined when it is not set. */
export type Getenv = (name: string) => string | undefined;

// The inside of an action: a comment, then strings and anything else up to the first `}}` outside of them. It matches
// any text and never tries a place twice.
const BODY = /(?:\s*\/\*[\s\S]*?\*\/)?(?:"(?:[^"\\\n]|\\.)*"|`[^`]*`|[^"`}]+|\}(?!\}))*/y;
const WORD = /\s*(?:([A-Za-z]\w*)|("(?:[^"\\\n]|\\.)*")|`([^`]*)`)/y;

/**
 * Expands a hooks file as a Go template: `{{ getenv "NAME" }}`, string constants, the pipes `js` and `html`, comments
 * and trim markers. A variable that is not set is an empty text, as in adnanh/webhook; anything else is refused.
 */
export function expandTemplate(text: string, getenv: Getenv): Result<string, SyntaxProblem> {
  let expanded = "";
  let end = 0;
  let trimsNext = false;
  for (let start = text.indexOf("{{"); start !== -1; start = text.indexOf("{{", end)) {
    const action = readAction(text, start);
    const value = action.isClosed ? evaluate(action.body, getenv) : fail("this {{ is never closed by }}");
    if (value.kind === "error") return fail({ at: positionOf(text, start), message: `template: ${value.error}` });
    const before = trimsNext ? text.slice(end, start).trimStart() : text.slice(end, start);
    expanded += (action.trimsBefore ? before.trimEnd() : before) + value.value;
    trimsNext = action.trimsAfter;
    end = action.end;
  }
  return ok(expanded + (trimsNext ? text.slice(end).trimStart() : text.slice(end)));
}

interface Action {
  readonly body: string;
  readonly isClosed: boolean;
  readonly trimsBefore: boolean;
  readonly trimsAfter: boolean;
  /** The offset behind `}}`. */
  readonly end: number;
}

function readAction(text: string, start: number): Action {
  const trimsBefore = /^-\s/.test(text.slice(start + 2, start + 4));
  const from = start + (trimsBefore ? 4 : 2);
  BODY.lastIndex = from;
  BODY.test(text);
  const close = BODY.lastIndex;
  const inside = text.slice(from, close);
  const trimsAfter = /\s-$/.test(inside);
  const body = (trimsAfter ? inside.slice(0, -2) : inside).trim();
  return { body, isClosed: text.startsWith("}}", close), trimsBefore, trimsAfter, end: close + 2 };
}

function evaluate(action: string, getenv: Getenv): Result<string, string> {
  if (/^\/\*(?:(?!\*\/)[\s\S])*\*\/$/.test(action)) return ok("");
  let piped: readonly string[] = [];
  for (const stage of splitPipes(action)) {
    const words = wordsOf(stage);
    if (words === null) return fail(`"${action.slice(0, 60)}" is not understood`);
    const value = call(words, piped, getenv);
    if (value.kind === "error") return value;
    piped = [value.value];
  }
  return ok(piped.join(""));
}

interface Word {
  readonly kind: "name" | "text";
  readonly text: string;
}

type Words = readonly [Word, ...Word[]];
type Call = (argument: string, getenv: Getenv) => string;

const FUNCTIONS: ReadonlyMap<string, Call> = new Map<string, Call>([
  ["getenv", (name, getenv) => getenv(name) ?? ""],
  ["js", (text) => escapeJs(text)],
  ["html", (text) => escapeHtml(text)],
]);

function call([first, ...rest]: Words, piped: readonly string[], getenv: Getenv): Result<string, string> {
  const given = [...rest.map(({ text }) => text), ...piped];
  if (first.kind === "text" && given.length === 0) return ok(first.text);
  const isCall = first.kind === "name" && rest.every(({ kind }) => kind === "text");
  if (!isCall) return fail("only constants and calls are understood");
  return callNamed(first.text, given, getenv);
}

function callNamed(name: string, [argument, ...more]: readonly string[], getenv: Getenv): Result<string, string> {
  const known = FUNCTIONS.get(name);
  if (known === undefined) return fail(`function "${name}" is not served: use ${[...FUNCTIONS.keys()].join(", ")}`);
  return argument === undefined || more.length > 0 ? fail(`${name} takes one text`) : ok(known(argument, getenv));
}

function splitPipes(action: string): readonly string[] {
  const stages: string[] = [];
  let stage = "";
  for (const piece of action.match(/"(?:[^"\\\n]|\\.)*"|`[^`]*`|[^"`|]+|\|/g) ?? []) {
    if (piece === "|") stages.push(stage);
    stage = piece === "|" ? "" : stage + piece;
  }
  return [...stages, stage];
}

// The words of a stage of a pipe; null when it has none or is not understood.
function wordsOf(stage: string): Words | null {
  const words: Word[] = [];
  const text = stage.trim();
  WORD.lastIndex = 0;
  while (WORD.lastIndex < text.length) {
    const found = WORD.exec(text);
    if (found === null) return null;
    const [, name, quoted, raw = ""] = found;
    if (name !== undefined) words.push({ kind: "name", text: name });
    else words.push({ kind: "text", text: quoted === undefined ? raw : unquote(quoted) });
  }
  const [first, ...rest] = words;
  return first === undefined ? null : [first, ...rest];
}

const UNQUOTED: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };
const unquote = (quoted: string): string =>
  quoted.slice(1, -1).replace(/\\(.)/g, (_whole, character: string) => UNQUOTED[character] ?? character);

// Go's template.JSEscapeString.
const escapeJs = (text: string): string =>
  text.replace(/[\\'"<>&=]|\p{Cc}/gu, (character) =>
    "\\'\"".includes(character)
      ? `\\${character}`
      : `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`,
  );

const HTML: ReadonlyMap<string, string> = new Map([
  ['"', "&#34;"],
  ["'", "&#39;"],
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ["\0", "\uFFFD"],
]);
const escapeHtml = (text: string): string => text.replace(/[^]/g, (character) => HTML.get(character) ?? character);

// The place of a `{{`.
function positionOf(text: string, offset: number): SyntaxProblem["at"] {
  const before = text.slice(0, offset);
  return { line: before.split("\n").length, column: offset - before.lastIndexOf("\n") };
}
