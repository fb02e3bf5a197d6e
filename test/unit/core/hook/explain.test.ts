import assert from "node:assert/strict";
import { explainRule, type Step } from "../../../../src/core/hook/explain.ts";
import { evaluateRule, type Judged, type Rule } from "../../../../src/core/hook/rule.ts";
import {
  aContext,
  and,
  anArgument,
  aRequest,
  hmac,
  matches,
  matchesFile,
  never,
  not,
  or,
  regex,
  scalr,
  whitelist,
} from "./requests.ts";

const SECRET = "c0ffee-c0ffee-c0ffee";
const request = aRequest({
  query: { token: SECRET, ns: "web", long: "x".repeat(100) },
  headers: { "x-key": SECRET, "x-hub-signature-256": "sha256=0" },
  body: '{"ref":"main","deep":{"a":1}}',
});
const PATH = "/etc/imagehook/tokens/website";
const tokensOf = (path: string): readonly string[] => (path === PATH ? [SECRET] : []);

function explain(rule: Rule, softSignatures = false): readonly Step[] {
  const judged: Judged[] = [];
  evaluateRule(rule, request, aContext(tokensOf, { softSignatures, onJudged: (one) => judged.push(one) }));
  return explainRule(rule, judged, tokensOf);
}

const MARKS = { holds: "+", "does not hold": "-", "not looked at": "?" };
const print = ({ depth, what, verdict, came, problem }: Step): string =>
  [
    `${" ".repeat(depth)}${MARKS[verdict]} ${what}`,
    ...(came === null ? [] : [came]),
    ...(problem === null ? [] : [problem]),
  ].join(" | ");

const yes = matches("url", "ns", "web");
const no = matches("url", "ns", "prod");
const lacking = matches("url", "workload", "deployment/x");
const faulty = (parameter: boolean, comesOut: "false" | "broken"): Rule => ({
  kind: "match",
  match: { kind: "faulty", parameter: parameter ? anArgument("url", "ns") : null, comesOut, message: "it is faulty" },
});

describe("explainRule(rule, judged, tokensOf)", () => {
  const cases: readonly { when: string; rule: Rule; steps: readonly string[] }[] = [
    {
      when: "a secret by its length",
      rule: matches("url", "token", SECRET),
      steps: ['+ url "token" is the value of the rule | 20 characters'],
    },
    {
      when: "a wrong secret by its length",
      rule: matches("header", "X-Key", "another"),
      steps: ['- header "X-Key" is the value of the rule | 20 characters'],
    },
    { when: "a value that is no secret", rule: yes, steps: ['+ url "ns" is "web" | "web"'] },
    { when: "a value that is another", rule: no, steps: ['- url "ns" is "prod" | "web"'] },
    { when: "a value that does not come", rule: lacking, steps: ['- url "workload" is "deployment/x" | nothing'] },
    { when: "a method", rule: matches("request", "method", "GET"), steps: ['- request "method" is "GET" | "POST"'] },
    {
      when: "a token file",
      rule: matchesFile("url", "token", PATH),
      steps: [`+ url "token" is a token of ${PATH} | 20 characters`],
    },
    {
      when: "a wrong token",
      rule: matchesFile("url", "ns", PATH),
      steps: [`- url "ns" is a token of ${PATH} | 3 characters`],
    },
    {
      when: "a token file that is not here",
      rule: matchesFile("url", "token", "/x"),
      steps: ['- url "token" is a token of /x | 20 characters | /x is not here, or holds no token'],
    },
    { when: "an expression", rule: regex("payload", "ref", "^m"), steps: ['+ payload "ref" matches ^m | "main"'] },
    {
      when: "an expression on an object",
      rule: regex("payload", "deep", "b"),
      steps: ['- payload "deep" matches b | 7 characters'],
    },
    {
      when: "an expression on a long text",
      rule: regex("url", "long", "y{99}"),
      steps: [`- url "long" matches y{99} | "${"x".repeat(60)}…"`],
    },
    {
      when: "an expression on what is called a token",
      rule: regex("url", "token", SECRET),
      steps: ['+ url "token" matches the expression of the rule | 20 characters'],
    },
    {
      when: "an expression on the whole body",
      rule: regex("raw-request-body", "", "main"),
      steps: ["+ raw-request-body matches the expression of the rule | 29 characters"],
    },
    {
      when: "the whole payload",
      rule: matches("entire-payload", "", "{}"),
      steps: ["- entire-payload is the value of the rule | 29 characters"],
    },
    {
      when: "a text of the rule",
      rule: matches("string", SECRET, SECRET),
      steps: ["+ a text of the rule is the value of the rule"],
    },
    {
      when: "another match of a secret's parameter",
      rule: and(regex("header", "x-shared", "."), matches("header", "X-Shared", "a")),
      steps: [
        "- and: all of these",
        ' - header "x-shared" matches the expression of the rule | nothing',
        ' ? header "X-Shared" is the value of the rule',
      ],
    },
    {
      when: "a wrong signature",
      rule: hmac(SECRET),
      steps: [
        `- header "X-Hub-Signature-256" is the body's HMAC-SHA256 | 8 characters | the signature is not that of the body`,
      ],
    },
    {
      when: "Scalr's signature",
      rule: scalr(SECRET),
      steps: ["- X-Signature and Date are Scalr's signature of the body"],
    },
    {
      when: "an address",
      rule: whitelist("192.0.2.0/24"),
      steps: ["+ the client's address is in ip-range | 192.0.2.7:40000"],
    },
    {
      when: "a faulty match that is a mismatch",
      rule: faulty(true, "false"),
      steps: ['- url "ns": a faulty match | "web" | it is faulty'],
    },
    {
      when: "a faulty match that is an error",
      rule: faulty(false, "broken"),
      steps: ["- a faulty match | it is faulty"],
    },
    { when: "the empty rule", rule: never, steps: ["- the empty rule"] },
    {
      when: "and, up to what does not hold",
      rule: and(yes, no, or(yes)),
      steps: [
        "- and: all of these",
        ' + url "ns" is "web" | "web"',
        ' - url "ns" is "prod" | "web"',
        " ? or: one of these",
        '  ? url "ns" is "web"',
      ],
    },
    {
      when: "or, up to what holds",
      rule: or(no, yes, not(never)),
      steps: [
        "+ or: one of these",
        ' - url "ns" is "prod" | "web"',
        ' + url "ns" is "web" | "web"',
        " ? not",
        "  ? the empty rule",
      ],
    },
    {
      when: "the same part twice",
      rule: or(and(no, yes), yes),
      steps: [
        "+ or: one of these",
        " - and: all of these",
        '  - url "ns" is "prod" | "web"',
        '  ? url "ns" is "web"',
        ' + url "ns" is "web" | "web"',
      ],
    },
    {
      when: "not of a missing value, which ends and",
      rule: and(not(lacking), yes),
      steps: [
        "- and: all of these",
        " + not | a value is missing below: inside of and this is a mismatch",
        '  - url "workload" is "deployment/x" | nothing',
        ' ? url "ns" is "web"',
      ],
    },
  ];
  for (const { when, rule, steps } of cases) {
    it(`explains ${when}`, () => {
      const explained = explain(rule);
      assert.deepEqual(explained.map(print), steps);
      assert.ok(!JSON.stringify(explained).includes(SECRET));
    });
  }

  it("looks at nothing where nothing was judged", () => {
    const steps = explainRule(and(yes, or(no)), [], tokensOf);
    assert.deepEqual(
      steps.map(({ verdict }) => verdict),
      Array.from({ length: 4 }, () => "not looked at"),
    );
  });
});
