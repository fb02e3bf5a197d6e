import type { Token } from "./lexer.ts";
import { constantText, parsePipe } from "./parse-pipe.ts";
import {
  expect,
  nested,
  openReading,
  openScope,
  peek,
  refuseToken,
  take,
  type Reading,
  type Scope,
} from "./reading.ts";
import { TemplateProblem } from "./template-problem.ts";
import { fromBytes, toBytes, type Bytes } from "./bytes.ts";
import type { Branches, Node, Pipe } from "./tree.ts";

/** The name of the file's own template, as adnanh/webhook has it. */
export const MAIN = "hooks";

/** A file's templates by their names, and all constant texts in them. */
export type Templates = Pick<Reading, "templates" | "constants">;

/** Reads a file as a template. Throws a TemplateProblem. */
export function parseTemplate(text: string): Templates {
  const reading = openReading(text);
  const scope = openScope();
  const nodes: Node[] = [];
  while (peek(reading).kind !== "end of the file") {
    if (peek(reading).kind === "open" && wordAt(peek(reading, 1)) === "define") parseDefinition(reading);
    else nodes.push(parseNode(reading, scope));
  }
  define(reading, MAIN, nodes, 0);
  return reading;
}

const wordAt = ({ kind, text }: Token): string => (kind === "word" ? text : "");

function parseDefinition(reading: Reading): void {
  const { at } = take(reading);
  take(reading);
  const name = parseName(reading, "define");
  expect(reading, "close", "define");
  define(reading, name, parseBody(reading, openScope(), at), at);
}

// One that is only blanks gives way to one that is not.
function define({ templates, blank }: Reading, name: Bytes, nodes: readonly Node[], at: number): void {
  const isBlank = nodes.every((node) => node.kind === "text" && !/[^\s\x85]/.test(fromBytes(node.text)));
  const isFree = !templates.has(name) || blank.has(name);
  if (!isFree && !isBlank) throw new TemplateProblem(at, "a template of this name is defined above");
  if (!isFree) return;
  templates.set(name, nodes);
  if (isBlank) blank.add(name);
  else blank.delete(name);
}

function parseName(reading: Reading, place: string): Bytes {
  const token = take(reading);
  if (token.kind !== "quoted text" && token.kind !== "raw text") refuseToken(token, place);
  return constantText(token, reading);
}

// The nodes up to {{end}} or {{else; what follows the else is not taken.
function parseNodes(reading: Reading, scope: Scope, at: number): { nodes: readonly Node[]; stop: "end" | "else" } {
  return nested(reading, () => {
    const nodes: Node[] = [];
    for (;;) {
      const stop = peek(reading).kind === "open" ? wordAt(peek(reading, 1)) : "";
      if (stop === "end" || stop === "else") {
        reading.next += 2;
        if (stop === "end") expect(reading, "close", stop);
        return { nodes, stop };
      }
      if (peek(reading).kind === "end of the file")
        throw new TemplateProblem(at, "{{end}} is missing for what begins here");
      nodes.push(parseNode(reading, scope));
    }
  });
}

function parseBody(reading: Reading, scope: Scope, at: number): readonly Node[] {
  const { nodes, stop } = parseNodes(reading, scope, at);
  if (stop === "else") throw new TemplateProblem(peek(reading, -1).at, "{{end}} is due here, not {{else}}");
  return nodes;
}

function parseNode(reading: Reading, scope: Scope): Node {
  const { kind, at, text } = take(reading);
  if (kind === "text") return { kind, at, text: toBytes(text) };
  const parse = ACTIONS.get(wordAt(peek(reading)));
  if (parse === undefined) return { kind: "print", at, pipe: parsePipe(reading, scope, "an action") };
  take(reading);
  return parse(reading, scope, at);
}

type ParseAction = (reading: Reading, scope: Scope, at: number) => Node;

const ACTIONS: ReadonlyMap<string, ParseAction> = new Map<string, ParseAction>([
  ["if", (reading, scope, at) => ({ kind: "if", at, ...parseBranches(reading, scope, "if", at) })],
  ["with", (reading, scope, at) => ({ kind: "with", at, ...parseBranches(reading, scope, "with", at) })],
  ["range", parseRange],
  ["template", parseCall],
  ["block", parseBlock],
  ["break", (reading, scope, at) => parseJump(reading, scope, at, "break")],
  ["continue", (reading, scope, at) => parseJump(reading, scope, at, "continue")],
]);

function parseBranches(reading: Reading, scope: Scope, word: "if" | "with", at: number): Branches {
  const known = scope.variables.length;
  const branches: { pipe: Pipe; body: readonly Node[] }[] = [];
  let otherwise: readonly Node[] = [];
  for (let isOver = false; !isOver;) {
    const pipe = parsePipe(reading, scope, word);
    const { nodes: body, stop } = parseNodes(reading, scope, at);
    branches.push({ pipe, body });
    isOver = stop === "end" || wordAt(peek(reading)) !== word;
    if (!isOver) take(reading);
    else if (stop === "else") otherwise = parseElse(reading, scope, at);
  }
  scope.variables.length = known;
  return { branches, otherwise };
}

function parseElse(reading: Reading, scope: Scope, at: number): readonly Node[] {
  expect(reading, "close", "else");
  return parseBody(reading, scope, at);
}

function parseRange(reading: Reading, scope: Scope, at: number): Node {
  const known = scope.variables.length;
  const pipe = parsePipe(reading, scope, "range");
  scope.ranges++;
  const { nodes: body, stop } = parseNodes(reading, scope, at);
  scope.ranges--;
  const otherwise = stop === "else" ? parseElse(reading, scope, at) : [];
  scope.variables.length = known;
  return { kind: "range", at, pipe, body, otherwise };
}

function parseJump(reading: Reading, scope: Scope, at: number, kind: "break" | "continue"): Node {
  expect(reading, "close", kind);
  if (scope.ranges === 0) throw new TemplateProblem(at, `${kind} stands in no range`);
  return { kind, at };
}

function parseCall(reading: Reading, scope: Scope, at: number): Node {
  const name = parseName(reading, "template");
  if (peek(reading).kind !== "close")
    return { kind: "template", at, name, pipe: parsePipe(reading, scope, "template") };
  take(reading);
  return { kind: "template", at, name, pipe: null };
}

function parseBlock(reading: Reading, scope: Scope, at: number): Node {
  const name = parseName(reading, "block");
  const pipe = parsePipe(reading, scope, "block");
  define(reading, name, parseBody(reading, openScope(), at), at);
  return { kind: "template", at, name, pipe };
}
