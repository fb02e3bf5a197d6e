import { provesCaller } from "./caller.ts";
import { describeEntry, keyOf, type CallerEntry } from "./callers/caller-entry.ts";
import type { Hook } from "./hook.ts";
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

// Of a file's secrets only where they stand is known.
const TOKEN = "TOKEN";
const tokenNote = (file: string): string => `${TOKEN} stands for a line of the file ${file}`;

const NOTHING: Demands = { parameters: [], headers: [], notes: [], isComplete: true };

/** What a hook demands of a request. Of alternatives the first that a URL satisfies is taken. */
export const demandsOf = (hook: Hook, isMasked: boolean): Demands =>
  join(hook.kind === "upgrade" ? callerDemands(hook.upgrade.callers) : NOTHING, ruleDemands(hook.rule, isMasked));

function callerDemands(callers: readonly CallerEntry[]): Demands {
  const ways = callers.map(entryDemands);
  const way =
    ways.find(({ parameters }) => parameters.length > 0) ?? ways.find(({ isComplete }) => isComplete) ?? ways[0];
  if (way === undefined) return NOTHING;
  return ways.length === 1 ? way : join(way, note(`any one of its callers suffices: ${callers.map(keyOf).join(", ")}`));
}

function entryDemands(entry: CallerEntry): Demands {
  switch (entry.kind) {
    case "token":
      return { ...note(tokenNote(entry.file)), parameters: [{ name: entry.name, value: TOKEN }] };
    case "bearer":
      return { ...note(tokenNote(entry.file)), headers: [{ name: "Authorization", value: `Bearer ${TOKEN}` }] };
    case "basic": {
      const text = `BASE64 stands for the base64 of a line of the file ${entry.file}`;
      return { ...note(text), headers: [{ name: "Authorization", value: "Basic BASE64" }] };
    }
    case "header":
      return { ...note(tokenNote(entry.file)), headers: [{ name: entry.name, value: TOKEN }] };
    case "hmac":
    case "standard-webhooks":
      return open(`the request must be signed, which a URL cannot: ${describeEntry(entry)}`);
    case "networks":
      return note("only the addresses of its networks may call");
    case "sns":
      return open(`the request must be a message that SNS signed, which a URL cannot: ${describeEntry(entry)}`);
    case "oidc":
      return open(`the sender must bring a token of its own, which a URL cannot: ${describeEntry(entry)}`);
  }
}

function ruleDemands(rule: Rule | null, isMasked: boolean): Demands {
  switch (rule?.kind) {
    case undefined:
      return NOTHING;
    case "and":
      return rule.rules.map((part) => ruleDemands(part, isMasked)).reduce(join, NOTHING);
    case "or": {
      const ways = rule.rules.map((part) => ruleDemands(part, isMasked));
      const way = ways.find(({ isComplete, headers }) => isComplete && headers.length === 0) ?? ways[0];
      return way === undefined ? open("no request satisfies its trigger-rule: it is an empty or") : join(way, ONE_WAY);
    }
    case "not":
      return note("its trigger-rule excludes some requests as well: see the not in it");
    case "match":
      return matchDemands(rule.match, isMasked);
    case "never":
      return open("no request satisfies its trigger-rule: it is empty");
  }
}

const note = (text: string): Demands => ({ ...NOTHING, notes: [text] });

const open = (text: string): Demands => ({ ...note(text), isComplete: false });

const ONE_WAY = note("its trigger-rule has an or: this is one of several ways");

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
      return note("only the addresses of its ip-range may call");
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
  const text = isFile ? TOKEN : isHidden ? MASKED : expected.value;
  const notes = isFile ? [tokenNote(expected.path)] : [];
  const demand = { name: parameter.name, value: text };
  if (parameter.source === "url") return { ...NOTHING, parameters: [demand], notes };
  if (parameter.source === "header") return { ...NOTHING, headers: [demand], notes };
  return open(`${placeOf(match)} must be ${text}; a URL cannot say it`);
}

const placeOf = ({ parameter }: Match & { readonly kind: "value" | "regex" | "hmac" }): string =>
  `${parameter.source} "${parameter.name}"`;
