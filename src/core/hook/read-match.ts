import { compileRegex } from "../regex.ts";
import { parseAddressRanges } from "./address-range.ts";
import { ARGUMENT_SOURCES, REQUEST_FACTS, type Argument } from "./argument.ts";
import type { Field } from "./field.ts";
import { openMap, type FieldReader, type Issue } from "./fields.ts";
import type { Expected, Match } from "./match.ts";
import { HMAC_ALGORITHMS, type HmacAlgorithm } from "./signature.ts";

/** How matches are read. */
export interface MatchReading {
  readonly issues: Issue[];
  /**
   * What a match that cannot be evaluated is: an error keeps its hook from being served; a warning lets it come out
   * as it does in adnanh/webhook, request by request.
   */
  readonly faults: Issue["severity"];
}

type ReadMatch = (match: FieldReader, reading: MatchReading) => Match;

// The types of the format; `hash` is what `hmac` was called before.
const READERS: ReadonlyMap<string, ReadMatch> = new Map<string, ReadMatch>([
  ["value", readValueMatch],
  ["regex", readRegexMatch],
  ...HMAC_ALGORITHMS.flatMap((algorithm): [string, ReadMatch][] => [
    [`payload-hmac-${algorithm}`, (match, reading) => readHmacMatch(match, algorithm, reading)],
    [`payload-hash-${algorithm}`, (match, reading) => readHashMatch(match, algorithm, reading)],
  ]),
  ["ip-whitelist", readWhitelistMatch],
  ["scalr-signature", readScalrMatch],
]);

/** Reads a match of a trigger rule. */
export function readMatch(match: FieldReader, reading: MatchReading): Match {
  const type = match.text("type", "");
  const read = READERS.get(type);
  if (read !== undefined) return read(match, reading);
  const message = `"${type}" is not served: use one of ${[...READERS.keys()].join(", ")}`;
  match.report(reading.faults, "type", message);
  return { kind: "faulty", parameter: readParameter(match, reading), comesOut: "false", message };
}

/** Reads one argument: where a value comes from, and which environment variable it feeds. */
export function readArgumentField(field: Field, name: string, { issues, faults }: MatchReading): Argument | null {
  const argument = openMap(field, name, issues);
  return argument === null ? null : toArgument(argument, faults);
}

function readValueMatch(match: FieldReader, reading: MatchReading): Match {
  match.expectOnly(["type", "parameter", "value", "value-from"]);
  const parameter = readParameter(match, reading);
  return parameter === null ? NO_PARAMETER : { kind: "value", parameter, expected: readExpected(match) };
}

function readRegexMatch(match: FieldReader, reading: MatchReading): Match {
  match.expectOnly(["type", "parameter", "regex"]);
  const parameter = readParameter(match, reading);
  const regex = compileRegex(match.text("regex", ""));
  if (regex.kind === "error") {
    match.report(reading.faults, "regex", regex.error);
    return { kind: "faulty", parameter, comesOut: "broken", message: `regex: ${regex.error}` };
  }
  return parameter === null ? NO_PARAMETER : { kind: "regex", parameter, regex: regex.value };
}

function readHmacMatch(match: FieldReader, algorithm: HmacAlgorithm, reading: MatchReading): Match {
  match.expectOnly(["type", "parameter", "secret"]);
  const parameter = readParameter(match, reading);
  const secret = readSecret(match, reading);
  return parameter === null ? NO_PARAMETER : { kind: "hmac", parameter, algorithm, secret };
}

function readHashMatch(match: FieldReader, algorithm: HmacAlgorithm, reading: MatchReading): Match {
  match.warn("type", `payload-hash-${algorithm} is the old name of payload-hmac-${algorithm}`);
  return readHmacMatch(match, algorithm, reading);
}

function readWhitelistMatch(match: FieldReader, reading: MatchReading): Match {
  match.expectOnly(["type", "ip-range"]);
  const list = parseAddressRanges(match.text("ip-range", ""));
  const flaw = list.fault ?? (list.ranges.length === 0 ? "no address is given" : null);
  if (flaw !== null) match.report(reading.faults, "ip-range", flaw);
  return { kind: "ip-whitelist", ...list };
}

function readScalrMatch(match: FieldReader, reading: MatchReading): Match {
  match.expectOnly(["type", "secret"]);
  return { kind: "scalr-signature", secret: readSecret(match, reading) };
}

function readSecret(match: FieldReader, { faults }: MatchReading): string {
  const secret = match.exactText("secret");
  if (secret === "") match.report(faults, "secret", "is missing or empty (a variable that is not set?)");
  return secret;
}

const NO_PARAMETER: Match = {
  kind: "faulty",
  parameter: null,
  comesOut: "broken",
  message: "the parameter names no source",
};

function readParameter(match: FieldReader, reading: MatchReading): Argument | null {
  const parameter = match.map("parameter");
  if (parameter !== null) return toArgument(parameter, reading.faults);
  match.report(reading.faults, "parameter", "is missing: name the source and name of the value that is compared");
  return null;
}

// A file that cannot be named holds no token: the match never holds.
function readExpected(match: FieldReader): Expected {
  const from = match.map("value-from");
  if (from === null) return { kind: "literal", value: match.exactText("value") };
  from.expectOnly(["file"]);
  const path = from.text("file", "");
  if (match.has("value")) match.error("value-from", "stands beside value: keep one of the two");
  if (!path.startsWith("/"))
    match.error("value-from", "file must be an absolute path, such as /etc/imagehook/tokens/website");
  return { kind: "file", path };
}

function toArgument(argument: FieldReader, faults: Issue["severity"]): Argument | null {
  argument.expectOnly(["source", "name", "envname", "base64decode"]);
  const named = argument.text("source", "");
  const name = argument.text("name", "");
  const source = ARGUMENT_SOURCES.get(named);
  if (source === undefined) {
    const known = [...ARGUMENT_SOURCES.keys()].join(", ");
    argument.report(faults, "source", `"${named}" is not served: use one of ${known}`);
    return null;
  }
  if (source === "request" && !REQUEST_FACTS.includes(name.toLowerCase())) {
    argument.report(faults, "name", `"${name}" is not known of a request: use ${REQUEST_FACTS.join(" or ")}`);
    return null;
  }
  return { source, name, envname: argument.text("envname", "") };
}
