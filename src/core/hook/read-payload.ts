import { asPayload, parseFirstJson, type PayloadObject } from "./payload.ts";
import { parseQuery } from "./query.ts";
import { decodeUtf8 } from "./utf8.ts";
import { parseXml } from "./xml.ts";

/** What a body was read as: no payload is not an error of the request, and the problem is for the log. */
export interface ReadPayload {
  readonly payload: PayloadObject | null;
  readonly problem: string | null;
}

/** True for a form in parts, whose body is not read here. Only asked when none of `readPayload`'s types matches. */
export const isMultipart = (contentType: string): boolean => contentType.startsWith("multipart/form-data;");

/**
 * Reads a body by its content type as adnanh/webhook does: the first that the type contains of `json`,
 * `x-www-form-urlencoded` and `xml` decides, in this case of letters.
 */
export function readPayload(contentType: string, body: Buffer): ReadPayload {
  const read = READERS.find(([part]) => contentType.includes(part))?.[1];
  return read === undefined ? none("unsupported content type") : read(body);
}

/** True when `readPayload` knows the content type. These are tested before `isMultipart`. */
export const isReadable = (contentType: string): boolean => READERS.some(([part]) => contentType.includes(part));

const none = (problem: string | null): ReadPayload => ({ payload: null, problem });

const READERS: readonly (readonly [string, (body: Buffer) => ReadPayload])[] = [
  ["json", readJson],
  ["x-www-form-urlencoded", readForm],
  ["xml", readXml],
];

function readJson(body: Buffer): ReadPayload {
  const value = parseFirstJson(decodeUtf8(body));
  if (value.kind === "error") return none(`the body ${value.error}`);
  return { payload: asPayload(value.value), problem: null };
}

function readForm(body: Buffer): ReadPayload {
  const { values, bad } = parseQuery(body.toString("latin1"));
  if (bad) return none("the form has a pair with a semicolon or a bad percent escape, or more than 10,000 pairs");
  return { payload: new Map([...values].map(([name, [first = ""]]) => [name, first])), problem: null };
}

function readXml(body: Buffer): ReadPayload {
  const read = parseXml(body);
  return read.kind === "ok" ? { payload: read.value, problem: null } : none(`the body ${read.error}`);
}
