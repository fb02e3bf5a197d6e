import { clip } from "../../core/clip.ts";
import { statusError } from "../../core/admission/status-error.ts";
import type { JsonObject } from "../../core/admission/json-object.ts";
import type { AdmissionRequest, GroupVersionKind } from "../../core/admission/request.ts";

/** What an object is expected to be. */
export type ExpectedKind = Pick<GroupVersionKind, "group" | "version" | "kind">;

/** Takes objects out of requests; it throws an error of status 400 where there is none, or one of another kind. */
export interface Decoder {
  /** The object as it would be stored. Without an expected kind it may be any. */
  readonly object: (request: AdmissionRequest, expected?: ExpectedKind) => JsonObject;
  /** The object as it is stored. */
  readonly oldObject: (request: AdmissionRequest, expected?: ExpectedKind) => JsonObject;
}

/** The decoder. An object without apiVersion and kind, as embedded ones are, is taken for what is expected. */
export const decoder: Decoder = {
  object: ({ object }, expected) => take(object, expected),
  oldObject: ({ oldObject }, expected) => take(oldObject, expected),
};

function take(object: JsonObject | null, expected: ExpectedKind | undefined): JsonObject {
  if (object === null) throw statusError({ code: 400, message: "there is no content to decode" });
  if (expected === undefined || (object["kind"] === undefined && object["apiVersion"] === undefined)) return object;
  const { group, version, kind } = expected;
  const apiVersion = group === "" ? version : `${group}/${version}`;
  if (object["kind"] === kind && object["apiVersion"] === apiVersion) return object;
  const got = `${named(object["apiVersion"])}, Kind=${named(object["kind"])}`;
  throw statusError({ code: 400, message: `expected ${apiVersion}, Kind=${kind}, got ${got}` });
}

const named = (value: unknown): string => (typeof value === "string" ? clip(value) : "none");
