import type { Field } from "./field.ts";
import { openMap, type FieldReader, type Issue } from "./fields.ts";
import type { HookResponse } from "./hook.ts";

/** The name of a header, of a sensible length (RFC 9110). */
export const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;
const HEADER_VALUE = /^[\t\x20-\x7e]{0,1000}$/;

/** Reads what a hook answers with. */
export function readResponse(map: FieldReader, issues: Issue[]): HookResponse {
  const message = map.text("response-message", "");
  const showsOutput = map.flag("include-command-output-in-response") || message === "";
  return {
    message: showsOutput ? null : message,
    headers: map.list("response-headers").flatMap((item) => readHeader(item, issues)),
    successStatus: readStatus(map, "success-http-response-code"),
    mismatchStatus: readStatus(map, "trigger-rule-mismatch-http-response-code"),
  };
}

function readHeader(field: Field, issues: Issue[]): readonly { name: string; value: string }[] {
  const header = openMap(field, "response-headers", issues);
  if (header === null) return [];
  const [name, value] = [header.text("name", ""), header.text("value", "")];
  if (HEADER_NAME.test(name) && HEADER_VALUE.test(value)) return [{ name, value }];
  header.error("name", `"${name}" with this value is not an HTTP header`);
  return [];
}

// The statuses that Go's net/http has a text for, less the informational ones, which are no answer.
const STATUS_RANGES: readonly (readonly [number, number])[] = [
  [200, 208],
  [226, 226],
  [300, 305],
  [307, 308],
  [400, 418],
  [421, 426],
  [428, 429],
  [431, 431],
  [451, 451],
  [500, 508],
  [510, 511],
];

function readStatus(map: FieldReader, key: string): number {
  const text = map.text(key, "");
  if (text === "" || text === "0") return 200;
  const status = Number(text);
  if (STATUS_RANGES.some(([from, to]) => status >= from && status <= to && Number.isInteger(status))) return status;
  map.warn(key, `"${text}" is not an HTTP status: 200 is answered; write one, such as 403`);
  return 200;
}
