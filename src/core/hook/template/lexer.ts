import { TemplateProblem } from "./template-problem.ts";

/** A piece of a template. */
export interface Token {
  readonly kind: TokenKind;
  /** As it stands in the file; of a text outside of actions what trim markers leave. */
  readonly text: string;
  /** The offset in the file's text. */
  readonly at: number;
  /** True when blanks stand before it. */
  readonly isSpaced: boolean;
}

type TokenKind = "text" | "open" | "close" | "end of the file" | InnerKind;
type InnerKind =
  "word" | "variable" | "field" | "dot" | "number" | "quoted text" | "raw text" | "character" | "declare" | "mark";

const MAX_TOKENS = 200_000;

const BLANKS = /[ \t\r\n]*/y;
const CLOSE = /[ \t\r\n]*(?:[ \t\r\n]-)?\}\}/y;
const NUMBER =
  /[+-]?(?:0[xX][\da-fA-F_]*(?:\.[\da-fA-F_]*)?(?:[pP][+-]?[\d_]*)?|0[oO][0-7_]*|0[bB][01_]*|[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?[\d_]*)?)i?/y;
const WORD = /[.$]?[\p{L}\p{Nd}_]*/uy;
// What may stand behind a word, a variable or a field.
const TERMINATOR = /[ \t\r\n.,|:()]|\}\}|$/y;
const IN_NUMBER = /[\p{L}\p{Nd}_+-]/uy;

/** Cuts a template into tokens. Throws a TemplateProblem. */
export function lex(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let from = 0;
  for (let open = text.indexOf("{{"); open !== -1; open = text.indexOf("{{", from)) {
    const start = openAction(text, open);
    const before = text.slice(from, start.isTrimmed ? open - trailingBlanks(text, from, open) : open);
    if (before !== "") tokens.push({ kind: "text", text: before, at: from, isSpaced: false });
    if (text.startsWith("/*", start.end)) {
      from = skipComment(text, start.end);
      continue;
    }
    tokens.push({ kind: "open", text: "{{", at: open, isSpaced: false });
    from = lexAction(text, start.end, open, tokens);
  }
  if (from < text.length) tokens.push({ kind: "text", text: text.slice(from), at: from, isSpaced: false });
  tokens.push({ kind: "end of the file", text: "", at: text.length, isSpaced: false });
  return tokens;
}

function openAction(text: string, open: number): { end: number; isTrimmed: boolean } {
  const isTrimmed = /^-[ \t\r\n]/.test(text.slice(open + 2, open + 4));
  return { end: open + (isTrimmed ? 4 : 2), isTrimmed };
}

function trailingBlanks(text: string, from: number, to: number): number {
  let start = to;
  while (start > from && " \t\r\n".includes(text.charAt(start - 1))) start--;
  return to - start;
}

// Gives the offset behind the comment, and behind the blanks that its trim marker takes.
function skipComment(text: string, start: number): number {
  const end = text.indexOf("*/", start + 2);
  if (end === -1) throw new TemplateProblem(start, "this comment is never closed by */");
  const close = /^(?:[ \t\r\n]-)?\}\}/.exec(text.slice(end + 2, end + 6));
  if (close === null) throw new TemplateProblem(start, "a comment fills its action: }} must follow */");
  return afterClose(text, end + 2 + close[0].length, close[0]);
}

const afterClose = (text: string, end: number, close: string): number =>
  close.endsWith("-}}") ? end + lengthAt(BLANKS, text, end) : end;

// Adds an action's tokens and its closing braces; gives the offset behind it.
function lexAction(text: string, start: number, open: number, tokens: Token[]): number {
  let at = start;
  for (;;) {
    const close = lengthAt(CLOSE, text, at);
    if (close > 0) {
      tokens.push({ kind: "close", text: "}}", at: at + close - 2, isSpaced: false });
      return afterClose(text, at + close, text.slice(at, at + close));
    }
    const blanks = lengthAt(BLANKS, text, at);
    at += blanks;
    if (at >= text.length) throw new TemplateProblem(open, "this {{ is never closed by }}");
    const token = { ...lexToken(text, at), at, isSpaced: blanks > 0 };
    at += token.text.length;
    if (tokens.push(token) > MAX_TOKENS)
      throw new TemplateProblem(token.at, `the file's actions are longer than ${String(MAX_TOKENS)} words`);
  }
}

type Cut = Pick<Token, "kind" | "text">;

function lexToken(text: string, at: number): Cut {
  const first = text.charAt(at);
  if (first === '"') return { kind: "quoted text", text: quotedAt(text, at) };
  if (first === "'") return { kind: "character", text: quotedAt(text, at) };
  if (first === "`") return { kind: "raw text", text: rawAt(text, at) };
  if (/^[+\-\d]|^\.\d/.test(text.slice(at, at + 2))) return { kind: "number", text: numberAt(text, at) };
  if (first === ":" && text.charAt(at + 1) === "=") return { kind: "declare", text: ":=" };
  const word = text.slice(at, at + lengthAt(WORD, text, at));
  if (word !== "") return { kind: kindOfWord(word), text: endedAt(text, at, word) };
  if (/^[!-~]/.test(first)) return { kind: "mark", text: first };
  throw new TemplateProblem(at, "this character has no meaning in an action");
}

function kindOfWord(word: string): InnerKind {
  if (word.startsWith("$")) return "variable";
  if (word === ".") return "dot";
  return word.startsWith(".") ? "field" : "word";
}

function endedAt(text: string, at: number, word: string): string {
  TERMINATOR.lastIndex = at + word.length;
  if (!TERMINATOR.test(text)) throw new TemplateProblem(at + word.length, "a blank is missing here");
  return word;
}

function quotedAt(text: string, at: number): string {
  const quote = text.charAt(at);
  for (let end = at + 1; end < text.length && text.charAt(end) !== "\n"; end++) {
    if (text.charAt(end) === quote) return text.slice(at, end + 1);
    if (text.charAt(end) === "\\" && text.charAt(end + 1) !== "\n") end++;
  }
  throw new TemplateProblem(at, `this ${quote} is never closed on its line`);
}

function rawAt(text: string, at: number): string {
  const end = text.indexOf("`", at + 1);
  if (end === -1) throw new TemplateProblem(at, "this ` is never closed");
  return text.slice(at, end + 1);
}

function numberAt(text: string, at: number): string {
  const length = lengthAt(NUMBER, text, at);
  IN_NUMBER.lastIndex = at + length;
  if (IN_NUMBER.test(text)) throw new TemplateProblem(at, "this is no number");
  return text.slice(at, at + length);
}

function lengthAt(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}
