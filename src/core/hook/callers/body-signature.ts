import { createHmac } from "node:crypto";
import { isSameText } from "../same-text.ts";
import type { HmacAlgorithm } from "../signature.ts";

const DIGEST_BYTES: Readonly<Record<HmacAlgorithm, number>> = { sha1: 20, sha256: 32, sha512: 64 };

/**
 * True when a text is the HMAC of the body with one of the secrets: hexadecimal digits or base64, with or without
 * `sha256=` before it. Every secret is tried, so that the time does not tell which one it was.
 */
export function isBodySignature(
  sent: string,
  body: Buffer,
  { algorithm, secrets }: { readonly algorithm: HmacAlgorithm; readonly secrets: readonly string[] },
): boolean {
  const prefix = `${algorithm}=`;
  const given = toHex(sent.startsWith(prefix) ? sent.slice(prefix.length) : sent, DIGEST_BYTES[algorithm]);
  if (given === null) return false;
  const matches = secrets.map((secret) => isSameText(given, createHmac(algorithm, secret).update(body).digest("hex")));
  return matches.includes(true);
}

// The spelling tells nothing about the secret; the digest is what is compared.
function toHex(text: string, bytes: number): string | null {
  if (text.length === 2 * bytes) return /^[\da-f]+$/i.test(text) ? text.toLowerCase() : null;
  return decodeBase64(text)?.toString("hex") ?? null;
}

/** The bytes of a text in base64 with its padding; null for any other text. */
export function decodeBase64(text: string): Buffer | null {
  if (text.length % 4 !== 0 || !/^[A-Za-z\d+/]+={0,2}$/.test(text)) return null;
  return Buffer.from(text, "base64");
}
