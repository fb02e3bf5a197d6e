import assert from "node:assert/strict";
import { readOne, assertRefused, assertWarned, issuesOf, typedHook, urlMatch } from "./hooks-files.ts";
import { and, matches, matchesFile, never, not, or } from "./requests.ts";

const TOKEN = "0123456789abcdef";
const withRule = (rule: unknown): ReturnType<typeof typedHook> => typedHook({}, { "trigger-rule": rule });
const aMatch = (match: Readonly<Record<string, unknown>>): unknown => ({
  match: { type: "value", parameter: { source: "url", name: "token" }, ...match },
});
const fromFile = aMatch({ "value-from": { file: "/tokens/website" } });

describe("readRule(field, issues)", () => {
  const token = matches("url", "token", TOKEN);
  const file = matchesFile("url", "token", "/tokens/website");
  const cases = [
    { when: "a match", rule: urlMatch("token", TOKEN), expected: token },
    { when: "a match with a file", rule: fromFile, expected: file },
    {
      when: "a match of the source query",
      rule: aMatch({ parameter: { source: "query", name: "token" }, value: TOKEN }),
      expected: token,
    },
    {
      when: "a match of a header",
      rule: aMatch({ parameter: { source: "header", name: "X-Token" }, value: TOKEN }),
      expected: matches("header", "X-Token", TOKEN),
    },
    {
      when: "a match of the payload",
      rule: aMatch({ parameter: { source: "payload", name: "a.b" }, value: TOKEN }),
      expected: matches("payload", "a.b", TOKEN),
    },
    {
      when: "a number as a text",
      rule: aMatch({ value: 1234567890123456 }),
      expected: matches("url", "token", "1234567890123456"),
    },
    { when: "and", rule: { and: [fromFile, urlMatch("ns", "web")] }, expected: and(file, matches("url", "ns", "web")) },
    { when: "or", rule: { or: [fromFile, urlMatch("token", TOKEN)] }, expected: or(file, token) },
    {
      when: "not in and",
      rule: { and: [fromFile, { not: urlMatch("ns", "web") }] },
      expected: and(file, not(matches("url", "ns", "web"))),
    },
    {
      when: "and before or, not and match",
      rule: { match: {}, not: {}, or: [], and: [fromFile] },
      expected: and(file),
    },
    { when: "or before not and match", rule: { match: {}, not: {}, or: [fromFile] }, expected: or(file) },
    { when: "the empty rule, which nobody satisfies", rule: {}, expected: never },
    { when: "the empty rule in and", rule: { and: [{}, fromFile] }, expected: and(never, file) },
  ];
  for (const { when, rule, expected } of cases) {
    it(`reads ${when}`, () => {
      assert.deepEqual(readOne(withRule(rule)).hook?.rule, expected);
    });
  }

  const sources =
    "use one of url, query, header, payload, string, request, raw-request-body, entire-payload, entire-headers, entire-query";
  const types =
    "use one of value, regex, payload-hmac-sha1, payload-hash-sha1, payload-hmac-sha256, payload-hash-sha256, payload-hmac-sha512, payload-hash-sha512, ip-whitelist, scalr-signature";
  const refusals = [
    { when: "a rule that is a list", rule: [], message: "trigger-rule must be a map of keys, not a list" },
    { when: "a rule that is a text", rule: "", message: "trigger-rule must be a map of keys, not a scalar" },
    { when: "and that is a map", rule: { and: {} }, message: "and: must be a list, not a map" },
    { when: "or that is a text", rule: { or: "x" }, message: "or: must be a list, not a scalar" },
    { when: "not that is a list", rule: { not: [] }, message: "trigger-rule must be a map of keys, not a list" },
    { when: "a match that is a text", rule: { match: "x" }, message: "match must be a map of keys, not a scalar" },
    {
      when: "a match without a type",
      rule: aMatch({ type: undefined, value: TOKEN }),
      message: `type: "" is not served: ${types}`,
    },
    {
      when: "a match of another type",
      rule: aMatch({ type: "regexp", value: TOKEN }),
      message: `type: "regexp" is not served: ${types}`,
    },
    {
      when: "a match of a type in other letters",
      rule: aMatch({ type: "Value", value: TOKEN }),
      message: `type: "Value" is not served: ${types}`,
    },
    {
      when: "a match without a parameter",
      rule: aMatch({ parameter: undefined, value: TOKEN }),
      message: "parameter: is missing: name the source and name of the value that is compared",
    },
    {
      when: "a parameter that is a text",
      rule: aMatch({ parameter: "token", value: TOKEN }),
      message: "parameter must be a map of keys, not a scalar",
    },
    {
      when: "a parameter without a source",
      rule: aMatch({ parameter: { name: "token" }, value: TOKEN }),
      message: `source: "" is not served: ${sources}`,
    },
    {
      when: "another source",
      rule: aMatch({ parameter: { source: "cookie", name: "token" }, value: TOKEN }),
      message: `source: "cookie" is not served: ${sources}`,
    },
    {
      when: "a source that a prototype has",
      rule: aMatch({ parameter: { source: "constructor" }, value: TOKEN }),
      message: `source: "constructor" is not served: ${sources}`,
    },
    {
      when: "a value beside a file",
      rule: aMatch({ value: TOKEN, "value-from": { file: "/tokens/website" } }),
      message: "value-from: stands beside value: keep one of the two",
    },
    {
      when: "a file by a relative path",
      rule: aMatch({ "value-from": { file: "tokens/website" } }),
      message: "value-from: file must be an absolute path, such as /etc/imagehook/tokens/website",
    },
    {
      when: "a file without a path",
      rule: aMatch({ "value-from": {} }),
      message: "value-from: file must be an absolute path, such as /etc/imagehook/tokens/website",
    },
    {
      when: "a file that is a text",
      rule: aMatch({ "value-from": "/tokens/website" }),
      message: "value-from must be a map of keys, not a scalar",
    },
  ];
  for (const { when, rule, message } of refusals) {
    it(`refuses ${when}`, () => {
      assertRefused(withRule(rule), message);
    });
  }

  const warnings = [
    {
      when: "a rule",
      rule: { and: [fromFile], nor: [] },
      message: "nor: unknown key, ignored; did you mean or?",
    },
    {
      when: "a match",
      rule: aMatch({ value: TOKEN, Regex: ".*" }),
      message: "Regex: unknown key, ignored; known are type, parameter, value, value-from",
    },
    {
      when: "a parameter",
      rule: aMatch({ value: TOKEN, parameter: { source: "url", name: "token", default: "x" } }),
      message: "default: unknown key, ignored; known are source, name, envname, base64decode",
    },
    {
      when: "a file",
      rule: aMatch({ "value-from": { file: "/tokens/website", line: 1 } }),
      message: "line: unknown key, ignored; did you mean file?",
    },
  ];
  for (const { when, rule, message } of warnings) {
    it(`warns of an unknown key of ${when}`, () => {
      assertWarned(withRule(rule), message);
    });
  }

  it("says what is wrong with several matches at once", () => {
    const issues = issuesOf(withRule({ and: [{ match: { type: "regexp" } }, { not: { match: {} } }, fromFile] }));
    assert.deepEqual(issues, [
      `error: type: "regexp" is not served: ${types}`,
      `error: parameter: is missing: name the source and name of the value that is compared`,
      `error: type: "" is not served: ${types}`,
      `error: parameter: is missing: name the source and name of the value that is compared`,
    ]);
  });
});
