import { fail, ok, type Result } from "../../result.ts";
import type { Bytes } from "./bytes.ts";
import { equalsAny, isLess } from "./compare.ts";
import { byteAt, lengthOf, slice } from "./cut.ts";
import { escapeHtml, escapeJs, escapeQuery } from "./escape.ts";
import { lookUpCredential, lookUpFile, lookUpVariable } from "./look-up.ts";
import { printAll, printLine, printShown } from "./print.ts";
import { printFormat } from "./printf.ts";
import type { Run } from "./run.ts";
import { boolValue, isTrue, NIL, textValue, type Value } from "./value.ts";

/** A function of templates; it takes so many values. */
export type TemplateFunction = { readonly least: number; readonly most: number } & (LazyFunction | EagerFunction);

/** The first value that is as true as `endsAt` is the result, else the last one. */
interface LazyFunction {
  readonly endsAt: boolean;
}

/** All values are evaluated first. */
export interface EagerFunction {
  /** True when it only tests its values: what is absent in them is no flaw. */
  readonly isTest?: boolean;
  readonly apply: (values: readonly Value[], run: Run, at: number) => Result<Value, string>;
}

type Apply = EagerFunction["apply"];
type Test = (a: Value, b: Value) => Result<boolean, string>;

const MANY = Number.POSITIVE_INFINITY;

const printer = (print: (values: readonly Value[]) => Bytes): TemplateFunction => ({
  least: 0,
  most: MANY,
  apply: (values) => ok(textValue(print(values))),
});

const withText =
  (use: (text: Bytes, rest: readonly Value[], run: Run, at: number) => Result<Bytes, string>): Apply =>
  ([first = NIL, ...rest], run, at) => {
    if (first.kind !== "string") return fail(`the first value must be a text, not of type ${first.kind}`);
    const found = use(first.value, rest, run, at);
    return found.kind === "ok" ? ok(textValue(found.value)) : found;
  };

const order = (test: Test): TemplateFunction => ({
  least: 2,
  most: 2,
  isTest: true,
  apply: ([a = NIL, b = NIL]) => toValue(test(a, b)),
});
const toValue = (found: Result<boolean, string>): Result<Value, string> =>
  found.kind === "ok" ? ok(boolValue(found.value)) : found;
const negate = (found: Result<boolean, string>): Result<boolean, string> =>
  found.kind === "ok" ? ok(!found.value) : found;
const isLessOrEqual: Test = (a, b) => {
  const less = isLess(a, b);
  return less.kind === "ok" && !less.value ? equalsAny(a, [b]) : less;
};

const lookUp = (look: Parameters<typeof withText>[0]): TemplateFunction => ({
  least: 1,
  most: 1,
  apply: withText(look),
});

/** The functions of a hooks file: those of Go's text/template, and those that adnanh/webhook adds. */
export const FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ["getenv", lookUp((name, _rest, run, at) => ok(lookUpVariable(name, run, at)))],
  ["cat", lookUp((path, _rest, run, at) => lookUpFile({ call: "cat", name: path, path }, run, at))],
  ["credential", lookUp((name, _rest, run, at) => lookUpCredential(name, run, at))],
  ["and", { least: 1, most: MANY, endsAt: false }],
  ["or", { least: 1, most: MANY, endsAt: true }],
  ["not", { least: 1, most: 1, isTest: true, apply: ([value = NIL]) => ok(boolValue(!isTrue(value))) }],
  ["eq", { least: 1, most: MANY, isTest: true, apply: ([a = NIL, ...others]) => toValue(equalsAny(a, others)) }],
  ["ne", order((a, b) => negate(equalsAny(a, [b])))],
  ["lt", order(isLess)],
  ["le", order(isLessOrEqual)],
  ["gt", order((a, b) => negate(isLessOrEqual(a, b)))],
  ["ge", order((a, b) => negate(isLess(a, b)))],
  ["len", { least: 1, most: 1, isTest: true, apply: ([value = NIL]) => lengthOf(value) }],
  ["index", { least: 1, most: MANY, apply: ([value = NIL, ...indexes]) => byteAt(value, indexes) }],
  ["slice", { least: 1, most: MANY, apply: ([value = NIL, ...indexes]) => slice(value, indexes) }],
  ["call", { least: 1, most: MANY, apply: () => fail("a hooks file has no functions as values") }],
  ["print", printer(printAll)],
  ["println", printer(printLine)],
  ["printf", { least: 1, most: MANY, apply: withText(printFormat) }],
  ["html", printer((values) => escapeHtml(printShown(values)))],
  ["js", printer((values) => escapeJs(printShown(values)))],
  ["urlquery", printer((values) => escapeQuery(printShown(values)))],
]);
