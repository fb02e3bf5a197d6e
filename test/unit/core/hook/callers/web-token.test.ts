import assert from "node:assert/strict";
import { readWebToken, TOKEN_ALGORITHMS } from "../../../../../src/core/hook/callers/web-token.ts";

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const token = (header: unknown, claims: unknown): string => `${part(header)}.${part(claims)}.c2ln`;
const NONE = "what came is no signed token";
const ALGORITHM = "the token is not signed by an algorithm with a public key";

describe("readWebToken(text)", () => {
  for (const alg of TOKEN_ALGORITHMS) {
    it(`reads the claims of one that says ${alg}`, () => {
      const read = readWebToken(token({ alg }, { iss: "a" }));
      assert.ok(read.kind === "ok");
      assert.deepEqual([...read.value.claims], [["iss", "a"]]);
    });
  }

  const cases: readonly { when: string; text: string; fault: string }[] = [
    { when: "alg none", text: token({ alg: "none" }, {}), fault: ALGORITHM },
    { when: "alg NONE", text: token({ alg: "NONE" }, {}), fault: ALGORITHM },
    { when: "HS256", text: token({ alg: "HS256" }, {}), fault: ALGORITHM },
    { when: "HS512", text: token({ alg: "HS512" }, {}), fault: ALGORITHM },
    { when: "a list of algorithms", text: token({ alg: ["RS256"] }, {}), fault: ALGORITHM },
    { when: "no algorithm", text: token({}, {}), fault: ALGORITHM },
    { when: "two parts", text: `${part({ alg: "RS256" })}.${part({})}`, fault: NONE },
    { when: "four parts", text: `${token({ alg: "RS256" }, {})}.x`, fault: NONE },
    { when: "a header that is no object", text: token("RS256", {}), fault: NONE },
    { when: "claims that are no object", text: token({ alg: "RS256" }, 1), fault: NONE },
    { when: "claims that are no JSON", text: `${part({ alg: "RS256" })}.e30x.c2ln`, fault: NONE },
    { when: "other letters", text: `${token({ alg: "RS256" }, {})}=`, fault: NONE },
    { when: "nothing", text: "", fault: NONE },
    { when: "more than 16 KiB", text: token({ alg: "RS256" }, { long: "x".repeat(16_384) }), fault: NONE },
  ];
  for (const { when, text, fault } of cases) {
    it(`refuses ${when}`, () => {
      assert.deepEqual(readWebToken(text), { kind: "error", error: fault });
    });
  }
});
