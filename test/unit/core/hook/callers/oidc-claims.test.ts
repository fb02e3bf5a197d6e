import assert from "node:assert/strict";
import type { OidcEntry } from "../../../../../src/core/hook/callers/caller-entry.ts";
import { claimsFault } from "../../../../../src/core/hook/callers/oidc-claims.ts";
import { parseJsonPayload } from "../../../../../src/core/hook/payload.ts";

const NOW = new Date("2026-11-22T12:00:00Z");
const seconds = NOW.getTime() / 1000;
const claims = {
  iss: "https://accounts.google.com",
  aud: "https://hooks.example.com/hooks/website",
  sub: "1234567890",
  email: "push@project.iam.gserviceaccount.com",
  email_verified: true,
  iat: seconds - 10,
  exp: seconds + 3_600,
};
const entry: OidcEntry = {
  kind: "oidc",
  issuer: claims.iss,
  audience: claims.aud,
  subject: claims.sub,
  email: claims.email,
};
const bySubject = { ...entry, email: null };
const byEmail = { ...entry, subject: null };

function faultOf(over: object, by: OidcEntry): string | null {
  const payload = parseJsonPayload(JSON.stringify({ ...claims, ...over }));
  assert.ok(payload.kind === "ok");
  return claimsFault(by, payload.value, NOW);
}

const ISSUER = "the token is of another issuer, or names none";
const AUDIENCE = "the token is for another audience, or names none";
const SUBJECT = "the token is of another subject, or names none";
const EMAIL = "the token is of another email, or names none";
const UNVERIFIED = "the token's email is not verified";
const END = "the token has no end";
const EXPIRED = "the token has expired";
const EARLY = "the token is not valid yet";
const gone = undefined;

describe("claimsFault(entry, claims, now)", () => {
  const cases: readonly { when: string; over: object; by?: OidcEntry; fault: string | null }[] = [
    { when: "all that is asked for", over: {}, fault: null },
    { when: "the subject alone, where that is asked for", over: { email: gone }, by: bySubject, fault: null },
    { when: "the email alone, where that is asked for", over: { sub: gone }, by: byEmail, fault: null },
    { when: "the audience among others", over: { aud: ["x", claims.aud] }, fault: null },
    { when: "a beginning within the leeway", over: { iat: seconds + 60, nbf: seconds + 60 }, fault: null },
    { when: "no time of its making", over: { iat: gone }, fault: null },
    { when: "an end in a moment", over: { exp: seconds + 0.5 }, fault: null },
    { when: "no issuer", over: { iss: gone }, fault: ISSUER },
    { when: "another issuer", over: { iss: "https://accounts.google.com.example.com" }, fault: ISSUER },
    { when: "the issuer with a slash more", over: { iss: `${claims.iss}/` }, fault: ISSUER },
    { when: "the issuer in a list", over: { iss: [claims.iss] }, fault: ISSUER },
    { when: "no audience", over: { aud: gone }, fault: AUDIENCE },
    { when: "another audience", over: { aud: `${claims.aud}x` }, fault: AUDIENCE },
    { when: "other audiences", over: { aud: ["x", [claims.aud]] }, fault: AUDIENCE },
    { when: "no audience in the list", over: { aud: [] }, fault: AUDIENCE },
    { when: "no subject", over: { sub: gone }, fault: SUBJECT },
    { when: "another subject", over: { sub: "1234567891" }, by: bySubject, fault: SUBJECT },
    { when: "the subject as a number", over: { sub: 1234567890 }, fault: SUBJECT },
    { when: "no email", over: { email: gone }, fault: EMAIL },
    { when: "another email", over: { email: "other@project.iam.gserviceaccount.com" }, by: byEmail, fault: EMAIL },
    { when: "an email that is not verified", over: { email_verified: false }, by: byEmail, fault: UNVERIFIED },
    { when: "an email of which nobody says so", over: { email_verified: gone }, fault: UNVERIFIED },
    { when: "an email that is verified by a text", over: { email_verified: "true" }, fault: UNVERIFIED },
    { when: "no end", over: { exp: gone }, fault: END },
    { when: "an end as a text", over: { exp: String(claims.exp) }, fault: END },
    { when: "its end", over: { exp: seconds }, fault: EXPIRED },
    { when: "an end an hour ago", over: { exp: seconds - 3_600 }, fault: EXPIRED },
    { when: "a beginning beyond the leeway", over: { nbf: seconds + 61 }, fault: EARLY },
    { when: "a time of its making beyond the leeway", over: { iat: seconds + 61 }, fault: EARLY },
    { when: "a beginning that is no number", over: { nbf: "now" }, fault: EARLY },
  ];
  for (const { when, over, by = entry, fault } of cases) {
    it(`${fault === null ? "takes" : "refuses"} a token with ${when}`, () => {
      assert.equal(faultOf(over, by), fault);
    });
  }
});
