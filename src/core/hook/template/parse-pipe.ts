import { readCharacter, readNumber, readText } from "./constants.ts";
import { FUNCTIONS } from "./functions.ts";
import type { Token } from "./lexer.ts";
import { expect, isMark, nested, peek, refuseToken, take, type Reading, type Scope } from "./reading.ts";
import { TemplateProblem } from "./template-problem.ts";
import type { Command, Operand, Pipe } from "./tree.ts";
import { boolValue, textValue, type Value } from "./value.ts";

/** The words that are no functions. */
const KEYWORDS = ["block", "break", "continue", "define", "else", "end", "if", "range", "template", "with"];

const MAX_VARIABLES = 2_000;

/** Reads a pipe and the closing braces behind it. `place` says in messages what it belongs to. */
export function parsePipe(reading: Reading, scope: Scope, place: string): Pipe {
  const pipe = parseCommands(reading, scope, place);
  expect(reading, "close", place);
  return pipe;
}

function parseCommands(reading: Reading, scope: Scope, place: string): Pipe {
  const { at } = peek(reading);
  const { variables, isAssignment } = parseVariables(reading, scope, place);
  const commands: Command[] = [];
  while (!isEnd(peek(reading))) {
    const command = parseCommand(reading, scope, place);
    const isValue = command.first.kind === "constant" || command.first.kind === "nil" || command.first.kind === "dot";
    if (commands.push(command) > 1 && isValue)
      throw new TemplateProblem(command.first.at, "only a function can stand behind a |");
  }
  const [first, ...others] = commands;
  if (first === undefined) throw new TemplateProblem(at, `a value is missing in ${place}`);
  return { at, variables, isAssignment, commands: [first, ...others] };
}

const isEnd = (token: Token): boolean => token.kind === "close" || isMark(token, ")");

function parseVariables(reading: Reading, scope: Scope, place: string): Pick<Pipe, "variables" | "isAssignment"> {
  const variables: string[] = [];
  while (peek(reading).kind === "variable") {
    const behind = peek(reading, 1);
    const isAssignment = isMark(behind, "=");
    if (!isAssignment && behind.kind !== "declare" && !isMark(behind, ",")) break;
    const { text } = take(reading);
    take(reading);
    variables.push(text);
    if (scope.variables.push(text) > MAX_VARIABLES)
      throw new TemplateProblem(behind.at, `more than ${String(MAX_VARIABLES)} variables`);
    if (!isMark(behind, ",")) return { variables, isAssignment };
    if (place !== "range" || variables.length > 1) refuseToken(behind, place);
    if (peek(reading).kind !== "variable") refuseToken(peek(reading), place);
  }
  return { variables, isAssignment: false };
}

// Takes the | behind the command too.
function parseCommand(reading: Reading, scope: Scope, place: string): Command {
  const first = parseOperand(reading, scope, place);
  const rest: Operand[] = [];
  while (!isEnd(peek(reading))) {
    const token = peek(reading);
    if (isMark(token, "|")) {
      take(reading);
      break;
    }
    if (!token.isSpaced) refuseToken(token, place);
    rest.push(parseOperand(reading, scope, place));
  }
  return { first, rest };
}

function parseOperand(reading: Reading, scope: Scope, place: string): Operand {
  let operand = parseTerm(reading, scope, place);
  while (peek(reading).kind === "field" && !peek(reading).isSpaced) {
    if (operand.kind === "constant" || operand.kind === "nil" || operand.kind === "dot")
      refuseToken(peek(reading), place);
    operand = { kind: "field", at: take(reading).at, of: operand };
  }
  return operand;
}

function parseTerm(reading: Reading, scope: Scope, place: string): Operand {
  const token = take(reading);
  const { at, kind, text } = token;
  if (isMark(token, "(")) return parseParentheses(reading, scope, at);
  if (kind === "word") return parseWord(token, place);
  if (kind === "dot") return { kind, at };
  if (kind === "field") return { kind, at, of: { kind: "dot", at } };
  if (kind !== "variable") return { kind: "constant", at, value: parseConstant(token, reading, place) };
  if (!scope.variables.includes(text)) throw new TemplateProblem(at, `the variable ${text} is not declared`);
  return { kind, at, name: text };
}

function parseParentheses(reading: Reading, scope: Scope, at: number): Operand {
  const pipe = nested(reading, () => parseCommands(reading, scope, "parentheses"));
  const close = take(reading);
  if (!isMark(close, ")")) throw new TemplateProblem(at, "this ( is never closed by )");
  return { kind: "pipe", at, pipe };
}

function parseWord(token: Token, place: string): Operand {
  const { at, text: name } = token;
  if (name === "nil") return { kind: "nil", at };
  if (name === "true" || name === "false") return { kind: "constant", at, value: boolValue(name === "true") };
  if (KEYWORDS.includes(name)) refuseToken(token, place);
  const called = FUNCTIONS.get(name);
  if (called !== undefined) return { kind: "function", at, name, called };
  const known = [...FUNCTIONS.keys()].sort().join(", ");
  throw new TemplateProblem(at, `the function "${name.slice(0, 60)}" is not known; known are ${known}`);
}

function parseConstant(token: Token, reading: Reading, place: string): Value {
  const { kind, text } = token;
  if (kind === "quoted text" || kind === "raw text") return textValue(constantText(token, reading));
  if (kind === "character") return readCharacter(text) ?? refuseConstant(token, "is one that Go knows");
  if (kind === "number") return readNumber(text) ?? refuseConstant(token, "is written as in Go and fits into 64 bits");
  return refuseToken(token, place);
}

/** Reads a constant text. */
export function constantText(token: Token, reading: Reading): string {
  const text = readText(token.text) ?? refuseConstant(token, "holds no escapes but those that Go knows");
  reading.constants.add(text);
  return text;
}

function refuseConstant({ kind, at }: Token, rule: string): never {
  throw new TemplateProblem(at, `a ${kind} ${rule}`);
}
