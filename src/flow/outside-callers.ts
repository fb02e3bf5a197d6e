import type { HookRequest } from "../core/hook/argument.ts";
import type { PushOutcome } from "../core/delivery/outcome.ts";
import type { CallerEntry, OidcEntry, SnsEntry } from "../core/hook/callers/caller-entry.ts";
import type { CallerSurroundings } from "../core/hook/callers/caller-fault.ts";
import { claimsFault } from "../core/hook/callers/oidc-claims.ts";
import { credentialsOf } from "../core/hook/callers/sent-values.ts";
import { isSubscription, readSnsMessage } from "../core/hook/callers/sns-message.ts";
import { snsSignatureFault } from "../core/hook/callers/sns-signature.ts";
import { tryCallers } from "../core/hook/callers/try-callers.ts";
import { readWebToken } from "../core/hook/callers/web-token.ts";
import { confirmSubscription } from "./confirm-subscription.ts";
import { createIssuerKeys, type IssuerKeys } from "./issuer-keys.ts";
import type { Clock, Remote, VerifyToken } from "./ports.ts";
import { createSnsCertificates, type SnsCertificates } from "./sns-certificates.ts";

/** What was found out of a request's callers before they are tried. */
export interface FoundBefore {
  readonly beforehand: NonNullable<CallerSurroundings["beforehand"]>;
  /** Why what proves one of them could not be had; null where it could. */
  readonly unavailable: string | null;
  /** SNS asks for its subscription to the topic of a proven entry to be confirmed; null where it does not. */
  readonly subscriber: { readonly confirm: () => Promise<PushOutcome> } | null;
}

/** Finds out who calls by what stands outside of the request: keys and certificates that are fetched. */
export interface OutsideCallers {
  readonly find: (
    entries: readonly CallerEntry[],
    request: HookRequest,
    tokensOf: CallerSurroundings["tokensOf"],
  ) => Promise<FoundBefore>;
}

/** What a hook without such callers knows beforehand. */
export const NOTHING_FOUND: FoundBefore = { beforehand: new Map(), unavailable: null, subscriber: null };

/** An entry's fault, or why it cannot be told now. */
type Found =
  { readonly kind: "told"; readonly fault: string | null } | { readonly kind: "unavailable"; reason: string };

const told = (fault: string | null): Found => ({ kind: "told", fault });
const unavailable = (reason: string): Found => ({ kind: "unavailable", reason });

/** An entry that takes the network to be proved. */
type OutsideEntry = OidcEntry | SnsEntry;

const isOutside = (entry: CallerEntry): entry is OutsideEntry => entry.kind === "oidc" || entry.kind === "sns";

/** What is asked for proofs. */
interface OutsideParts {
  readonly remote: Remote;
  readonly verifyToken: VerifyToken;
  readonly clock: Clock;
}

interface Sources extends OutsideParts {
  readonly keys: IssuerKeys;
  readonly certificates: SnsCertificates;
}

/**
 * Makes it. Nothing is fetched for a request that proves its caller without the network, unless SNS asks for its
 * subscription, nor for one that says the wrong things; and nothing that a request says decides who is asked.
 */
export function createOutsideCallers(parts: OutsideParts): OutsideCallers {
  const { remote, clock } = parts;
  const keys = createIssuerKeys(remote, clock);
  const sources: Sources = { ...parts, keys, certificates: createSnsCertificates(remote, clock) };
  return {
    find: async (entries, request, tokensOf) => {
      if (!entries.some(isOutside)) return NOTHING_FOUND;
      const inside = entries.filter((entry) => !isOutside(entry));
      const surroundings = { tokensOf, now: clock.now() };
      const isProven = tryCallers(inside, request, surroundings).some(({ fault }) => fault === null);
      const asksForSns = isProven && isSubscription(request.payload());
      const due = entries.filter(isOutside).filter(({ kind }) => !isProven || (kind === "sns" && asksForSns));
      const found = await Promise.all(due.map(async (entry) => ({ entry, ...(await look(entry, request, sources)) })));
      return {
        beforehand: new Map(found.map((one) => [one.entry, one.kind === "told" ? one.fault : one.reason])),
        unavailable: found.flatMap((one) => (one.kind === "told" ? [] : [one.reason]))[0] ?? null,
        subscriber: subscriberOf(found, request, remote),
      };
    },
  };
}

const look = (entry: OutsideEntry, request: HookRequest, sources: Sources): Promise<Found> =>
  entry.kind === "oidc" ? findToken(entry, request, sources) : findMessage(entry, request, sources);

function subscriberOf(
  found: readonly (Found & { readonly entry: OutsideEntry })[],
  request: HookRequest,
  remote: Remote,
): FoundBefore["subscriber"] {
  const body = request.payload();
  if (!isSubscription(body)) return null;
  const [entry] = found.flatMap((one) =>
    one.kind === "told" && one.fault === null && one.entry.kind === "sns" ? [one.entry] : [],
  );
  return entry === undefined ? null : { confirm: () => confirmSubscription(entry, body, remote) };
}

async function findMessage(entry: SnsEntry, request: HookRequest, { certificates, clock }: Sources): Promise<Found> {
  const message = readSnsMessage(entry, request, clock.now());
  if (message.kind === "error") return told(message.error);
  const found = await certificates.of(message.value.certificateUrl, entry.host);
  if (found.kind === "error") return unavailable(`certificate of ${entry.topicArn}: ${found.error}`);
  return told(
    found.value === null ? "SigningCertURL holds nothing" : snsSignatureFault(message.value, found.value, clock.now()),
  );
}

async function findToken(
  entry: OidcEntry,
  request: HookRequest,
  { keys, verifyToken, clock }: Sources,
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
