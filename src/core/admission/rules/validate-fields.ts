import { clip } from "../../clip.ts";
import type { AdmissionRequest } from "../request.ts";
import { allowed, denied, type ValidatingResponse } from "../response.ts";
import { judgeValue, type ValueFault } from "./judge-value.ts";
import { listProblems } from "./list-problems.ts";
import { matchesRule } from "./matches.ts";
import { placesOf, printPlace, valueAt, type Place } from "./places.ts";
import type { FieldRule } from "./rule.ts";
import { isSameValue } from "./same-value.ts";
import { isBeingDeleted, nameOf } from "./subject.ts";

/** A place whose value a rule finds fault with. */
interface Problem extends ValueFault {
  readonly field: string;
}

const MAX_CAUSES = 20;
const MAX_PLACES = 100_000;
const MAX_MESSAGE_LENGTH = 500;

/**
 * Judges the fields of an object. A value that the change leaves as it was is not judged again, as the API server's own
 * ratcheting has it, and a deletion is never stopped: a new rule blocks no status or finalizer of what it would refuse.
 */
export function validateFields(rules: readonly FieldRule[], request: AdmissionRequest): ValidatingResponse {
  if (request.object === null || isBeingDeleted(request)) return allowed();
  const problems = rules.filter((rule) => isFieldRuleFor(rule, request)).flatMap((rule) => problemsOf(rule, request));
  return problems.length === 0 ? allowed() : refuse(problems, request);
}

/**
 * True when a rule is for a request. One on spec.replicas is for the scale of the same resource too, or kubectl scale would go
 * around it.
 */
export function isFieldRuleFor({ match, path }: FieldRule, request: AdmissionRequest): boolean {
  if (matchesRule(match, request)) return true;
  const isOfScale = request.subResource === "scale" && path.length === 2 && path.join("/") === "spec/replicas";
  return isOfScale && matchesRule(match, { ...request, subResource: "" });
}

function refuse(problems: readonly Problem[], request: AdmissionRequest): ValidatingResponse {
  const { kind } = request;
  const response = denied(listProblems(problems.map(({ field, message }) => `${field}: ${message}`)));
  const details = { name: nameOf(request), group: kind.group, kind: kind.kind, causes: problems.slice(0, MAX_CAUSES) };
  return { ...response, status: { ...response.status, details } };
}

function problemsOf(rule: FieldRule, request: AdmissionRequest): readonly Problem[] {
  const { object, oldObject } = request;
  const isHidden = request.kind.kind === "Secret";
  const problems: Problem[] = [];
  const visit = (root: unknown, judge: (place: Place) => readonly ValueFault[]): void => {
    let places = 0;
    for (const place of placesOf(root, rule.path)) {
      const isTooMany = ++places > MAX_PLACES;
      problems.push(...inWords(rule, isTooMany ? rule.path : place.keys, isTooMany ? [TOO_MANY] : judge(place)));
      if (isTooMany) return;
    }
  };
  visit(object, (place) => (isUnchanged(rule, place, oldObject) ? [] : judgePlace(rule, place, isHidden)));
  if (rule.immutable) visit(oldObject, (place) => (isChanged(place, object) ? [IMMUTABLE] : []));
  return problems;
}

const TOO_MANY: ValueFault = {
  reason: "FieldValueInvalid",
  message: `names more than ${String(MAX_PLACES)} values, too many to be checked`,
};
const IMMUTABLE: ValueFault = {
  reason: "FieldValueInvalid",
  message: "may not be changed once it is set: leave it as it is, or delete the object and create it anew",
};
const REQUIRED: ValueFault = { reason: "FieldValueRequired", message: "is required: set it" };

// A rule with a message of its own says it once for each place.
const inWords = (rule: FieldRule, keys: readonly string[], faults: readonly ValueFault[]): readonly Problem[] =>
  (rule.message === "" ? faults : faults.slice(0, 1)).map(({ reason, message }) => ({
    reason,
    message: `${clip(rule.message || message, MAX_MESSAGE_LENGTH)} (rule ${clip(rule.name)})`,
    field: printPlace(keys),
  }));

function judgePlace(rule: FieldRule, { value }: Place, isHidden: boolean): readonly ValueFault[] {
  if (!isAbsent(value)) return judgeValue(rule, value, isHidden);
  return rule.required ? [REQUIRED] : [];
}

// The API takes null for a field that is not there.
const isAbsent = (value: unknown): boolean => value === undefined || value === null;

// What is absent was so before only where the item that it is missing in was there.
function isUnchanged({ path }: FieldRule, { keys, value }: Place, before: unknown): boolean {
  const old = valueAt(before, ...keys);
  if (!isAbsent(value)) return isSameValue(value, old);
  const item = keys.slice(0, path.lastIndexOf("*") + 1);
  return isAbsent(old) && !isAbsent(valueAt(before, ...item));
}

// Items of lists are told by their index, values of maps by their key. What is gone has changed as well.
const isChanged = ({ keys, value }: Place, after: unknown): boolean =>
  !isAbsent(value) && !isSameValue(value, valueAt(after, ...keys));
