import { clip } from "../../clip.ts";
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
  const operations: PatchOperation[] = [];
  const warnings: string[] = [];
  const added: Added = new Map();
  for (const { name, match, set } of rules) {
    if (!matchesRule(match, request)) continue;
    for (const { keys, value } of set) {
      const setting = setAbsent(object, keys, fillTemplates(value, keys, request), added);
      operations.push(...setting.operations);
      if (setting.obstacle !== "") warnings.push(clip(`${setting.obstacle} (rule ${clip(name)})`, MAX_WARNING_LENGTH));
    }
  }
  return withWarnings(patched("", ...operations), ...firstOf(warnings));
}
