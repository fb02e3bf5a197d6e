import { judgeValue } from "./judge-value.ts";
import type { FieldRule, FieldType } from "./rule.ts";

/** A demand of a rule that cannot be met beside the others, by its key. */
interface Contradiction {
  readonly key: "min" | "max" | "enum" | "pattern" | "immutable";
  readonly why: string;
}

/** The demands of a rule that nothing could meet, or that never say anything. */
export const contradictionsIn = (rule: FieldRule): readonly Contradiction[] => [
  ...boundsOf(rule),
  ...patternOf(rule),
  ...enumOf(rule),
  ...immutableOf(rule),
];

const UNBOUND: readonly (FieldType | null)[] = ["boolean", "object"];
const MEASURED: readonly (FieldType | null)[] = ["string", "array"];

function boundsOf({ type, min, max }: FieldRule): readonly Contradiction[] {
  const key = min === null ? "max" : "min";
  if ((min ?? max) !== null && UNBOUND.includes(type))
    return [{ key, why: "bounds are for numbers, texts and lists: leave them out, or name another type" }];
  const [least, most] = [min ?? -Infinity, max ?? Infinity];
  if (least > most) return [{ key, why: "is larger than max: nothing could pass" }];
  return most < 0 && MEASURED.includes(type) ? [{ key: "max", why: "is a length below 0: nothing could pass" }] : [];
}

const patternOf = ({ pattern, type }: FieldRule): readonly Contradiction[] =>
  pattern === null || type === null || type === "string"
    ? []
    : [{ key: "pattern", why: `is for texts, and the type is ${type}: nothing could pass` }];

function enumOf(rule: FieldRule): readonly Contradiction[] {
  const values = rule.enum ?? [];
  const isOutOfReach =
    values.length > 0 && values.every((value) => judgeValue({ ...rule, enum: null }, value).length > 0);
  const why = "none of these values meets the rule's other demands: nothing could pass";
  return isOutOfReach ? [{ key: "enum", why }] : [];
}

const immutableOf = ({ immutable, match }: FieldRule): readonly Contradiction[] =>
  !immutable || match.operations.includes("UPDATE")
    ? []
    : [{ key: "immutable", why: "is looked at when an object is updated: add UPDATE to match.operations" }];
