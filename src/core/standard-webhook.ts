import { createHmac } from "node:crypto";
import { decodeBase64 } from "./hook/callers/body-signature.ts";

const SECRET_PREFIX = "whsec_";

/** The key that a secret stands for: base64, with or without `whsec_` before it; null for any other text. */
export const keyOfSecret = (secret: string): Buffer | null =>
  // A text that is not base64 would become a shorter key, or an empty one that anybody knows.
  decodeBase64(secret.startsWith(SECRET_PREFIX) ? secret.slice(SECRET_PREFIX.length) : secret);

/** Signs by the rules of Standard Webhooks: HMAC-SHA256 of id, seconds since 1970 and body, in base64, without its version. */
export const signWebhook = (
  key: Buffer,
  { id, timestamp, body }: { readonly id: string; readonly timestamp: string; readonly body: Buffer | string },
): string => createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest("base64");
