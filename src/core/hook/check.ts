import { demandsProof, matchesOf } from "./caller.ts";
import type { Position, SyntaxProblem } from "./field.ts";
import type { Issue } from "./fields.ts";
import type { Hook } from "./hook.ts";
import { refuseCommands } from "./refuse-commands.ts";
import { adoptFile, buildTable, flawsOf, type FileSnapshot, type HookTable, type TableIssue } from "./table.ts";
import type { FileReading } from "./read-hooks.ts";
import type { Result } from "../result.ts";

/** Something that the author of a hooks file should know; an error keeps a hook, or the whole file, from being served. */
export interface Finding {
  readonly severity: "error" | "warning";
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The hook's id; empty where the whole file is meant. */
  readonly hook: string;
  readonly message: string;
}

/** What hooks files would do if they were served together: what is wrong with them, and how many hooks would be served. */
export interface CheckReport {
  readonly findings: readonly Finding[];
  readonly served: number;
}

/** What is asked of files that are looked at without being served. */
export interface CheckOptions {
  readonly allowsCommands?: boolean;
}

/** A file that was read, and what is to be said of it beside its hooks. */
export interface CheckedFile {
  readonly file: string;
  readonly reading: Result<FileReading, SyntaxProblem>;
  readonly warnings: readonly Issue[];
}

/** Checks files that were read, as if they were adopted for the first time. */
export function checkHooks(files: readonly CheckedFile[], options: CheckOptions = {}): CheckReport {
  const { issues: found, hooks } = adoptAll(files, options);
  const flaws = files.flatMap(({ file, warnings }) => flawsOf(file, warnings));
  const findings = [...[...flaws, ...found].map(toFinding), ...[...hooks.values()].flatMap(adviceOn)].sort(byPlace);
  return { findings, served: hooks.size };
}

/** The hooks that would be served of files that were read, by their ids. */
export const servedHooks = (files: readonly CheckedFile[], options: CheckOptions): ReadonlyMap<string, Hook> =>
  adoptAll(files, options).hooks;

function adoptAll(files: readonly CheckedFile[], { allowsCommands = false }: CheckOptions): HookTable {
  const adoptions = files.map(({ file, reading }) =>
    adoptFile({ file, hooks: [] } satisfies FileSnapshot, allowsCommands ? reading : refuseCommands(reading)),
  );
  const { hooks, issues } = buildTable(adoptions.map(({ snapshot }) => snapshot));
  return { hooks, issues: [...adoptions.flatMap(({ issues: found }) => found), ...issues] };
}

function toFinding(issue: TableIssue): Finding {
  const { file } = issue;
  switch (issue.kind) {
    case "broken-file":
      return { severity: "error", file, ...issue.problem.at, hook: "", message: issue.problem.message };
    case "not-hooks":
      return { severity: "warning", file, ...START, hook: "", message: `ignored, as no hooks file: ${issue.reason}` };
    case "flaw":
      return { severity: "warning", file, ...issue.flaw.at, hook: "", message: issue.flaw.message };
    case "hook": {
      const { severity, at, message } = issue.issue;
      return { severity, file, ...at, hook: issue.id, message };
    }
    case "duplicate": {
      const message = `the id is taken in ${issue.servedFrom}: that hook is served, this one is not; give one of them another id`;
      return { severity: "error", file, ...issue.at, hook: issue.id, message };
    }
  }
}

const START: Position = { line: 1, column: 1 };

// Where no secret is asked for there is no wrong one.
function adviceOn(hook: Hook): readonly Finding[] {
  const { id, file, at, rule, response } = hook;
  const isForNobody = rule !== null && matchesOf(rule).length === 0;
  if (isForNobody || !demandsProof(hook) || response.mismatchStatus >= 400) return [];
  const message =
    `a wrong token is answered ${String(response.mismatchStatus)}, which looks like a success in the registry's history: ` +
    "set trigger-rule-mismatch-http-response-code to 403";
  return [{ severity: "warning", file, ...at, hook: id, message }];
}

const byPlace = (a: Finding, b: Finding): number =>
  a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1;

/** Prints a finding as compilers do, so that editors find the place. */
export const printFinding = ({ file, line, column, severity, hook, message }: Finding): string =>
  `${file}:${String(line)}:${String(column)}: ${severity}: ${hook === "" ? "" : `${hook}: `}${message}`;
