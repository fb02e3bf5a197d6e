import type { HookRequest } from "../core/hook/argument.ts";
import type { CallerEntry, OidcEntry } from "../core/hook/callers/caller-entry.ts";
import type { CallerSurroundings } from "../core/hook/callers/caller-fault.ts";
import { claimsFault } from "../core/hook/callers/oidc-claims.ts";
import { credentialsOf } from "../core/hook/callers/sent-values.ts";
import { tryCallers } from "../core/hook/callers/try-callers.ts";
import { readWebToken } from "../core/hook/callers/web-token.ts";
import type { IssuerKeys } from "./issuer-keys.ts";
import type { Clock, VerifyToken } from "./ports.ts";

/** What was found out of a request's callers before they are tried. */
export interface FoundBefore {
  readonly beforehand: NonNullable<CallerSurroundings["beforehand"]>;
  /** Why what proves one of them could not be had; null where it could. */
  readonly unavailable: string | null;
}

/** Finds out who calls by what stands outside of the request: keys that are fetched. */
export interface OutsideCallers {
  readonly find: (
    entries: readonly CallerEntry[],
    request: HookRequest,
    tokensOf: CallerSurroundings["tokensOf"],
  ) => Promise<FoundBefore>;
}

/** What a hook without such callers knows beforehand. */
export const NOTHING_FOUND: FoundBefore = { beforehand: new Map(), unavailable: null };

/** An entry's fault, or why it cannot be told now. */
type Found =
  { readonly kind: "told"; readonly fault: string | null } | { readonly kind: "unavailable"; reason: string };

const told = (fault: string | null): Found => ({ kind: "told", fault });
const unavailable = (reason: string): Found => ({ kind: "unavailable", reason });

/** True for an entry that takes the network to be proved. */
const isOutside = (entry: CallerEntry): entry is OidcEntry => entry.kind === "oidc";

/** What is asked for proofs. */
export interface OutsideParts {
  readonly keys: IssuerKeys;
  readonly verifyToken: VerifyToken;
  readonly clock: Clock;
}

/**
 * Makes it. Nothing is fetched for a request that proves its caller without the network, nor for a token that says the
 * wrong things; and nothing that a request says decides who is asked.
 */
export function createOutsideCallers(parts: OutsideParts): OutsideCallers {
  return {
    find: async (entries, request, tokensOf) => {
      const outside = entries.filter(isOutside);
      if (outside.length === 0) return NOTHING_FOUND;
      const inside = entries.filter((entry) => !isOutside(entry));
      const surroundings = { tokensOf, now: parts.clock.now() };
      if (tryCallers(inside, request, surroundings).some(({ fault }) => fault === null)) return NOTHING_FOUND;
      const found = await Promise.all(
        outside.map(async (entry) => [entry, await findToken(entry, request, parts)] as const),
      );
      return {
        beforehand: new Map(found.map(([entry, one]) => [entry, one.kind === "told" ? one.fault : one.reason])),
        unavailable: found.flatMap(([, one]) => (one.kind === "told" ? [] : [one.reason]))[0] ?? null,
      };
    },
  };
}

async function findToken(
  entry: OidcEntry,
  request: HookRequest,
  { keys, verifyToken, clock }: OutsideParts,
): Promise<Found> {
  const sent = credentialsOf(request, "Bearer");
  if (sent.kind === "error") return told(sent.error);
  const token = readWebToken(sent.value);
  if (token.kind === "error") return told(token.error);
  const fault = claimsFault(entry, token.value.claims, clock.now());
  if (fault !== null) return told(fault);
  const first = await keys.of(entry.issuer);
  if (first.kind === "error") return unavailable(first.error);
  const seen = await verifyToken(token.value.text, first.value);
  if (seen !== "unknown-key") return verdictOf(seen, entry);
  const renewed = await keys.renewed(entry.issuer);
  if (renewed.kind === "error") return unavailable(renewed.error);
  return verdictOf(await verifyToken(token.value.text, renewed.value), entry);
}

function verdictOf(seen: Awaited<ReturnType<VerifyToken>>, { issuer }: OidcEntry): Found {
  switch (seen) {
    case "signed":
      return told(null);
    case "no-keys":
      return unavailable(`keys of ${issuer}: what came is no set of public keys`);
    case "unknown-key":
      return told("the token is signed by a key that its issuer does not have");
    case "not-signed":
      return told("the token's signature is wrong");
  }
}
