import type { Hook } from "../core/hook/hook.ts";
import { refuseCommands } from "../core/hook/refuse-commands.ts";
import { adoptFile, buildTable, flawsOf, type FileSnapshot, type TableIssue } from "../core/hook/table.ts";
import { printScope } from "../core/rollout/selection.ts";
import type { HooksFile, Log, LogFacts } from "./ports.ts";

/** The hooks that are served: whole snapshots come in, single hooks are found by id. */
export interface HookStore {
  readonly find: (id: string) => Hook | undefined;
  readonly hooks: () => readonly Hook[];
  /** True once a first snapshot was adopted, even one without a good hook. */
  readonly isLoaded: () => boolean;
  /** False while a file or a hook in it cannot be read: a hook that is missing may be there. */
  readonly isSound: () => boolean;
  /** Takes all files of the directory as they are now; a file that is not among them is gone. */
  readonly adopt: (files: readonly HooksFile[]) => void;
}

/** Makes an empty store. Each hook served and each issue is logged when it appears, and not again while it stays. */
export function createHookStore(
  log: Log,
  { allowsCommands = false }: { readonly allowsCommands?: boolean } = {},
): HookStore {
  let snapshots = new Map<string, FileSnapshot>();
  let table: ReadonlyMap<string, Hook> = new Map();
  let known: ReadonlySet<string> = new Set();
  let isLoaded = false;
  let isSound = true;

  const adopt = (files: readonly HooksFile[]): void => {
    const adoptions = files.map(({ file, reading }) =>
      adoptFile(snapshots.get(file) ?? { file, hooks: [] }, allowsCommands ? reading : refuseCommands(reading)),
    );
    snapshots = new Map(adoptions.map(({ snapshot }) => [snapshot.file, snapshot]));
    const built = buildTable([...snapshots.values()]);
    const flaws = files.flatMap(({ file, warnings }) => flawsOf(file, warnings));
    const issues = [...flaws, ...adoptions.flatMap(({ issues: found }) => found), ...built.issues];
    known = reportNew(issues, known, log);
    isSound = !issues.some(isError);
    reportHooks(table, built.hooks, log);
    reportInsecure(table, built.hooks, log);
    if (built.hooks.size === 0) log.warn({ files: files.length }, "no hook is served");
    table = built.hooks;
    isLoaded = true;
  };
  return {
    find: (id) => table.get(id),
    hooks: () => [...table.values()],
    isLoaded: () => isLoaded,
    isSound: () => isSound,
    adopt,
  };
}

function reportHooks(before: ReadonlyMap<string, Hook>, after: ReadonlyMap<string, Hook>, log: Log): void {
  for (const [id, hook] of after) {
    if (!before.has(id)) log.info({ hook: id, file: hook.file, ...factsOf(hook) }, "hook is served");
  }
  for (const id of before.keys()) if (!after.has(id)) log.info({ hook: id }, "hook is gone");
}

function reportInsecure(before: ReadonlyMap<string, Hook>, after: ReadonlyMap<string, Hook>, log: Log): void {
  const count = countInsecure(after);
  if (count > 0 && count !== countInsecure(before))
    log.warn({ hooks: count }, "hooks are served that anyone who reaches them can trigger");
}

const countInsecure = (hooks: ReadonlyMap<string, Hook>): number =>
  [...hooks.values()].filter((hook) => hook.kind === "upgrade" && hook.upgrade.isInsecure).length;

function factsOf(hook: Hook): LogFacts {
  if (hook.kind === "command") return { command: hook.command.path };
  const { target, container } = hook.upgrade;
  return { namespace: target.namespace, workload: printScope(target), container };
}

// Those that are logged as errors.
function isError(issue: TableIssue): boolean {
  switch (issue.kind) {
    case "broken-file":
    case "duplicate":
      return true;
    case "not-hooks":
      return issue.kept > 0;
    case "flaw":
      return false;
    case "hook":
      return issue.issue.severity === "error";
  }
}

function reportNew(issues: readonly TableIssue[], known: ReadonlySet<string>, log: Log): ReadonlySet<string> {
  const seen = new Set<string>();
  for (const issue of issues) {
    const text = JSON.stringify(issue);
    if (!known.has(text) && !seen.has(text)) report(issue, log);
    seen.add(text);
  }
  return seen;
}

function report(issue: TableIssue, log: Log): void {
  switch (issue.kind) {
    case "broken-file": {
      const { file, problem, kept } = issue;
      log.error(
        { file, ...problem.at, reason: problem.message, kept },
        "hooks file does not parse; its hooks stay as they were",
      );
      return;
    }
    case "not-hooks": {
      const { file, reason, kept } = issue;
      if (kept === 0) log.info({ file, reason }, "file is no hooks file; ignored");
      else
        log.error({ file, reason, kept }, "hooks file holds no list of hooks now; what it served before is served on");
      return;
    }
    case "flaw": {
      const { file, flaw } = issue;
      log.warn({ file, ...flaw.at, reason: flaw.message }, "hooks file has a flaw");
      return;
    }
    case "duplicate": {
      const { file, id, at, servedFrom } = issue;
      log.error({ file, ...at, hook: id, servedFrom }, "hook id is taken; the first one is served");
      return;
    }
    case "hook": {
      const { file, id, issue: found, kept } = issue;
      const facts = { file, ...found.at, hook: id, reason: found.message };
      if (found.severity === "warning") log.warn(facts, "hook has a flaw");
      else if (kept) log.error(facts, "hook is invalid; its last good definition is served on");
      else log.error(facts, "hook is invalid and not served");
    }
  }
}
