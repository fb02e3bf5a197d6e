import assert from "node:assert/strict";
import { assertRefused, readServed, typedHook } from "../hooks-files.ts";

const whole = {
  issuer: "https://accounts.google.com",
  audience: "https://hooks.example.com/hooks/website",
  email: "push@project.iam.gserviceaccount.com",
};
const hookOf = (oidc: unknown): object => ({
  ...typedHook({ callers: [{ oidc }] }),
  "trigger-rule-mismatch-http-response-code": 403,
});

describe("readCallers(upgrade) of oidc", () => {
  it("reads issuer, audience, and whom the token must be of", () => {
    const read = (oidc: object): unknown => readServed(hookOf(oidc)).upgrade.callers;
    assert.deepEqual(read(whole), [{ kind: "oidc", ...whole, subject: null }]);
    const both = { ...whole, subject: "1234567890" };
    assert.deepEqual(read(both), [{ kind: "oidc", ...both }]);
  });

  const cases: readonly { when: string; oidc: unknown; problem: RegExp }[] = [
    { when: "no issuer", oidc: { ...whole, issuer: "" }, problem: /^issuer: must be an https address/ },
    {
      when: "an issuer without https",
      oidc: { ...whole, issuer: "http://id.example.com" },
      problem: /^issuer: must be/,
    },
    { when: "no audience", oidc: { issuer: whole.issuer, email: "a" }, problem: /^audience: say for whom/ },
    {
      when: "neither subject nor email",
      oidc: { ...whole, email: undefined },
      problem: /^subject: say of whom .*: subject or email/,
    },
    { when: "an empty email", oidc: { ...whole, email: "" }, problem: /^subject: say of whom/ },
    {
      when: "a long audience",
      oidc: { ...whole, audience: "x".repeat(501) },
      problem: /^audience: is longer than 500/,
    },
    { when: "another key", oidc: { ...whole, emial: "a" }, problem: /^emial: unknown key; did you mean email\?/ },
    { when: "a text", oidc: "https://accounts.google.com", problem: /^oidc must be a map/ },
  ];
  for (const { when, oidc, problem } of cases) {
    it(`refuses ${when}`, () => {
      assertRefused(hookOf(oidc), problem);
    });
  }
});
