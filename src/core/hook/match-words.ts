import { clip } from "../clip.ts";
import { headerKey, readArgument, type Argument, type HookRequest } from "./argument.ts";
import { isSecret, matchesOf } from "./caller.ts";
import type { Match } from "./match.ts";
import type { Rule } from "./rule.ts";

/** Says of the matches of one rule what they ask for, and what a request brought; never a value of a secret. */
export interface Words {
  readonly describe: (match: Match) => string;
  /** What the request brought; null where that is not one value. */
  readonly came: (match: Match, request: HookRequest) => string | null;
  /** Why no request at all satisfies a match; null for one that some do. */
  readonly whyNever: (match: Match) => string | null;
}

// Names under which secrets come, whatever the rule compares them with.
const SECRET_NAME = /token|secret|passw|key|auth|sign/i;
const WHOLE = ["raw-request-body", "entire-payload", "entire-headers", "entire-query"];
const MAX_SHOWN = 60;

/** Makes the words for a rule's matches: a parameter that one of them takes for a secret is one in all of them. */
export function createWords(rule: Rule, tokensOf: (path: string) => readonly string[]): Words {
  const secrets = new Set(
    matchesOf(rule).flatMap((match) =>
      isSecret(match) && "parameter" in match && match.parameter !== null ? [keyOf(match.parameter)] : [],
    ),
  );
  const isHidden = (parameter: Argument): boolean => secrets.has(keyOf(parameter)) || SECRET_NAME.test(parameter.name);
  return {
    describe: (match) => describe(match, isHidden),
    came: (match, request) => {
      if (match.kind === "ip-whitelist") return request.remoteAddress;
      if (!("parameter" in match) || match.parameter === null || match.parameter.source === "string") return null;
      return show(match.parameter, request, isHidden(match.parameter));
    },
    whyNever: (match) => {
      if (match.kind === "faulty") return match.message;
      if (match.kind !== "value" || match.expected.kind === "literal") return null;
      return tokensOf(match.expected.path).length > 0 ? null : `${match.expected.path} is not here, or holds no token`;
    },
  };
}

const keyOf = ({ source, name }: Argument): string => `${source} ${source === "header" ? headerKey(name) : name}`;

function describe(match: Match, isHidden: (parameter: Argument) => boolean): string {
  switch (match.kind) {
    case "value":
      return describeValue(match, canShow(match.parameter, isHidden));
    case "regex": {
      const expression = canShow(match.parameter, isHidden)
        ? clip(match.regex.pattern(), MAX_SHOWN)
        : "the expression of the rule";
      return `${nameOf(match.parameter)} matches ${expression}`;
    }
    case "hmac":
      return `${nameOf(match.parameter)} is the body's HMAC-${match.algorithm.toUpperCase()}`;
    case "ip-whitelist":
      return "the client's address is in ip-range";
    case "scalr-signature":
      return "X-Signature and Date are Scalr's signature of the body";
    case "faulty":
      return match.parameter === null ? "a faulty match" : `${nameOf(match.parameter)}: a faulty match`;
  }
}

function describeValue({ parameter, expected }: Match & { kind: "value" }, isShown: boolean): string {
  if (expected.kind === "file") return `${nameOf(parameter)} is a token of ${expected.path}`;
  return `${nameOf(parameter)} is ${isShown ? quote(expected.value) : "the value of the rule"}`;
}

const canShow = (parameter: Argument, isHidden: (parameter: Argument) => boolean): boolean =>
  parameter.source !== "string" && !WHOLE.includes(parameter.source) && !isHidden(parameter);

// A text that stands in the rule may be a secret like those that it is compared with.
const nameOf = ({ source, name }: Argument): string =>
  source === "string" ? "a text of the rule" : `${source}${name === "" ? "" : ` ${quote(name)}`}`;

function show(parameter: Argument, request: HookRequest, isHidden: boolean): string {
  const value = readArgument(parameter, request);
  if (value === undefined) return "nothing";
  const isWhole = WHOLE.includes(parameter.source) || /^[[{]/.test(value);
  return isHidden || isWhole ? `${String(value.length)} characters` : quote(value);
}

const quote = (text: string): string => JSON.stringify(clip(text, MAX_SHOWN));
