import { fail, ok, type Result } from "../../result.ts";
import type { Position, SyntaxProblem } from "../field.ts";
import type { Issue } from "../fields.ts";
import { fromBytes } from "./bytes.ts";
import { evaluate } from "./evaluator.ts";
import { parseTemplate } from "./parse-template.ts";
import { openRun, type Absence, type Environment } from "./run.ts";
import { TemplateProblem } from "./template-problem.ts";

/** What a template makes, and what it asked for that is not there; places are of the text before expansion. */
export interface Expansion {
  readonly text: string;
  readonly unset: readonly Unset[];
}

/** A variable or file that is not there, at the first place that asks for it. */
export type Unset = Omit<Absence, "at"> & { readonly at: Position };

/**
 * Expands a hooks file as Go's text/template does, without data and with the functions of adnanh/webhook. A variable
 * that is not set and a file that cannot be read are empty texts; they are listed unless a condition asks for them.
 */
export function expandTemplate(text: string, environment: Environment): Result<Expansion, SyntaxProblem> {
  if (!text.includes("{{")) return ok({ text, unset: [] });
  try {
    const { templates, constants } = parseTemplate(text);
    const run = openRun(environment, constants);
    const expanded = fromBytes(evaluate(templates, run));
    const unset = [...run.absences.values()].map((absence) => ({ ...absence, at: positionOf(text, absence.at) }));
    return ok({ text: expanded, unset });
  } catch (error) {
    if (!(error instanceof TemplateProblem)) throw error;
    return fail({ at: positionOf(text, error.offset), message: `template: ${error.message}` });
  }
}

/** Says what is not there, as a flaw of the file. */
export function issueOf({ call, what, name, at }: Unset): Issue {
  const asked = name === null ? call : `${call} ${JSON.stringify(name)}`;
  const reason = what === "variable" ? "the variable is not set" : "the file cannot be read, or is too large";
  return { severity: "warning", at, message: `${asked}: ${reason}, so nothing stands here` };
}

function positionOf(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  return { line: before.split("\n").length, column: offset - before.lastIndexOf("\n") };
}
