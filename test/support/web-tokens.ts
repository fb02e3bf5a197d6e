import { createHmac, generateKeyPairSync, sign, type KeyObject } from "node:crypto";

/** A key of an issuer, by which it signs tokens. */
export interface TokenKey {
  readonly kid: string;
  readonly alg: "RS256" | "ES256";
  /** As it stands in a key set. */
  readonly jwk: object;
  readonly publicPem: string;
  readonly privateKey: KeyObject;
}

/** Makes a key that nobody else has. */
export function makeTokenKey(kid: string, alg: TokenKey["alg"] = "RS256"): TokenKey {
  const pair =
    alg === "RS256"
      ? generateKeyPairSync("rsa", { modulusLength: 2048 })
      : generateKeyPairSync("ec", { namedCurve: "P-256" });
  return {
    kid,
    alg,
    jwk: { ...pair.publicKey.export({ format: "jwk" }), kid, alg, use: "sig" },
    publicPem: pair.publicKey.export({ type: "spki", format: "pem" }).toString(),
    privateKey: pair.privateKey,
  };
}

/** An issuer's key set. */
export const keySetOf = (...keys: readonly TokenKey[]): string => JSON.stringify({ keys: keys.map(({ jwk }) => jwk) });

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A token with these claims; those that are undefined are left out. */
export function signToken(claims: object, { kid, alg, privateKey }: TokenKey, header: object = {}): string {
  const signed = `${part({ alg, kid, typ: "JWT", ...header })}.${part(claims)}`;
  const signature = sign("sha256", Buffer.from(signed), { key: privateKey, dsaEncoding: "ieee-p1363" });
  return `${signed}.${signature.toString("base64url")}`;
}

/** A token whose signature is empty. */
export const unsignedToken = (claims: object, kid: string): string => `${part({ alg: "none", kid })}.${part(claims)}.`;

/** A token that is signed with a shared secret. */
export function hmacToken(claims: object, kid: string, secret: string): string {
  const signed = `${part({ alg: "HS256", kid })}.${part(claims)}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}
