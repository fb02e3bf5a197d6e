import type { RE2JS } from "re2js";
import type { AddressList } from "./address-range.ts";
import { readArgument, type Argument, type HookRequest } from "./argument.ts";
import { isSameText } from "./same-text.ts";
import { isSigned, scalrFault, type HmacAlgorithm } from "./signature.ts";

/** What a match of type `value` compares with: a text of the hooks file, or the valid tokens of a file, one a line. */
export type Expected =
  { readonly kind: "literal"; readonly value: string } | { readonly kind: "file"; readonly path: string };

/** A match of a trigger rule; the kinds are adnanh/webhook's types. */
export type Match =
  | { readonly kind: "value"; readonly parameter: Argument; readonly expected: Expected }
  | { readonly kind: "regex"; readonly parameter: Argument; readonly regex: RE2JS }
  | { readonly kind: "hmac"; readonly parameter: Argument; readonly algorithm: HmacAlgorithm; readonly secret: string }
  | ({ readonly kind: "ip-whitelist" } & AddressList)
  | { readonly kind: "scalr-signature"; readonly secret: string }
  | FaultyMatch;

/**
 * A match that cannot be evaluated, in a hook that is served all the same: adnanh/webhook finds out at each request.
 * Without a parameter there is no value to look for either.
 */
interface FaultyMatch {
  readonly kind: "faulty";
  readonly parameter: Argument | null;
  readonly comesOut: "false" | "broken";
  readonly message: string;
}

/** What stands beside a verdict: a value that the request does not bring, a wrong signature, or a rule that is broken. */
interface Problem {
  readonly kind: "missing" | "signature" | "broken";
  readonly message: string;
}

/** How a rule or a match came out. */
export interface Verdict {
  readonly holds: boolean;
  readonly problem: Problem | null;
}

/** What a verdict depends on besides the request. */
export interface Surroundings {
  /** The valid tokens of a file; none when it is missing or empty. */
  readonly tokensOf: (path: string) => readonly string[];
  readonly now: Date;
}

/** Evaluates one match. */
export function evaluateMatch(match: Match, request: HookRequest, surroundings: Surroundings): Verdict {
  switch (match.kind) {
    case "ip-whitelist":
      return addressVerdict(match, request.remoteAddress);
    case "scalr-signature":
      return scalrVerdict(match.secret, request, surroundings.now);
    case "value":
    case "regex":
    case "hmac":
      return onValue(match.parameter, request, (value) => compare(match, value, request, surroundings));
    case "faulty": {
      const verdict = match.comesOut === "false" ? plain(false) : broken(match.message);
      return match.parameter === null ? broken(match.message) : onValue(match.parameter, request, () => verdict);
    }
  }
}

// The client's range may stand before the word that is none.
function addressVerdict({ ranges, fault }: AddressList, address: string): Verdict {
  if (ranges.some((range) => range.holds(address))) return plain(true);
  return fault === null ? plain(false) : broken(`ip-range: ${fault}`);
}

function onValue(parameter: Argument, request: HookRequest, judge: (value: string) => Verdict): Verdict {
  const value = readArgument(parameter, request);
  if (value !== undefined) return judge(value);
  return { holds: false, problem: { kind: "missing", message: `${parameter.source} ${parameter.name}` } };
}

function compare(
  match: Match & { readonly kind: "value" | "regex" | "hmac" },
  value: string,
  request: HookRequest,
  { tokensOf }: Surroundings,
): Verdict {
  switch (match.kind) {
    case "value": {
      const valid = match.expected.kind === "literal" ? [match.expected.value] : tokensOf(match.expected.path);
      // Each is compared, so that the time does not tell which of several tokens matched.
      return plain(valid.map((expected) => isSameText(value, expected)).includes(true));
    }
    case "regex":
      return plain(match.regex.test(value));
    case "hmac":
      if (match.secret === "") return broken("the secret is empty");
      return isSigned(request.body(), value, match)
        ? plain(true)
        : wrongSignature("the signature is not that of the body");
  }
}

function scalrVerdict(secret: string, request: HookRequest, now: Date): Verdict {
  const [signature, date] = ["x-signature", "date"].map((name) => request.headers.get(name)?.[0]);
  if (signature === undefined || date === undefined) return plain(false);
  if (secret === "") return broken("the secret is empty");
  const fault = scalrFault(request.body(), { signature, date, secret, now });
  switch (fault) {
    case null:
      return plain(true);
    case "not a date":
      return broken("the Date header is no time of the form Mon 02 Jan 2006 15:04:05 UTC");
    case "wrong":
    case "outdated":
      return wrongSignature(`the signature is ${fault}`);
  }
}

const plain = (holds: boolean): Verdict => ({ holds, problem: null });
const wrongSignature = (message: string): Verdict => ({ holds: false, problem: { kind: "signature", message } });
const broken = (message: string): Verdict => ({ holds: false, problem: { kind: "broken", message } });
