import type { SyntaxProblem } from "./field.ts";
import type { Issue } from "./fields.ts";
import type { Hook } from "./hook.ts";
import type { FileReading } from "./read-hooks.ts";
import type { Result } from "../result.ts";

/** The hooks of one file that are served: the last good definition of each. */
export interface FileSnapshot {
  readonly file: string;
  readonly hooks: readonly Hook[];
}

/** Something about a hooks file that its operator must know. `kept` says that an older definition is served on. */
export type TableIssue =
  | { readonly kind: "broken-file"; readonly file: string; readonly problem: SyntaxProblem; readonly kept: number }
  | { readonly kind: "not-hooks"; readonly file: string; readonly reason: string; readonly kept: number }
  | { readonly kind: "flaw"; readonly file: string; readonly flaw: Issue }
  | { readonly kind: "hook"; readonly file: string; readonly id: string; readonly issue: Issue; readonly kept: boolean }
  | {
      readonly kind: "duplicate";
      readonly file: string;
      readonly id: string;
      readonly at: Hook["at"];
      readonly servedFrom: string;
    };

/** What the author of a file should know of it as a whole. */
export const flawsOf = (file: string, flaws: readonly Issue[]): readonly TableIssue[] =>
  flaws.map((flaw) => ({ kind: "flaw", file, flaw }));

/** What a file serves after it was read anew, and what is wrong with it. */
export interface Adoption {
  readonly snapshot: FileSnapshot;
  readonly issues: readonly TableIssue[];
}

/**
 * Adopts what was read of a file. A file that does not parse keeps its whole last snapshot; in one that parses, an
 * invalid hook keeps its own last good definition, the others are adopted, and a hook that is gone is gone.
 */
export function adoptFile(last: FileSnapshot, read: Result<FileReading, SyntaxProblem>): Adoption {
  const { file } = last;
  const kept = last.hooks.length;
  if (read.kind === "error")
    return { snapshot: last, issues: [{ kind: "broken-file", file, problem: read.error, kept }] };
  if (read.value.kind === "not-hooks") {
    return { snapshot: last, issues: [{ kind: "not-hooks", file, reason: read.value.reason, kept }] };
  }
  // Of two with one id the first was served.
  const lastGood = new Map([...last.hooks].reverse().map((hook) => [hook.id, hook]));
  const hooks = read.value.hooks.flatMap(({ id, hook }) => hook ?? lastGood.get(id) ?? []);
  const issues = read.value.hooks.flatMap(({ id, hook, issues: found }) =>
    found.map((issue): TableIssue => ({ kind: "hook", file, id, issue, kept: hook === null && lastGood.has(id) })),
  );
  return { snapshot: { file, hooks }, issues };
}

/** All hooks by id. Of two with one id the first by file name and place in the file is served. */
export interface HookTable {
  readonly hooks: ReadonlyMap<string, Hook>;
  readonly issues: readonly TableIssue[];
}

/** Puts the files' hooks into one table. */
export function buildTable(snapshots: readonly FileSnapshot[]): HookTable {
  const hooks = new Map<string, Hook>();
  const issues: TableIssue[] = [];
  for (const { file, hooks: found } of [...snapshots].sort((a, b) => (a.file < b.file ? -1 : 1))) {
    for (const hook of found) {
      const served = hooks.get(hook.id);
      if (served === undefined) hooks.set(hook.id, hook);
      else issues.push({ kind: "duplicate", file, id: hook.id, at: hook.at, servedFrom: served.file });
    }
  }
  return { hooks, issues };
}
