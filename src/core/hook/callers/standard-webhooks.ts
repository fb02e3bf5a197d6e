import { keyOfSecret, signWebhook } from "../../standard-webhook.ts";
import { isSameText } from "../same-text.ts";

/** What a request that is signed by the rules of Standard Webhooks brings, each header once. */
export interface StandardWebhook {
  readonly id: string;
  readonly timestamp: string;
  readonly signature: string;
  readonly body: Buffer;
}

const TOLERANCE_MS = 300_000;
const MAX_SIGNATURES = 20;
const VERSION = "v1,";

/**
 * Says why a request is not signed as Standard Webhooks has it, or null: HMAC-SHA256 of id, time and body, in base64,
 * with a key in base64 that may begin with `whsec_`. Five minutes each way; of several signatures one suffices.
 */
export function standardWebhookFault(
  { id, timestamp, signature, body }: StandardWebhook,
  secrets: readonly string[],
  now: Date,
): string | null {
  const timeMs = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) * 1000 : Number.NaN;
  if (Number.isNaN(timeMs)) return "webhook-timestamp is no number of seconds";
  if (Math.abs(now.getTime() - timeMs) > TOLERANCE_MS) return "webhook-timestamp is more than 5 minutes off this clock";
  const keys = secrets.flatMap((secret) => keyOfSecret(secret) ?? []);
  if (keys.length === 0) return "no line of the file is a secret in base64, with or without whsec_";
  const given = signature
    .split(" ", MAX_SIGNATURES)
    .flatMap((part) => (part.startsWith(VERSION) ? [part.slice(VERSION.length)] : []));
  const expected = keys.map((key) => signWebhook(key, { id, timestamp, body }));
  const matches = given.flatMap((sent) => expected.map((one) => isSameText(sent, one)));
  return matches.includes(true) ? null : "webhook-signature is not that of id, time and body";
}
