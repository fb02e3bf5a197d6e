import { isJsonObject } from "./json-object.ts";
import type { AdmissionResponse } from "./response.ts";

/**
 * Tells a response from what else a handler can return where no compiler looked. A field of another type would make the
 * API server take the whole reply for a fault, and pass over a refusal under `failurePolicy: Ignore`.
 */
export function isResponse(value: unknown): value is AdmissionResponse {
  if (!isJsonObject(value)) return false;
  const { allowed, status, warnings, auditAnnotations, patch } = value;
  return (
    typeof allowed === "boolean" &&
    (status === undefined || isStatus(status)) &&
    (warnings === undefined || isListOf(isText, warnings)) &&
    (patch === undefined || isListOf(isOperation, patch)) &&
    (auditAnnotations === undefined || isTextTable(auditAnnotations))
  );
}

const isText = (value: unknown): value is string => typeof value === "string";
const isOptionalText = (value: unknown): boolean => value === undefined || isText(value);
const isListOf = (isOne: (value: unknown) => boolean, value: unknown): boolean =>
  Array.isArray(value) && value.every(isOne);
const isTextTable = (value: unknown): boolean => isJsonObject(value) && Object.values(value).every(isText);
const isOperation = (value: unknown): boolean => isJsonObject(value) && isText(value["op"]) && isText(value["path"]);

function isStatus(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  const { code, reason, message, details } = value;
  const isCoded = code === undefined || typeof code === "number";
  return (
    isCoded && isOptionalText(reason) && isOptionalText(message) && (details === undefined || isJsonObject(details))
  );
}
