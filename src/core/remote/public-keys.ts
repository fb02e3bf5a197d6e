import { createPublicKey, type KeyObject } from "node:crypto";

const PEM = /-----BEGIN PUBLIC KEY-----[\sA-Za-z0-9+/=]{1,4000}-----END PUBLIC KEY-----/g;
const MAX_KEYS = 20;

/** The public keys of a PEM file, as `cosign generate-key-pair` writes them; what is none is passed over. */
export const readPublicKeys = (text: string): readonly KeyObject[] =>
  (text.match(PEM) ?? []).slice(0, MAX_KEYS).flatMap((pem) => {
    try {
      return [createPublicKey(pem)];
    } catch {
      return [];
    }
  });
