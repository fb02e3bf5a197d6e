import { createHmac } from "node:crypto";
import { isSameText } from "./same-text.ts";

/** The hash functions that signatures are made with. */
export const HMAC_ALGORITHMS = ["sha1", "sha256", "sha512"] as const;

/** One of them. */
export type HmacAlgorithm = (typeof HMAC_ALGORITHMS)[number];

/**
 * True when a signature is the HMAC of the body, in lower-case hexadecimal digits, with or without `sha256=` before
 * it. Of several, separated by commas, only those with that prefix are tried. The rules are adnanh/webhook's.
 */
export function isSigned(
  body: Buffer,
  signature: string,
  { algorithm, secret }: { readonly algorithm: HmacAlgorithm; readonly secret: string },
): boolean {
  const prefix = `${algorithm}=`;
  const given = signature.includes(",") ? signature.split(",").filter((part) => part.startsWith(prefix)) : [signature];
  const expected = createHmac(algorithm, secret).update(body).digest("hex");
  const matches = given.map((one) => isSameText(one.startsWith(prefix) ? one.slice(prefix.length) : one, expected));
  return matches.includes(true);
}

const SCALR_TOLERANCE_MS = 300_000;
// Go's "Mon 02 Jan 2006 15:04:05 MST"; Scalr sends UTC.
const SCALR_DATE = /^[A-Z][a-z]{2} (\d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2}) (?:UTC|GMT)$/;

/** What a request to Scalr's rule brings, and what it is judged by. */
export interface ScalrSignature {
  readonly signature: string;
  readonly date: string;
  readonly secret: string;
  readonly now: Date;
}

/** Says why a request is not signed as Scalr does (HMAC-SHA1 of body and Date header, five minutes), or null. */
export function scalrFault(
  body: Buffer,
  { signature, date, secret, now }: ScalrSignature,
): "wrong" | "not a date" | "outdated" | null {
  const expected = createHmac("sha1", secret).update(body).update(date).digest("hex");
  if (!isSameText(signature, expected)) return "wrong";
  const [, moment] = SCALR_DATE.exec(date) ?? [];
  const timeMs = moment === undefined ? Number.NaN : new Date(`${moment} UTC`).getTime();
  if (Number.isNaN(timeMs)) return "not a date";
  return Math.abs(now.getTime() - timeMs) > SCALR_TOLERANCE_MS ? "outdated" : null;
}
