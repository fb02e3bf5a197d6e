import type { Bytes } from "./bytes.ts";
import { TemplateProblem } from "./template-problem.ts";
import type { Value } from "./value.ts";

/** Where a template takes values from. */
export interface Environment {
  /** The value of an environment variable; undefined when it is not set. */
  readonly getenv: (name: string) => string | undefined;
  /** The text of a file; undefined when there is none that can be read. */
  readonly readFile: (path: string) => string | undefined;
}

/** Something that a template asked for and that is not there: an empty text stands in its place. */
export interface Absence {
  readonly call: "getenv" | "cat" | "credential";
  readonly what: "variable" | "file";
  /** Null when it stands in the file nowhere: it may be made of the values of variables. */
  readonly name: string | null;
  /** The offset in the file's text. */
  readonly at: number;
}

/** One expansion: where values come from, and what was used up and found out so far. */
export interface Run {
  readonly environment: Environment;
  readonly constants: ReadonlySet<Bytes>;
  readonly absences: Map<string, Absence>;
  work: number;
  depth: number;
  files: number;
  /** Above 0 while what is looked for is only compared: it may be absent then. */
  asking: number;
}

/** What a part of a template sees: dot, and the variables, the last one last. */
export interface Frame {
  readonly dot: Value;
  readonly variables: { readonly name: string; value: Value }[];
}

// In units of one part of a template carried out, or 32 bytes that a function takes or gives.
const MAX_WORK = 1_000_000;
const MAX_DEPTH = 300;
const VARIABLES_PER_WORK = 64;

/** Begins an expansion. */
export const openRun = (environment: Environment, constants: ReadonlySet<Bytes>): Run => ({
  environment,
  constants,
  absences: new Map(),
  work: 0,
  depth: 0,
  files: 0,
  asking: 0,
});

/** Begins a template: `$` is its dot. */
export const openFrame = (dot: Value): Frame => ({ dot, variables: [{ name: "$", value: dot }] });

/** Counts work; refuses when it becomes too much. */
export function work(run: Run, at: number, units: number): void {
  run.work += units;
  if (run.work > MAX_WORK) throw new TemplateProblem(at, "the template is too much work: does a range run very often?");
}

/** Carries out what is nested one level deeper. */
export function nested<T>(run: Run, at: number, carryOut: () => T): T {
  if (++run.depth > MAX_DEPTH)
    throw new TemplateProblem(at, `nested deeper than ${String(MAX_DEPTH)} levels: does a template use itself?`);
  const found = carryOut();
  run.depth--;
  return found;
}

/** Carries out a part; the variables that it declares are gone afterwards. */
export function scoped<T>(frame: Frame, carryOut: () => T): T {
  const known = frame.variables.length;
  const found = carryOut();
  frame.variables.length = known;
  return found;
}

/** Evaluates what decides something: whatever is absent in it is no flaw. */
export function asking<T>(run: Run, evaluate: () => T): T {
  run.asking++;
  const found = evaluate();
  run.asking--;
  return found;
}

/** Finds the last variable declared by this name. */
export function variableOf(
  { variables }: Frame,
  { name, at }: { readonly name: string; readonly at: number },
  run: Run,
): Frame["variables"][number] {
  work(run, at, 1 + Math.floor(variables.length / VARIABLES_PER_WORK));
  const variable = variables.findLast((known) => known.name === name);
  if (variable === undefined) throw new TemplateProblem(at, `the variable ${name} has no value here`);
  return variable;
}
