import { fail, ok, type Result } from "../../result.ts";
import { filesOf } from "../callers/caller-entry.ts";
import { printFinding } from "../check.ts";
import { readDocument } from "../document.ts";
import type { Field, Position } from "../field.ts";
import type { Issue } from "../fields.ts";
import type { Hook } from "../hook.ts";
import { readHook, type HookReading } from "../read-hook.ts";
import { toChartHook, type ChartHook } from "./chart-hook.ts";

/** A hooks file's text, after template expansion where that is asked for. */
export interface HooksText {
  readonly file: string;
  readonly text: string;
  /** What the expansion found. */
  readonly warnings: readonly Issue[];
}

/** A hook that the chart's values carry, and what its owner should know. */
export interface CarriedHook extends ChartHook {
  readonly place: string;
  readonly notes: readonly string[];
}

/** A hook that stays a hook of a file, and why. */
export interface KeptHook {
  readonly hook: Hook;
  readonly field: Field;
  readonly place: string;
  readonly reasons: readonly string[];
}

/** What becomes of the hooks of some files. */
export interface Conversion {
  readonly carried: readonly CarriedHook[];
  readonly kept: readonly KeptHook[];
  /** What is wrong with the hooks that cannot be served at all, a line each. */
  readonly refused: readonly string[];
  /** What the templates of the files lacked, a line each. */
  readonly warnings: readonly string[];
}

/** Sorts the hooks of files into those of the chart's values and others; the errors are of files that hold no hooks. */
export function convertHooks(
  files: readonly HooksText[],
  { isExpanded }: { readonly isExpanded: boolean },
): Result<Conversion, readonly string[]> {
  const read = files.map((file) => readFields(file, isExpanded));
  if (!read.every((result) => result.kind === "ok"))
    return fail(read.flatMap((result) => (result.kind === "error" ? [result.error] : [])));
  const taken = new Set<string>();
  const sorted = read.flatMap(({ value }) => value).map((one) => sort(one, taken));
  return ok({
    carried: sorted.flatMap((one) => (one.kind === "carried" ? [one.hook] : [])),
    kept: sorted.flatMap((one) => (one.kind === "kept" ? [one.hook] : [])),
    refused: sorted.flatMap((one) => (one.kind === "refused" ? one.lines : [])),
    warnings: files.flatMap(({ file, warnings }) => linesOf({ id: "", issues: warnings }, file, "warning")),
  });
}

interface FieldOfFile {
  readonly file: string;
  readonly field: Field;
}

function readFields({ file, text }: HooksText, isExpanded: boolean): Result<readonly FieldOfFile[], string> {
  const problem = (at: Position, message: string): Result<never, string> =>
    fail(printFinding({ severity: "error", file, ...at, hook: "", message }));
  const template = isExpanded ? -1 : text.indexOf("{{");
  if (template !== -1) return problem(placeOf(text, template), TEMPLATE);
  const document = readDocument(text);
  if (document.kind === "error") return problem(document.error.at, document.error.message);
  if (document.value?.kind !== "list") return problem({ line: 1, column: 1 }, "it holds no list of hooks");
  return ok(document.value.items.map((field) => ({ file, field })));
}

const TEMPLATE =
  "holds a template ({{ … }}): give --template, and the variables that it reads, " +
  "as in HOOK_TOKEN=… imagehook convert --template hooks.json";

const placeOf = (text: string, offset: number): Position => ({
  line: text.slice(0, offset).split("\n").length,
  column: offset - text.lastIndexOf("\n", offset),
});

type Sorted =
  | { readonly kind: "carried"; readonly hook: CarriedHook }
  | { readonly kind: "kept"; readonly hook: KeptHook }
  | { readonly kind: "refused"; readonly lines: readonly string[] };

function sort({ file, field }: FieldOfFile, taken: Set<string>): Sorted {
  const reading = readHook(field, file);
  const { id, hook } = reading;
  if (hook === null) return { kind: "refused", lines: linesOf(reading, file, "error") };
  const at = { file, ...field.at, hook: id };
  if (taken.has(id)) {
    const message = "the id is taken by a hook before it";
    return { kind: "refused", lines: [printFinding({ severity: "error", ...at, message })] };
  }
  taken.add(id);
  const place = `${file}:${String(field.at.line)}`;
  const notes = [...linesOf(reading, file, "warning"), ...leftOut(hook, field)];
  const chart = toChartHook(hook, field);
  return chart.kind === "ok"
    ? { kind: "carried", hook: { ...chart.value, place, notes: [...notes, ...secretsOf(hook)] } }
    : { kind: "kept", hook: { hook, field, place, reasons: chart.error } };
}

const linesOf = (
  { id, issues }: Pick<HookReading, "id" | "issues">,
  file: string,
  severity: "error" | "warning",
): readonly string[] =>
  issues
    .filter((issue) => issue.severity === severity)
    .map(({ at, message }) => printFinding({ severity, file, ...at, hook: id, message }));

const SECRETS = "callers: the Secrets that they name must be in the release's namespace before the chart";

const secretsOf = (hook: Hook): readonly string[] =>
  hook.kind === "upgrade" && filesOf(hook.upgrade.callers).length > 0 ? [SECRETS] : [];

function leftOut({ response }: Hook, field: Field): readonly string[] {
  const hasMessage = field.kind === "map" && field.entries.has("response-message") && response.message === null;
  return [
    ...(hasMessage ? ["response-message is left out: the answer is the output, as before"] : []),
    ...response.headers.map(({ name }) => `response-headers: ${name} is left out: only browsers read it`),
  ];
}
