import { RE2JS } from "re2js";
import { fail, ok, type Result } from "../result.ts";
import { parseAddressRanges } from "./address-range.ts";
import { ARGUMENT_SOURCES, REQUEST_FACTS, type Argument } from "./argument.ts";
import type { Field } from "./document.ts";
import { openMap, type FieldReader, type Issue } from "./fields.ts";
import type { Expected, Match } from "./match.ts";
import type { HmacAlgorithm } from "./signature.ts";

type ReadMatch = (match: FieldReader) => Match | null;

// The types of the format; `hash` is what `hmac` was called before.
const READERS: ReadonlyMap<string, ReadMatch> = new Map<string, ReadMatch>([
  ["value", readValueMatch],
  ["regex", readRegexMatch],
  ...(["sha1", "sha256", "sha512"] as const).flatMap((algorithm): [string, ReadMatch][] => [
    [`payload-hmac-${algorithm}`, (match) => readHmacMatch(match, algorithm)],
    [`payload-hash-${algorithm}`, (match) => readHashMatch(match, algorithm)],
  ]),
  ["ip-whitelist", readWhitelistMatch],
  ["scalr-signature", readScalrMatch],
]);

/** Reads a match of a trigger rule; null, with an issue, when it cannot be evaluated. */
export function readMatch(match: FieldReader): Match | null {
  const type = match.text("type", "");
  const read = READERS.get(type);
  if (read !== undefined) return read(match);
  match.error("type", `"${type}" is not served: use one of ${[...READERS.keys()].join(", ")}`);
  return null;
}

/** Reads one argument: where a value comes from, and which environment variable it feeds. */
export function readArgumentField(field: Field, name: string, issues: Issue[]): Argument | null {
  const argument = openMap(field, name, issues);
  return argument === null ? null : toArgument(argument);
}

function readValueMatch(match: FieldReader): Match | null {
  match.expectOnly(["type", "parameter", "value", "value-from"]);
  const parameter = readParameter(match);
  const expected = readExpected(match);
  return parameter === null || expected === null ? null : { kind: "value", parameter, expected };
}

function readRegexMatch(match: FieldReader): Match | null {
  match.expectOnly(["type", "parameter", "regex"]);
  const parameter = readParameter(match);
  const regex = compile(match.text("regex", ""));
  if (regex.kind === "error") match.error("regex", regex.error);
  return parameter === null || regex.kind === "error" ? null : { kind: "regex", parameter, regex: regex.value };
}

function readHmacMatch(match: FieldReader, algorithm: HmacAlgorithm): Match | null {
  match.expectOnly(["type", "parameter", "secret"]);
  const parameter = readParameter(match);
  const secret = readSecret(match);
  return parameter === null || secret === null ? null : { kind: "hmac", parameter, algorithm, secret };
}

function readHashMatch(match: FieldReader, algorithm: HmacAlgorithm): Match | null {
  match.warn("type", `payload-hash-${algorithm} is the old name of payload-hmac-${algorithm}`);
  return readHmacMatch(match, algorithm);
}

function readWhitelistMatch(match: FieldReader): Match | null {
  match.expectOnly(["type", "ip-range"]);
  const ranges = parseAddressRanges(match.text("ip-range", ""));
  if (ranges.kind === "ok") return { kind: "ip-whitelist", ranges: ranges.value };
  match.error("ip-range", ranges.error);
  return null;
}

function readScalrMatch(match: FieldReader): Match | null {
  match.expectOnly(["type", "secret"]);
  const secret = readSecret(match);
  return secret === null ? null : { kind: "scalr-signature", secret };
}

function readSecret(match: FieldReader): string | null {
  const secret = match.text("secret", "");
  if (secret !== "") return secret;
  match.error("secret", "is missing or empty (a variable that is not set?)");
  return null;
}

// The library throws for what it cannot compile; its message may quote the expression, which is the operator's own.
function compile(text: string): Result<RE2JS, string> {
  try {
    return ok(RE2JS.compile(text));
  } catch (error) {
    return fail(`is not a regular expression of RE2: ${(error as Error).message}`);
  }
}

function readParameter(match: FieldReader): Argument | null {
  const parameter = match.map("parameter");
  if (parameter !== null) return toArgument(parameter);
  match.error("parameter", "is missing: name the source and name of the value that is compared");
  return null;
}

function readExpected(match: FieldReader): Expected | null {
  const from = match.map("value-from");
  if (from === null) return { kind: "literal", value: match.text("value", "") };
  from.expectOnly(["file"]);
  const path = from.text("file", "");
  if (match.has("value")) match.error("value-from", "stands beside value: keep one of the two");
  if (!path.startsWith("/")) {
    match.error("value-from", "file must be an absolute path, such as /etc/imagehook/tokens/website");
    return null;
  }
  return { kind: "file", path };
}

function toArgument(argument: FieldReader): Argument | null {
  argument.expectOnly(["source", "name", "envname", "base64decode"]);
  const named = argument.text("source", "");
  const name = argument.text("name", "");
  const source = ARGUMENT_SOURCES.get(named);
  if (source === undefined) {
    argument.error("source", `"${named}" is not served: use one of ${[...ARGUMENT_SOURCES.keys()].join(", ")}`);
    return null;
  }
  if (source === "request" && !REQUEST_FACTS.includes(name.toLowerCase())) {
    argument.error("name", `"${name}" is not known of a request: use ${REQUEST_FACTS.join(" or ")}`);
    return null;
  }
  return { source, name, envname: argument.text("envname", "") };
}
