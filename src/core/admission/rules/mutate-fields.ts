import { clip } from "../../clip.ts";
import type { JsonObject } from "../json-object.ts";
import type { PatchOperation } from "../json-patch.ts";
import type { AdmissionRequest } from "../request.ts";
import { allowed, patched, withWarnings, type AdmissionResponse } from "../response.ts";
import { setAbsent, type Added } from "./absent-place.ts";
import { fillTemplates } from "./fill-template.ts";
import { firstOf } from "./list-problems.ts";
import { matchesRule } from "./matches.ts";
import type { DefaultRule } from "./rule.ts";
import { isBeingDeleted } from "./subject.ts";

const MAX_WARNING_LENGTH = 200;

/**
 * Sets what the rules say where nothing is. The patch applies to the object whatever its shape, and doing it again
 * changes nothing more. Where two rules set the same place, or one inside of the other, the first counts. What is being
 * deleted is left alone: a finalizer's removal must not fail for a default.
 */
export function mutateFields(rules: readonly DefaultRule[], request: AdmissionRequest): AdmissionResponse {
  const { object, operation } = request;
  if (object === null || operation === "DELETE" || operation === "CONNECT" || isBeingDeleted(request)) return allowed();
  const wishes = rules
    .filter(({ match }) => matchesRule(match, request))
    .flatMap(({ name, set }) =>
      set.map(({ keys, value }) => ({ name, keys, value: fillTemplates(value, keys, request) })),
    );
  const { operations, obstacles } = setAll(object, wishes);
  return withWarnings(patched("", ...operations), ...firstOf(obstacles));
}

interface Wish {
  /** Of the rule. */
  readonly name: string;
  readonly keys: readonly string[];
  readonly value: unknown;
}

interface Outcome {
  readonly operations: readonly PatchOperation[];
  readonly obstacles: readonly string[];
}

// Until nothing more is set: one value may bring the item of a list that another is to be set in, and the next change
// of the object would find it.
function setAll(object: JsonObject, wishes: readonly Wish[]): Outcome {
  const operations: PatchOperation[] = [];
  const added: Added = new Map();
  for (;;) {
    const settings = wishes.map(({ name, keys, value }) => ({ name, ...setAbsent(object, keys, value, added) }));
    const found = settings.flatMap((setting) => setting.operations);
    const obstacles = settings
      .filter(({ obstacle }) => obstacle !== "")
      .map(({ name, obstacle }) => clip(`${obstacle} (rule ${clip(name)})`, MAX_WARNING_LENGTH));
    if (found.length === 0) return { operations, obstacles };
    operations.push(...found);
  }
}
