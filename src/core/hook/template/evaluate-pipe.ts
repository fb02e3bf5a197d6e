import type { EagerFunction, TemplateFunction } from "./functions.ts";
import { asking, nested, variableOf, work, type Frame, type Run } from "./run.ts";
import { TemplateProblem } from "./template-problem.ts";
import type { Command, Operand, Pipe } from "./tree.ts";
import { isTrue, NIL, weightOf, type Value } from "./value.ts";

const BYTES_PER_WORK = 32;

/** Gives the value of a pipe, and to the variables that it names. */
export function evaluatePipe(pipe: Pipe, frame: Frame, run: Run): Value {
  const [first, ...others] = pipe.commands;
  let value = evaluateCommand(first, null, frame, run);
  for (const command of others) value = evaluateCommand(command, value, frame, run);
  for (const name of pipe.variables) {
    if (pipe.isAssignment) variableOf(frame, { name, at: pipe.at }, run).value = value;
    else frame.variables.push({ name, value });
  }
  return value;
}

function evaluateCommand({ first, rest }: Command, piped: Value | null, frame: Frame, run: Run): Value {
  if (first.kind === "function") return callFunction(first, { rest, piped }, frame, run);
  // A field of nothing is nothing, whatever it is given.
  if (first.kind !== "field" && (rest.length > 0 || piped !== null))
    throw new TemplateProblem(first.at, "only a function can be given something");
  if (first.kind === "nil") throw new TemplateProblem(first.at, "nil alone is no value to print or keep");
  return evaluateOperand(first, frame, run);
}

function evaluateOperand(operand: Operand, frame: Frame, run: Run): Value {
  work(run, operand.at, 1);
  switch (operand.kind) {
    case "constant":
      return operand.value;
    case "nil":
      return NIL;
    case "dot":
      return frame.dot;
    case "variable":
      return variableOf(frame, operand, run).value;
    case "pipe":
      return nested(run, operand.at, () => evaluatePipe(operand.pipe, frame, run));
    case "function":
      return callFunction(operand, { rest: [], piped: null }, frame, run);
    case "field":
      return fieldOf(evaluateOperand(operand.of, frame, run), operand.at);
  }
}

function fieldOf(value: Value, at: number): Value {
  if (value.kind !== "nil") throw new TemplateProblem(at, `type ${value.kind} has no fields`);
  return NIL;
}

interface Given {
  readonly rest: readonly Operand[];
  readonly piped: Value | null;
}

type FunctionOperand = Operand & { readonly kind: "function" };

function callFunction({ name, at, called }: FunctionOperand, given: Given, frame: Frame, run: Run): Value {
  const count = given.rest.length + (given.piped === null ? 0 : 1);
  if (count < called.least || count > called.most)
    throw new TemplateProblem(at, `${name} takes ${printCount(called)}, not ${String(count)}`);
  work(run, at, 1);
  const { piped } = given;
  const values = given.rest.map((operand) => () => evaluateOperand(operand, frame, run));
  const all = piped === null ? values : [...values, () => piped];
  if ("endsAt" in called) return firstThat(called.endsAt, all, run);
  const evaluateAll = (): readonly Value[] => all.map((evaluate) => evaluate());
  return apply(called, called.isTest === true ? asking(run, evaluateAll) : evaluateAll(), { name, at }, run);
}

// and, or: what is not needed is not evaluated.
function firstThat(isEnd: boolean, values: readonly (() => Value)[], run: Run): Value {
  let value = NIL;
  for (const [index, evaluate] of values.entries()) {
    value = index === values.length - 1 ? evaluate() : asking(run, evaluate);
    if (isTrue(value) === isEnd) break;
  }
  return value;
}

function apply(
  called: EagerFunction,
  values: readonly Value[],
  { name, at }: { readonly name: string; readonly at: number },
  run: Run,
): Value {
  const found = called.apply(values, run, at);
  if (found.kind === "error") throw new TemplateProblem(at, `${name}: ${found.error}`);
  const bytes = [...values, found.value].reduce((sum, value) => sum + weightOf(value), 0);
  work(run, at, Math.floor(bytes / BYTES_PER_WORK));
  return found.value;
}

function printCount({ least, most }: TemplateFunction): string {
  const count = `${String(least)} ${least === 1 ? "value" : "values"}`;
  return least === most ? count : `at least ${count}`;
}
