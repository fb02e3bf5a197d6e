import { asPayload, parseFirstJson, type PayloadObject } from "./payload.ts";
import { parseQuery } from "./query.ts";
import { decodeUtf8 } from "./utf8.ts";
import { parseXml } from "./xml.ts";

/** What a body was read as: no payload is not an error of the request, and the problem is for the log. */
export interface ReadPayload {
  readonly payload: PayloadObject | null;
  readonly problem: string | null;
}

/** True for a form in parts, which is not read here: for a type that holds none of the words of `readPayload`. */
export const isMultipart = (contentType: string): boolean =>
  readerOf(contentType) === undefined && isInParts(contentType);

/** The body as rules and arguments see it: that of a form in parts is nobody's, as in adnanh/webhook. */
export const rawBody = (contentType: string, body: Buffer): Buffer => (isInParts(contentType) ? Buffer.alloc(0) : body);

const isInParts = (contentType: string): boolean => contentType.startsWith("multipart/form-data;");

/**
 * Reads a body by its content type as adnanh/webhook does: the first that the type contains of `json`,
 * `x-www-form-urlencoded` and `xml` decides, in this case of letters. Of a form in parts it takes nothing, even where
 * one of them is in the boundary.
 */
export function readPayload(contentType: string, body: Buffer): ReadPayload {
  const read = readerOf(contentType);
  return read === undefined ? none("unsupported content type") : read(rawBody(contentType, body));
}

const readerOf = (contentType: string): Reader | undefined => READERS.find(([word]) => contentType.includes(word))?.[1];

type Reader = (body: Buffer) => ReadPayload;

const none = (problem: string | null): ReadPayload => ({ payload: null, problem });

const READERS: readonly (readonly [string, Reader])[] = [
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
  if (bad) return none("the form has a pair with a semicolon or a bad percent escape");
  return { payload: new Map([...values].map(([name, [first = ""]]) => [name, first])), problem: null };
}

function readXml(body: Buffer): ReadPayload {
  const read = parseXml(body);
  return read.kind === "ok" ? { payload: read.value, problem: null } : none(`the body ${read.error}`);
}
