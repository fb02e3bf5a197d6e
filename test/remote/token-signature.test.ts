import assert from "node:assert/strict";
import { verifyToken } from "../../src/remote/token-signature.ts";
import { hmacToken, keySetOf, makeTokenKey, signToken, unsignedToken } from "../support/web-tokens.ts";

describe("verifyToken(token, keySet)", () => {
  const [rsa, ec, other] = [makeTokenKey("one"), makeTokenKey("two", "ES256"), makeTokenKey("three")];
  const keys = keySetOf(rsa, ec);
  const claims = { iss: "https://id.example.com" };
  const token = signToken(claims, rsa);
  const [head = "", body = "", signature = ""] = token.split(".");
  const forged = Buffer.from('{"iss":"https://evil.example.com"}').toString("base64url");
  const secret = { ...rsa.jwk, kty: "oct", k: Buffer.from("secret").toString("base64url"), alg: "HS256" };

  const cases: readonly { when: string; token: string; keys?: string; verdict: string }[] = [
    { when: "by an RSA key", token, verdict: "signed" },
    { when: "by an elliptic key", token: signToken(claims, ec), verdict: "signed" },
    { when: "by the only key, without its id", token, keys: keySetOf(rsa), verdict: "signed" },
    {
      when: "by another key under a known id",
      token: signToken(claims, { ...other, kid: "one" }),
      verdict: "not-signed",
    },
    { when: "by a key that is not in the set", token: signToken(claims, other), verdict: "unknown-key" },
    { when: "for other claims", token: `${head}.${forged}.${signature}`, verdict: "not-signed" },
    { when: "with nothing", token: `${head}.${body}.`, verdict: "not-signed" },
    { when: "with alg none", token: unsignedToken(claims, "one"), verdict: "not-signed" },
    { when: "by HS256 with the public key", token: hmacToken(claims, "one", rsa.publicPem), verdict: "not-signed" },
    {
      when: "by HS256 with the public key as the set has it",
      token: hmacToken(claims, "one", JSON.stringify(rsa.jwk)),
      verdict: "not-signed",
    },
    {
      when: "by a shared secret of the set",
      token: hmacToken(claims, "one", "secret"),
      keys: JSON.stringify({ keys: [secret] }),
      verdict: "no-keys",
    },
    {
      when: "with a key of its own in its header",
      token: signToken(claims, other, { jwk: other.jwk }),
      verdict: "unknown-key",
    },
    {
      when: "with the address of its key in its header",
      token: signToken(claims, other, { jku: "https://evil.example.com/keys", kid: "one" }),
      verdict: "not-signed",
    },
    {
      when: "with an extension that is critical",
      token: signToken(claims, rsa, { crit: ["x"], x: 1 }),
      verdict: "not-signed",
    },
    { when: "and the set is no JSON", token, keys: "<html>", verdict: "no-keys" },
    { when: "and the set is null", token, keys: "null", verdict: "no-keys" },
    { when: "and the set is a list", token, keys: "[]", verdict: "no-keys" },
    { when: "and the set's keys are none", token, keys: '{"keys": {}}', verdict: "no-keys" },
    { when: "and the set is empty", token, keys: '{"keys": []}', verdict: "no-keys" },
    {
      when: "and the set has 101 keys",
      token,
      keys: keySetOf(...Array.from({ length: 101 }, () => rsa)),
      verdict: "no-keys",
    },
    {
      when: "and the key is broken",
      token,
      keys: '{"keys": [{"kty": "RSA", "kid": "one", "alg": "RS256"}]}',
      verdict: "not-signed",
    },
    { when: "and among the keys is null", token, keys: keySetOf(rsa).replace("[", "[null, 1, {},"), verdict: "signed" },
  ];
  for (const { when, token: sent, keys: set = keys, verdict } of cases) {
    it(`says ${verdict} of a token that is signed ${when}`, async () => {
      assert.equal(await verifyToken(sent, set), verdict);
    });
  }
});
