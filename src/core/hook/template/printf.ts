import { fail, ok, type Result } from "../../result.ts";
import { runeAt, type Bytes } from "./bytes.ts";
import { PLAIN, type Form } from "./form.ts";
import { formatTyped, formatValue } from "./format-value.ts";
import type { Value } from "./value.ts";

const MAX_BYTES = 8 * 1024 * 1024;
// Go takes no larger width and no larger precision.
const MAX_NUMBER = 1_000_000;
// The characters in which an index in brackets is closed.
const MAX_INDEX = 100;

const FLAGS: ReadonlyMap<string, keyof Form> = new Map([
  ["-", "minus"],
  ["+", "plus"],
  ["#", "sharp"],
  [" ", "space"],
  ["0", "zero"],
]);

/** Where a format is read, and which value comes next. */
interface Progress {
  readonly format: Bytes;
  readonly values: readonly Value[];
  at: number;
  value: number;
  /** True behind an index in brackets. */
  isIndexed: boolean;
  /** False once an index or its place was wrong in this verb. */
  isGood: boolean;
  /** True once an index was used: values left over are no error then. */
  isReordered: boolean;
}

/** Writes values by a format, as Go's fmt.Sprintf does. */
export function printFormat(format: Bytes, values: readonly Value[]): Result<Bytes, string> {
  const progress = { format, values, at: 0, value: 0, isIndexed: false, isGood: true, isReordered: false };
  let text = "";
  while (progress.at < format.length) {
    const percent = format.indexOf("%", progress.at);
    const end = percent === -1 ? format.length : percent;
    text += format.slice(progress.at, end);
    progress.at = end + 1;
    if (percent !== -1) text += printVerb(progress);
    if (text.length > MAX_BYTES) return fail(`the text becomes larger than ${String(MAX_BYTES)} bytes`);
  }
  return ok(text + printExtra(progress));
}

function printVerb(progress: Progress): Bytes {
  progress.isGood = true;
  progress.isIndexed = false;
  const { form, errors } = readForm(progress);
  if (progress.at >= progress.format.length) return `${errors}%!(NOVERB)`;
  const verb = runeAt(progress.format, progress.at);
  progress.at += verb.length;
  return errors + printNext(progress, verb === "v" || verb === "w" ? asSource(form) : form, verb);
}

function printNext(progress: Progress, form: Form, verb: Bytes): Bytes {
  if (verb === "%") return verb;
  if (!progress.isGood) return `%!${verb}(BADINDEX)`;
  const value = progress.values[progress.value];
  if (value === undefined) return `%!${verb}(MISSING)`;
  progress.value++;
  return formatValue(value, verb, form);
}

// %#v is another format than %v with a flag, and %+v is as %v here. Of %w the error text is written by the same rule.
const asSource = (form: Form): Form => ({ ...form, isSource: form.sharp, sharp: false, plus: false });

function readForm(progress: Progress): { form: Form; errors: Bytes } {
  const flags = readFlags(progress);
  readIndex(progress);
  const width = readWidth(progress);
  const precision = readPrecision(progress);
  if (!progress.isIndexed) readIndex(progress);
  const isLeft = width.number !== null && width.number < 0;
  const form = {
    ...flags,
    minus: flags.minus || isLeft,
    zero: flags.zero && !isLeft,
    width: width.number === null ? null : Math.abs(width.number),
    precision: precision.number,
  };
  return { form, errors: width.error + precision.error };
}

function readFlags(progress: Progress): Form {
  let form = PLAIN;
  for (;;) {
    const flag = FLAGS.get(progress.format.charAt(progress.at));
    if (flag === undefined) return form;
    form = { ...form, [flag]: true };
    progress.at++;
  }
}

interface Read {
  readonly number: number | null;
  readonly error: Bytes;
}

function readWidth(progress: Progress): Read {
  if (progress.format.charAt(progress.at) === "*") {
    const number = takeNumber(progress);
    return { number, error: number === null ? "%!(BADWIDTH)" : "" };
  }
  const number = readNumber(progress);
  if (progress.isIndexed && number !== null) progress.isGood = false;
  return { number, error: "" };
}

function readPrecision(progress: Progress): Read {
  const { format } = progress;
  if (format.charAt(progress.at) !== "." || progress.at + 1 >= format.length) return { number: null, error: "" };
  progress.at++;
  if (progress.isIndexed) progress.isGood = false;
  readIndex(progress);
  if (format.charAt(progress.at) !== "*") return { number: readNumber(progress) ?? 0, error: "" };
  const number = takeNumber(progress);
  return number === null || number < 0 ? { number: null, error: "%!(BADPREC)" } : { number, error: "" };
}

// A `*`: the next value is the number.
function takeNumber(progress: Progress): number | null {
  progress.at++;
  progress.isIndexed = false;
  const value = progress.values[progress.value];
  if (value === undefined) return null;
  progress.value++;
  const number = value.kind === "int" || value.kind === "uint8" ? Number(value.value) : NaN;
  return Math.abs(number) <= MAX_NUMBER ? number : null;
}

// Decimal digits; a number that is too large takes the rest of the format with it.
function readNumber(progress: Progress): number | null {
  const start = progress.at;
  let number = 0;
  for (; /^\d$/.test(progress.format.charAt(progress.at)); progress.at++) {
    if (number > MAX_NUMBER) {
      progress.at = progress.format.length;
      return null;
    }
    number = number * 10 + Number(progress.format.charAt(progress.at));
  }
  return progress.at === start ? null : number;
}

// [n]: the n-th value comes next.
function readIndex(progress: Progress): void {
  progress.isIndexed = false;
  const { format, at, values } = progress;
  if (format.charAt(at) !== "[") return;
  progress.isReordered = true;
  const end = at + 2 < format.length ? at + format.slice(at, at + MAX_INDEX).indexOf("]") : -1;
  const index = /^\d{1,7}$/.exec(format.slice(at + 1, end));
  progress.isIndexed = end > at && index !== null;
  progress.at = end > at ? end + 1 : at + 1;
  const value = Number(index?.[0]) - 1;
  if (progress.isIndexed && value >= 0 && value < values.length) progress.value = value;
  else progress.isGood = false;
}

function printExtra({ values, value, isReordered }: Progress): Bytes {
  if (isReordered || value >= values.length) return "";
  const extra = values.slice(value).map((left) => formatTyped(left, PLAIN));
  return `%!(EXTRA ${extra.join(", ")})`;
}
