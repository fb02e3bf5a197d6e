import { provesCaller } from "./caller.ts";
import type { Match } from "./match.ts";
import type { Rule } from "./rule.ts";

/** A value that a request must bring, and what else its sender must know. */
export interface Demands {
  /** Parameters of the URL. */
  readonly parameters: readonly Demand[];
  readonly headers: readonly Demand[];
  /** What neither a URL nor a fixed header can satisfy, a sentence each. */
  readonly notes: readonly string[];
  /** False where a note names something that must be there as well. */
  readonly isComplete: boolean;
}

/** One value by its name. */
export interface Demand {
  readonly name: string;
  readonly value: string;
}

/** What stands in place of a secret that is not to be shown. */
export const MASKED = "…";

const NOTHING: Demands = { parameters: [], headers: [], notes: [], isComplete: true };

/** What a hook's rule demands of a request. Of the alternatives of an `or` the first that a URL satisfies is taken. */
export function demandsOf(rule: Rule | null, isMasked: boolean): Demands {
  switch (rule?.kind) {
    case undefined:
      return NOTHING;
    case "and":
      return rule.rules.map((part) => demandsOf(part, isMasked)).reduce(join, NOTHING);
    case "or": {
      const ways = rule.rules.map((part) => demandsOf(part, isMasked));
      const way = ways.find(({ isComplete, headers }) => isComplete && headers.length === 0) ?? ways[0];
      return way === undefined ? open("no request satisfies its trigger-rule: it is an empty or") : join(way, ONE_WAY);
    }
    case "not":
      return { ...NOTHING, notes: ["its trigger-rule excludes some requests as well: see the not in it"] };
    case "match":
      return matchDemands(rule.match, isMasked);
    case "never":
      return open("no request satisfies its trigger-rule: it is empty");
  }
}

const ONE_WAY: Demands = { ...NOTHING, notes: ["its trigger-rule has an or: this is one of several ways"] };

const open = (note: string): Demands => ({ ...NOTHING, notes: [note], isComplete: false });

const join = (a: Demands, b: Demands): Demands => ({
  parameters: [...a.parameters, ...b.parameters],
  headers: [...a.headers, ...b.headers],
  notes: [...a.notes, ...b.notes],
  isComplete: a.isComplete && b.isComplete,
});

function matchDemands(match: Match, isMasked: boolean): Demands {
  switch (match.kind) {
    case "value":
      return valueDemands(match, isMasked);
    case "regex":
      return open(`${placeOf(match)} must match the regular expression ${match.regex.pattern()}`);
    case "hmac":
      return open(
        `the body must be signed: ${placeOf(match)} holds its HMAC-${match.algorithm.toUpperCase()} with the rule's ` +
          "secret, in hex; a URL cannot",
      );
    case "ip-whitelist":
      return { ...NOTHING, notes: ["only the addresses of its ip-range may call"] };
    case "scalr-signature":
      return open("the request must be signed by Scalr: X-Signature and Date; a URL cannot");
    case "faulty":
      return open(`no request satisfies its trigger-rule: ${match.message}`);
  }
}

function valueDemands(match: Match & { readonly kind: "value" }, isMasked: boolean): Demands {
  const { parameter, expected } = match;
  const isFile = expected.kind === "file";
  const isHidden = isMasked && (provesCaller({ kind: "match", match }) || parameter.source !== "url");
  const text = isFile ? "TOKEN" : isHidden ? MASKED : expected.value;
  const notes = isFile ? [`TOKEN stands for a line of the file ${expected.path}`] : [];
  const demand = { name: parameter.name, value: text };
  if (parameter.source === "url") return { ...NOTHING, parameters: [demand], notes };
  if (parameter.source === "header") return { ...NOTHING, headers: [demand], notes };
  return open(`${placeOf(match)} must be ${text}; a URL cannot say it`);
}

const placeOf = ({ parameter }: Match & { readonly kind: "value" | "regex" | "hmac" }): string =>
  `${parameter.source} "${parameter.name}"`;
