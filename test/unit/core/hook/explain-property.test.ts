import assert from "node:assert/strict";
import fc from "fast-check";
import { explainRule, type Step } from "../../../../src/core/hook/explain.ts";
import { evaluateMatch } from "../../../../src/core/hook/match.ts";
import { evaluateRule, type Judged, type Rule } from "../../../../src/core/hook/rule.ts";
import { aContext, and, aRequest, hmac, matches, matchesFile, never, not, or, regex, whitelist } from "./requests.ts";

const SECRET = "c0ffee-c0ffee-c0ffee";
const PATH = "/etc/imagehook/tokens/website";
const request = aRequest({
  query: { token: SECRET, ns: "web" },
  headers: { "x-hub-signature-256": "sha256=0" },
  body: '{"ref":"main"}',
});
const tokensOf = (path: string): readonly string[] => (path === PATH ? [SECRET] : []);
const faulty = (comesOut: "false" | "broken"): Rule => ({
  kind: "match",
  match: { kind: "faulty", parameter: null, comesOut, message: "it is faulty" },
});

describe("explainRule(rule, judged, tokensOf) beside evaluateRule(rule, request, context)", () => {
  const leaf = fc.constantFrom<Rule[]>(
    matches("url", "ns", "web"),
    matches("url", "ns", "prod"),
    matches("url", "workload", "deployment/x"),
    never,
    hmac(SECRET),
    faulty("false"),
    faulty("broken"),
    matches("url", "token", SECRET),
    matchesFile("url", "token", PATH),
    regex("payload", "ref", "a"),
    whitelist("192.0.2.7"),
  );
  const { rule: anyRule } = fc.letrec<{ rule: Rule }>((tie) => ({
    rule: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      leaf,
      fc.array(tie("rule"), { maxLength: 4 }).map((rules) => and(...rules)),
      fc.array(tie("rule"), { maxLength: 4 }).map((rules) => or(...rules)),
      tie("rule").map(not),
    ),
  }));

  type Explain = typeof explainRule;

  // What is wrong with an explanation of a rule; undefined when nothing is.
  function findFault(rule: Rule, softSignatures: boolean, explainIt: Explain): string | undefined {
    const context = aContext(tokensOf, { softSignatures });
    const judged: Judged[] = [];
    evaluateRule(rule, request, { ...context, onJudged: (one) => judged.push(one) });
    const steps = explainIt(rule, judged, tokensOf);
    const rules = listOf(rule);
    if (steps.length !== rules.length) return "another number of parts";
    if (steps.filter(({ verdict }) => verdict !== "not looked at").length !== judged.length)
      return "another number of looks";
    const wrong = rules.findIndex((part, index) => !isRight(steps[index], part, request, context));
    if (wrong !== -1) return `part ${String(wrong)} came out otherwise`;
    return JSON.stringify(steps).includes(SECRET) ? "a secret is shown" : undefined;
  }

  const isRight = (
    step: Step | undefined,
    part: Rule,
    given: typeof request,
    context: ReturnType<typeof aContext>,
  ): boolean => {
    const { holds } =
      part.kind === "match" ? evaluateMatch(part.match, given, context) : evaluateRule(part, given, context);
    return step?.verdict === "not looked at" || step?.verdict === (holds ? "holds" : "does not hold");
  };

  function listOf(rule: Rule): readonly Rule[] {
    const parts = "rules" in rule ? rule.rules : "rule" in rule ? [rule.rule] : [];
    return [rule, ...parts.flatMap(listOf)];
  }

  it("comes to the same verdict in every part that was looked at", () => {
    fc.assert(
      fc.property(anyRule, fc.boolean(), (rule, soft) => findFault(rule, soft, explainRule) === undefined),
      { numRuns: 1_000 },
    );
  });

  it("looks at the whole rule first in the list, with the verdict of the evaluation", () => {
    fc.assert(
      fc.property(anyRule, (rule) => {
        const { holds } = evaluateRule(rule, request, aContext(tokensOf));
        const judged: Judged[] = [];
        evaluateRule(rule, request, aContext(tokensOf, { onJudged: (one) => judged.push(one) }));
        return explainRule(rule, judged, tokensOf)[0]?.verdict === (holds ? "holds" : "does not hold");
      }),
      { numRuns: 1_000 },
    );
  });

  const broken: readonly { when: string; explainIt: Explain }[] = [
    {
      when: "takes parts that were not looked at for false",
      explainIt: (...given) =>
        explainRule(...given).map((step) =>
          step.verdict === "not looked at" ? { ...step, verdict: "does not hold" } : step,
        ),
    },
    {
      when: "leaves the last look out",
      explainIt: (rule, judged, tokens) => explainRule(rule, judged.slice(0, -1), tokens),
    },
    {
      when: "turns a verdict around",
      explainIt: (rule, judged, tokens) =>
        explainRule(
          rule,
          judged.map((one) => ({ ...one, verdict: { ...one.verdict, holds: !one.verdict.holds } })),
          tokens,
        ),
    },
  ];
  for (const { when, explainIt } of broken) {
    it(`is told from one that ${when}`, () => {
      const run = fc.check(
        fc.property(anyRule, fc.boolean(), (rule, soft) => findFault(rule, soft, explainIt) === undefined),
        { numRuns: 1_000 },
      );
      assert.equal(run.failed, true);
    });
  }
});
