import type { JWK } from "jose";
import { TOKEN_ALGORITHMS } from "../core/hook/callers/web-token.ts";
import type { VerifyToken } from "../flow/ports.ts";

const MAX_KEYS = 100;

/**
 * Verifies a token's signature with the keys of an issuer, as its key set has them. Only public keys are looked at: a
 * shared secret among them would let a token be signed by whoever can read the set.
 */
export const verifyToken: VerifyToken = async (token, keySet) => {
  const keys = publicKeysOf(keySet);
  if (keys === null) return "no-keys";
  // It takes 17 MB, and few hooks need it.
  const { compactVerify, createLocalJWKSet, errors } = await import("jose");
  try {
    await compactVerify(token, createLocalJWKSet({ keys }), { algorithms: [...TOKEN_ALGORITHMS] });
    return "signed";
  } catch (error) {
    return error instanceof errors.JWKSNoMatchingKey ? "unknown-key" : "not-signed";
  }
};

function publicKeysOf(keySet: string): JWK[] | null {
  const set = parse(keySet);
  if (typeof set !== "object" || set === null || !("keys" in set) || !Array.isArray(set.keys)) return null;
  const keys = (set.keys as readonly unknown[]).filter(isPublicKey);
  return keys.length === 0 || keys.length > MAX_KEYS ? null : keys;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const isPublicKey = (key: unknown): key is JWK =>
  typeof key === "object" && key !== null && "kty" in key && (key.kty === "RSA" || key.kty === "EC") && !("d" in key);
