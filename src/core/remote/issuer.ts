import { parseJsonPayload } from "../hook/payload.ts";
import { textAt } from "../hook/payload-at.ts";
import { fail, ok, type Result } from "../result.ts";

// Issuers that keep their keys at another host of their own.
const OTHER_HOSTS: ReadonlyMap<string, string> = new Map([["accounts.google.com", "www.googleapis.com"]]);

const MAX_CHARACTERS = 500;

/** Tells what may be the issuer of tokens: an https address without a login, a query or a fragment. */
export function isIssuer(text: string): boolean {
  if (text.length > MAX_CHARACTERS || !text.startsWith("https://") || /[?#\s\\]/.test(text)) return false;
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && url.host !== "" && url.username === "" && url.password === "";
}

/** Where an issuer says where its keys are (OpenID Connect Discovery 1.0). */
export const configurationUrl = (issuer: string): string =>
  `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;

/** The hosts that may be asked for an issuer's keys: its own, and the one that it is known to keep them at. */
export function hostsOfIssuer(issuer: string): readonly string[] {
  const { host } = new URL(issuer);
  const other = OTHER_HOSTS.get(host);
  return other === undefined ? [host] : [host, other];
}

/** The address of an issuer's keys by its configuration, which must be the issuer's own. */
export function keysUrl(issuer: string, configuration: string): Result<string, string> {
  const read = parseJsonPayload(configuration);
  if (read.kind === "error") return fail("its configuration is no JSON");
  if (textAt(read.value, "issuer") !== issuer) return fail("its configuration is that of another issuer");
  return ok(textAt(read.value, "jwks_uri"));
}

const MINUTE_MS = 60_000;
const DEFAULT_MS = 15 * MINUTE_MS;
const LEAST_MS = 5 * MINUTE_MS;
const MOST_MS = 24 * 60 * MINUTE_MS;

/** How long keys are kept that came with such a Cache-Control: 15 minutes, or its max-age within 5 minutes and a day. */
export function keepMs(cacheControl: string): number {
  const [, seconds] = /(?:^|[\s,])max-age\s?=\s?"?(\d{1,10})/i.exec(cacheControl.slice(0, 500)) ?? [];
  return seconds === undefined ? DEFAULT_MS : Math.min(Math.max(Number(seconds) * 1000, LEAST_MS), MOST_MS);
}
