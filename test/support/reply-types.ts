import { isJsonObject, type JsonObject } from "../../src/core/admission/json-object.ts";

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === "string";
const isFlag: Check = (value) => typeof value === "boolean";
const isInt32: Check = (value) => Number.isInteger(value) && Math.abs(Number(value)) < 2 ** 31;
// Go reads bytes as base64 with its padding.
const isBytes: Check = (value) => isText(value) && Buffer.from(String(value), "base64").toString("base64") === value;
const isTexts: Check = (value) => Array.isArray(value) && value.every(isText);
const isTextTable: Check = (value) => isJsonObject(value) && Object.values(value).every(isText);

const RESPONSE: Readonly<Record<string, Check>> = {
  uid: isText,
  allowed: isFlag,
  status: isJsonObject,
  patch: isBytes,
  patchType: isText,
  auditAnnotations: isTextTable,
  warnings: isTexts,
};
const STATUS: Readonly<Record<string, Check>> = {
  code: isInt32,
  reason: isText,
  message: isText,
  status: isText,
  details: isJsonObject,
  metadata: isJsonObject,
};

/**
 * The first field of a response whose type Go's decoder would refuse, with which the whole reply is lost; empty where there
 * is none. Null is as nothing.
 */
export function wrongType(response: JsonObject): string {
  const own = firstWrong(response, RESPONSE);
  if (own !== "") return own;
  const inStatus = firstWrong((response["status"] ?? {}) as JsonObject, STATUS);
  return inStatus === "" ? "" : `status.${inStatus}`;
}

const firstWrong = (from: JsonObject, checks: Readonly<Record<string, Check>>): string =>
  Object.keys(checks).find((key) => (from[key] ?? null) !== null && checks[key]?.(from[key]) === false) ?? "";
