import type { Form, FormFile } from "../core/hook/form-payload.ts";
import { decodeUtf8 } from "../core/hook/utf8.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { parseMediaType } from "./media-type.ts";
import { readPartHeader, type PartHeader } from "./part-header.ts";

const MAX_PARTS = 1_000;

/**
 * Reads a form in parts as Go's mime/multipart does: text around the parts is skipped, lines may end in LF when the
 * first boundary does, a part without a name is left out, and one with a file name is a file.
 */
export function readForm(contentType: string, bytes: Buffer): Result<Form, string> {
  const media = parseMediaType(contentType);
  const boundary = media?.parameters.get("boundary") ?? "";
  if (media?.type !== "multipart/form-data") return fail("the content type is not multipart/form-data");
  if (boundary === "") return fail("the content type has no boundary");
  const parts = readParts(bytes, boundary);
  return parts.kind === "ok" ? ok(toForm(parts.value)) : parts;
}

function toForm(parts: readonly Part[]): Form {
  const values = new Map<string, string[]>();
  const files: FormFile[] = [];
  for (const { header, bytes } of parts) {
    const { name, isFile, contentTypes } = describe(header);
    const known = values.get(name);
    if (name === "") continue;
    if (isFile) files.push({ name, contentTypes, bytes });
    else if (known === undefined) values.set(name, [decodeUtf8(bytes)]);
    else known.push(decodeUtf8(bytes));
  }
  return { values, files };
}

interface Part {
  readonly header: PartHeader;
  readonly bytes: Buffer;
}

function describe(header: PartHeader): Omit<FormFile, "bytes"> & { readonly isFile: boolean } {
  const disposition = parseMediaType(header.get("content-disposition")?.[0] ?? "");
  const nameIn = disposition?.type === "form-data" ? disposition.parameters : undefined;
  return {
    name: decodeUtf8(Buffer.from(nameIn?.get("name") ?? "", "latin1")),
    isFile: (nameIn?.get("filename") ?? "") !== "",
    contentTypes: header.get("content-type") ?? [],
  };
}

function readParts(bytes: Buffer, boundary: string): Result<readonly Part[], string> {
  const text = bytes.toString("latin1");
  const dash = `--${boundary}`;
  const opening = skipPreamble(text, dash);
  if (opening === undefined) return fail("the form has no boundary");
  const parts: Part[] = [];
  for (let at = opening.at; at !== undefined;) {
    if (parts.length === MAX_PARTS) return fail(`the form has more than ${String(MAX_PARTS)} parts`);
    const head = readPartHeader(text, at);
    if (head === "malformed") return fail("a part of the form has a malformed header");
    if (head === "ended") break;
    const end = bodyEnd(text, head.end, { dash, lineEnd: opening.lineEnd });
    if (end === undefined) return fail("the form ends early");
    parts.push({ header: head.header, bytes: bytes.subarray(head.end, end) });
    const start = text.startsWith(dash, end) ? end : end + opening.lineEnd.length;
    const line = lineAt(text, start);
    const kind = kindOf(line, dash, opening.lineEnd);
    if (kind === "other") return fail("a boundary of the form has text behind it");
    at = kind === "part" ? start + line.length : undefined;
  }
  return ok(parts);
}

interface Opening {
  /** Where the first part begins; `undefined` when there is none. */
  readonly at: number | undefined;
  readonly lineEnd: string;
}

function skipPreamble(text: string, dash: string): Opening | undefined {
  for (let at = 0; at < text.length;) {
    const line = lineAt(text, at);
    at += line.length;
    if (kindOf(line, dash, "\r\n") === "end") return { at: undefined, lineEnd: "\r\n" };
    const lineEnd = ["\r\n", "\n"].find((end) => kindOf(line, dash, end) === "part");
    if (lineEnd !== undefined) return { at, lineEnd };
  }
  return undefined;
}

function lineAt(text: string, start: number): string {
  const end = text.indexOf("\n", start);
  return text.slice(start, end === -1 ? undefined : end + 1);
}

// Whether a line opens a part, closes the form, or is neither. Blanks may follow the boundary.
function kindOf(line: string, dash: string, lineEnd: string): "part" | "end" | "other" {
  if (!line.startsWith(dash)) return "other";
  const rest = line.slice(dash.length);
  if (skipBlanks(rest) === lineEnd) return "part";
  const last = rest.startsWith("--") ? skipBlanks(rest.slice(2)) : undefined;
  return last === "" || last === lineEnd ? "end" : "other";
}

const skipBlanks = (text: string): string => text.replace(/^[ \t]+/, "");

// A boundary counts at the start of the body and of a line, when nothing of a longer word follows it.
function bodyEnd(
  text: string,
  start: number,
  { dash, lineEnd }: { readonly dash: string; readonly lineEnd: string },
): number | undefined {
  if (text.startsWith(dash, start) && endsWord(text, start + dash.length)) return start;
  const mark = lineEnd + dash;
  let at = text.indexOf(mark, start);
  while (at !== -1 && !endsWord(text, at + mark.length)) at = text.indexOf(mark, at + mark.length);
  return at === -1 ? undefined : at;
}

const endsWord = (text: string, at: number): boolean =>
  " \t\r\n".includes(text.charAt(at)) || text.startsWith("--", at);
