import { fail, ok, type Result } from "../../result.ts";
import { parseInnerPayload, type PayloadObject } from "../payload.ts";
import { textAt } from "../payload-at.ts";

/** A JSON Web Token (RFC 7519) as it came; nothing in it is proved. */
export interface WebToken {
  readonly text: string;
  readonly claims: PayloadObject;
}

/** The algorithms by which a token may be signed: those with a public key. */
export const TOKEN_ALGORITHMS: readonly string[] = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
];

const MAX_CHARACTERS = 16_384;
const PARTS = /^([\w-]+)\.([\w-]+)\.([\w-]*)$/;

/** Reads a token without a look at its signature, so that no key is fetched for one that says the wrong things. */
export function readWebToken(text: string): Result<WebToken, string> {
  const [, head, body] = (text.length > MAX_CHARACTERS ? null : PARTS.exec(text)) ?? [];
  if (head === undefined || body === undefined) return fail("what came is no signed token");
  const [header, claims] = [decode(head), decode(body)];
  if (header.kind === "error" || claims.kind === "error") return fail("what came is no signed token");
  if (!TOKEN_ALGORITHMS.includes(textAt(header.value, "alg")))
    return fail("the token is not signed by an algorithm with a public key");
  return ok({ text, claims: claims.value });
}

const decode = (part: string): Result<PayloadObject, string> =>
  parseInnerPayload(Buffer.from(part, "base64url").toString("utf8"));
