import type { Bytes } from "./bytes.ts";
import { lex, type Token } from "./lexer.ts";
import { TemplateProblem } from "./template-problem.ts";
import type { Node } from "./tree.ts";

/** What is being read: the tokens, and what was found so far. */
export interface Reading {
  readonly tokens: readonly Token[];
  next: number;
  depth: number;
  readonly templates: Map<Bytes, readonly Node[]>;
  /** The names of those templates that are only blanks. */
  readonly blank: Set<Bytes>;
  /** All constant texts: what equals one of these may be said in a message. */
  readonly constants: Set<Bytes>;
}

/** What may be used in the template that is being read. */
export interface Scope {
  readonly variables: string[];
  /** How many ranges are open. */
  ranges: number;
}

// Behind the end of the file.
const NONE: Token = { kind: "end of the file", text: "", at: 0, isSpaced: false };

const MAX_DEPTH = 100;

/** Begins to read a text. */
export const openReading = (text: string): Reading => ({
  tokens: lex(text),
  next: 0,
  depth: 0,
  templates: new Map(),
  blank: new Set(),
  constants: new Set(),
});

/** Begins a template: none of the variables around it are known in it. */
export const openScope = (): Scope => ({ variables: ["$"], ranges: 0 });

/** The token that is so many ahead. */
export function peek({ tokens, next }: Reading, ahead = 0): Token {
  const [token = NONE] = tokens.slice(next + ahead, next + ahead + 1);
  return token;
}

/** Takes the next token. */
export function take(reading: Reading): Token {
  const token = peek(reading);
  reading.next++;
  return token;
}

/** Takes the next token, which must be of a kind. */
export function expect(reading: Reading, kind: Token["kind"], place: string): Token {
  const token = take(reading);
  return token.kind === kind ? token : refuseToken(token, place);
}

/** Tells whether a token is this punctuation mark. */
export const isMark = ({ kind, text }: Token, mark: string): boolean => kind === "mark" && text === mark;

/** Refuses a token. Constants are not quoted: they may be secret. */
export function refuseToken(token: Token, place: string): never {
  const isQuotable = ["word", "mark", "declare", "variable", "field", "dot", "close"].includes(token.kind);
  const name = isQuotable ? JSON.stringify(token.text.slice(0, 60)) : `a ${token.kind}`;
  throw new TemplateProblem(token.at, `${name.replace("a end", "the end")} is not understood in ${place}`);
}

/** Reads what is nested one level deeper. */
export function nested<T>(reading: Reading, read: () => T): T {
  if (++reading.depth > MAX_DEPTH)
    throw new TemplateProblem(peek(reading).at, `nested deeper than ${String(MAX_DEPTH)} levels`);
  const found = read();
  reading.depth--;
  return found;
}
