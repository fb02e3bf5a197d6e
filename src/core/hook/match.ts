import type { RE2JS } from "re2js";
import type { AddressRange } from "./address-range.ts";
import { readArgument, type Argument, type HookRequest } from "./argument.ts";
import { isSameText } from "./same-text.ts";
import { whyNotScalr, isSigned, type HmacAlgorithm } from "./signature.ts";

/** What a match of type `value` compares with: a text of the hooks file, or the valid tokens of a file, one a line. */
export type Expected =
  { readonly kind: "literal"; readonly value: string } | { readonly kind: "file"; readonly path: string };

/** A match of a trigger rule; the kinds are adnanh/webhook's types. */
export type Match =
  | { readonly kind: "value"; readonly parameter: Argument; readonly expected: Expected }
  | { readonly kind: "regex"; readonly parameter: Argument; readonly regex: RE2JS }
  | { readonly kind: "hmac"; readonly parameter: Argument; readonly algorithm: HmacAlgorithm; readonly secret: string }
  | { readonly kind: "ip-whitelist"; readonly ranges: readonly AddressRange[] }
  | { readonly kind: "scalr-signature"; readonly secret: string };

/** What stands beside a verdict: a value that the request does not bring, or a signature that is wrong. */
interface Problem {
  readonly kind: "missing" | "signature";
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
      return plain(match.ranges.some((range) => range.holds(request.remoteAddress)));
    case "scalr-signature":
      return scalrVerdict(match.secret, request, surroundings.now);
    case "value":
    case "regex":
    case "hmac": {
      const value = readArgument(match.parameter, request);
      if (value !== undefined) return compare(match, value, request, surroundings);
      const message = `${match.parameter.source} ${match.parameter.name}`;
      return { holds: false, problem: { kind: "missing", message } };
    }
  }
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
      return plain(match.regex.matcher(value).find());
    case "hmac":
      return isSigned(request.body(), value, match)
        ? plain(true)
        : wrongSignature("the signature is not that of the body");
  }
}

function scalrVerdict(secret: string, request: HookRequest, now: Date): Verdict {
  const [signature, date] = ["x-signature", "date"].map((name) => request.headers.get(name)?.[0]);
  if (signature === undefined || date === undefined) return plain(false);
  const why = whyNotScalr(request.body(), { signature, date, secret, now });
  return why === null ? plain(true) : wrongSignature(why);
}

const plain = (holds: boolean): Verdict => ({ holds, problem: null });
const wrongSignature = (message: string): Verdict => ({ holds: false, problem: { kind: "signature", message } });
