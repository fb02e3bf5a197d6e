import { fail, ok, type Result } from "../result.ts";
import { isJsonObject, type JsonObject } from "./json-object.ts";
import type { AdmissionRequest, GroupVersionKind, GroupVersionResource, UserInfo } from "./request.ts";

/** Reads the request of a review; the error names the first field that is of another type than the API says. */
export function readRequest(request: JsonObject): Result<AdmissionRequest, string> {
  const faults: string[] = [];
  const reader = createReader(faults);
  const read: AdmissionRequest = {
    uid: reader.text(request, "uid"),
    kind: kindOf(reader, request, "kind") ?? NO_KIND,
    resource: resourceOf(reader, request, "resource") ?? NO_RESOURCE,
    subResource: reader.text(request, "subResource"),
    requestKind: kindOf(reader, request, "requestKind"),
    requestResource: resourceOf(reader, request, "requestResource"),
    requestSubResource: reader.text(request, "requestSubResource"),
    name: reader.text(request, "name"),
    namespace: reader.text(request, "namespace"),
    operation: reader.text(request, "operation"),
    userInfo: userOf(reader, request),
    object: reader.object(request, "object"),
    oldObject: reader.object(request, "oldObject"),
    dryRun: reader.flag(request, "dryRun"),
    options: reader.object(request, "options"),
  };
  const [fault] = faults;
  return fault === undefined ? ok(read) : fail(fault);
}

const NO_KIND: GroupVersionKind = { group: "", version: "", kind: "" };
const NO_RESOURCE: GroupVersionResource = { group: "", version: "", resource: "" };
const NO_USER: UserInfo = { username: "", uid: "", groups: [], extra: {} };

/** Reads fields by their type; absent and null are empty, anything else is a fault. */
interface Reader {
  readonly text: (from: JsonObject, key: string) => string;
  readonly flag: (from: JsonObject, key: string) => boolean;
  readonly object: (from: JsonObject, key: string) => JsonObject | null;
  readonly texts: (from: JsonObject, key: string) => readonly string[];
}

const isText = (value: unknown): value is string => typeof value === "string";
const isFlag = (value: unknown): value is boolean => typeof value === "boolean";
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);

function createReader(faults: string[]): Reader {
  const field =
    <T>(isIt: (value: unknown) => value is T, what: string, absent: T) =>
    (from: JsonObject, key: string): T => {
      const value = from[key] ?? absent;
      if (isIt(value) || value === absent) return value as T;
      faults.push(`request: ${key} must be ${what}`);
      return absent;
    };
  return {
    text: field(isText, "a text", ""),
    flag: field(isFlag, "true or false", false),
    object: field<JsonObject | null>(isJsonObject, "a JSON object", null),
    texts: field<readonly string[]>(isTexts, "a list of texts", []),
  };
}

function kindOf(reader: Reader, request: JsonObject, key: string): GroupVersionKind | null {
  const from = reader.object(request, key);
  if (from === null) return null;
  return { group: reader.text(from, "group"), version: reader.text(from, "version"), kind: reader.text(from, "kind") };
}

function resourceOf(reader: Reader, request: JsonObject, key: string): GroupVersionResource | null {
  const from = reader.object(request, key);
  if (from === null) return null;
  const [group, version] = [reader.text(from, "group"), reader.text(from, "version")];
  return { group, version, resource: reader.text(from, "resource") };
}

function userOf(reader: Reader, request: JsonObject): UserInfo {
  const from = reader.object(request, "userInfo");
  if (from === null) return NO_USER;
  const extra = reader.object(from, "extra") ?? {};
  return {
    username: reader.text(from, "username"),
    uid: reader.text(from, "uid"),
    groups: reader.texts(from, "groups"),
    extra: Object.fromEntries(Object.keys(extra).map((name) => [name, reader.texts(extra, name)])),
  };
}
