import assert from "node:assert/strict";
import type { CallerEntry } from "../../../../src/core/hook/callers/caller-entry.ts";
import { isProven } from "../../../../src/core/hook/is-proven.ts";
import type { Rule } from "../../../../src/core/hook/rule.ts";
import { aHook } from "../../../support/builders.ts";
import { aContext, and, aRequest, hmac, matches, matchesFile, never, not, or, regex, whitelist } from "./requests.ts";

const token = matches("url", "token", "a long enough token");
const file = matchesFile("header", "x-token", "/tokens/website");
const ns = matches("url", "ns", "web");
const branch = matches("payload", "branch", "main");
const filter = regex("payload", "tag", "^v");
const right = { query: { token: "a long enough token", ns: "web" }, headers: { "x-token": "of the file" } };

const bearer: CallerEntry = { kind: "bearer", file: "/callers/website" };

describe("isProven(hook, request, surroundings)", () => {
  const cases: readonly { when: string; rule: Rule; given?: Parameters<typeof aRequest>[0]; proven: boolean }[] = [
    { when: "the right token", rule: token, given: right, proven: true },
    { when: "a wrong token", rule: token, given: { query: { token: "x" } }, proven: false },
    { when: "no token", rule: token, proven: false },
    { when: "a token of a file", rule: file, given: right, proven: true },
    { when: "the right token and a filter that does not hold", rule: and(token, filter), given: right, proven: true },
    {
      when: "a filter that does not hold before the right token",
      rule: and(not(or()), filter, token),
      given: right,
      proven: true,
    },
    {
      when: "the right token for another namespace",
      rule: and(token, matches("url", "ns", "db")),
      given: right,
      proven: true,
    },
    {
      when: "the right token and a wrong one",
      rule: and(token, hmac("a long enough secret")),
      given: right,
      proven: false,
    },
    {
      when: "a wrong token and a filter that holds",
      rule: and(token, ns),
      given: { query: { ns: "web" } },
      proven: false,
    },
    { when: "two right tokens", rule: and(token, file), given: right, proven: true },
    { when: "one of two tokens", rule: or(hmac("a long enough secret"), token), given: right, proven: true },
    { when: "none of two tokens", rule: or(file, token), proven: false },
    { when: "a way around the token", rule: or(token, filter), proven: true },
    { when: "a way around the token beside a wrong one", rule: and(or(token, filter), file), proven: false },
    {
      when: "one of two tokens, each with a filter",
      rule: or(and(token, filter), and(file, ns)),
      given: right,
      proven: true,
    },
    { when: "a rule that proves nobody", rule: filter, proven: true },
    { when: "not", rule: not(token), proven: true },
    { when: "an address of the list", rule: whitelist("192.0.2.0/24"), proven: true },
    { when: "an address that is not of the list", rule: whitelist("198.51.100.7"), proven: false },
    {
      when: "a text of the payload, which proves the caller",
      rule: branch,
      given: { body: '{"branch":"dev"}' },
      proven: false,
    },
    { when: "the empty rule", rule: never, given: right, proven: false },
  ];
  for (const { when, rule, given, proven } of cases) {
    it(`is ${String(proven)} with ${when}`, () => {
      const context = aContext((path) => (path === "/tokens/website" ? ["of the file"] : []));
      assert.equal(isProven(aHook({ rule }), aRequest(given), context), proven);
    });
  }

  it("takes a fixed text for a filter beside a token, an event's kind or a signature", () => {
    const context = aContext();
    const other = aRequest({ ...right, body: '{"branch":"dev"}' });
    const event = matches("header", "X-GitHub-Event", "package");
    for (const rule of [and(token, branch), and(event, token), and(or(branch, event), token)])
      assert.equal(isProven(aHook({ rule }), other, context), true);
    assert.equal(
      isProven(aHook({ rule: and(token, branch) }), aRequest({ body: '{"branch":"main"}' }), context),
      false,
    );
  });

  it("takes a fixed text for a filter where the hook has callers, and a token beside them for a token", () => {
    const context = aContext();
    const hook = (rule: Rule | null): ReturnType<typeof aHook> => aHook({ rule, upgrade: { callers: [bearer] } });
    const dev = aRequest({ body: '{"branch":"dev"}' });
    assert.equal(isProven(hook(branch), dev, context), true);
    assert.equal(isProven(hook(and(branch, token)), dev, context), false);
    assert.equal(isProven(hook(null), dev, context), true);
  });
});
