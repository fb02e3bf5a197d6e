import type { RE2JS } from "re2js";
import { parse, type SemVer } from "semver";
import { compileRegex } from "../regex.ts";
import { fail, ok, type Result } from "../result.ts";
import type { Tag } from "./reference.ts";
import { compareCommonUnits, parseTagDate, type TagDate } from "./tag-date.ts";
import type { TagPolicy } from "./tag-policy.ts";

/** What the value of a tag is read as. */
interface Order<V> {
  readonly value: string;
  readonly parse: (text: string) => V | null;
  /** Over 0: `a` is newer than `b`, which then is not newer than `a`. */
  readonly compare: (a: V, b: V) => number;
  /** Which of two is the higher where neither is newer. */
  readonly prefer: (a: V, b: V) => number;
}

const VERSIONS: Order<SemVer> = {
  value: "version",
  parse: (text) => parse(text),
  compare: (a, b) => a.compare(b),
  prefer: () => 0,
};
const NUMBERS: Order<bigint> = {
  value: "number",
  parse: (text) => (/^\d+$/.test(text) ? BigInt(text) : null),
  compare: (a, b) => (a === b ? 0 : a > b ? 1 : -1),
  prefer: () => 0,
};
const DATES: Order<TagDate> = {
  value: "date",
  parse: parseTagDate,
  compare: compareCommonUnits,
  // Else of three dates of which one says no hour the result would hang on their order.
  prefer: (a, b) => a.length - b.length,
};

/** The values by which a tag can be newer. */
export const NEWER_BY = ["semver", "number", "date"] as const;

const GROUP = "value";

/**
 * Lets in the tags whose value is over that of the tag which runs, and that very tag again. The value is what a
 * pattern's named group `value` takes from the tag, without a pattern (null) the whole tag. A tag without a value is
 * never let in; where what runs has none, every tag with one is newer.
 */
export function newerTags(by: (typeof NEWER_BY)[number], pattern: string | null): Result<TagPolicy, string> {
  const regex = pattern === null ? ok(null) : compilePattern(pattern);
  if (regex.kind === "error") return regex;
  const textOf = (tag: Tag): string | null => (regex.value === null ? tag : groupOf(regex.value, tag));
  const why = pattern === null ? `newer: ${by} compares` : `newer: ${by} takes from it by pattern "${pattern}"`;
  switch (by) {
    case "semver":
      return ok(newerBy(VERSIONS, textOf, why));
    case "number":
      return ok(newerBy(NUMBERS, textOf, why));
    case "date":
      return ok(newerBy(DATES, textOf, why));
  }
}

function newerBy<V>(order: Order<V>, textOf: (tag: Tag) => string | null, why: string): TagPolicy {
  const valueOf = (tag: Tag | null): V | null => {
    const text = tag === null ? null : textOf(tag);
    return text === null ? null : order.parse(text);
  };
  return {
    refusal: (tag, running) => {
      const value = valueOf(tag);
      if (value === null) return `tag "${tag}" has no ${order.value}, which ${why}`;
      const now = valueOf(running);
      if (tag === running || now === null || order.compare(value, now) > 0) return null;
      return `tag "${tag}" is not newer than "${String(running)}", which runs`;
    },
    compare: (a, b) => {
      const [one, other] = [valueOf(a), valueOf(b)];
      return one === null || other === null ? 0 : order.compare(one, other) || order.prefer(one, other);
    },
  };
}

function compilePattern(text: string): Result<RE2JS, string> {
  const regex = compileRegex(text);
  if (regex.kind === "error" || Object.hasOwn(regex.value.namedGroups(), GROUP)) return regex;
  return fail(`"${text}" has no group named ${GROUP}: write one, such as build-(?P<${GROUP}>[0-9]+)`);
}

function groupOf(regex: RE2JS, tag: Tag): string | null {
  const matcher = regex.matcher(tag);
  return matcher.matches() ? matcher.group(GROUP) : null;
}
