import assert from "node:assert/strict";
import { matchesRule, whyNotFor } from "../../../../../src/core/admission/rules/matches.ts";
import type { RuleMatch } from "../../../../../src/core/admission/rules/rule.ts";
import { aRequest } from "../../../../support/admission-rules.ts";
import { rulesOf } from "./rules-text.ts";

/** The match of a rule as it stands in a file. */
function matchOf(text: string): RuleMatch {
  const [rule] = rulesOf(`images: [{name: a, require-digest: true, match: ${text}}]`).images;
  assert.ok(rule !== undefined);
  return rule.match;
}

const scaling = {
  resource: { group: "apps", version: "v1", resource: "deployments" },
  subResource: "scale",
  operation: "UPDATE",
};
const deploying = { ...scaling, subResource: "", operation: "CREATE" };
const inNoNamespace = { resource: { group: "", version: "v1", resource: "nodes" }, namespace: "" };

describe("matchesRule(match, request), whyNotFor(match, request)", () => {
  const cases: readonly { match: string; request?: Readonly<Record<string, unknown>>; whyNot: string | null }[] = [
    { match: "{}", whyNot: null },
    { match: "{}", request: inNoNamespace, whyNot: null },
    { match: "{}", request: { operation: "UPDATE" }, whyNot: null },
    { match: "{}", request: { operation: "DELETE" }, whyNot: "operation DELETE is none of CREATE, UPDATE" },
    { match: "{operations: [UPDATE, DELETE]}", whyNot: "operation CREATE is none of UPDATE, DELETE" },
    { match: "{namespaces: [web]}", whyNot: null },
    { match: "{namespaces: [team-*, w*b]}", whyNot: null },
    { match: "{namespaces: [we, webs]}", whyNot: "namespace web is none of we, webs" },
    { match: "{namespaces: [web]}", request: inNoNamespace, whyNot: "namespace (none) is none of web" },
    { match: "{namespaces: ['*']}", request: inNoNamespace, whyNot: null },
    { match: "{resources: [pods]}", whyNot: null },
    { match: "{resources: [pods.]}", whyNot: null },
    { match: "{resources: [deployments.apps, pods]}", whyNot: null },
    { match: "{resources: [pods.apps]}", whyNot: "resource pods. is none of pods.apps" },
    { match: "{resources: [pods.]}", request: deploying, whyNot: "resource deployments.apps is none of pods." },
    { match: "{resources: [deployments]}", request: deploying, whyNot: null },
    { match: "{resources: [deployments.apps]}", request: deploying, whyNot: null },
    {
      match: "{resources: [deployments.extensions, deployments.]}",
      request: deploying,
      whyNot: "resource deployments.apps is none of deployments.extensions, deployments.",
    },
    {
      match: "{resources: [deployments]}",
      request: scaling,
      whyNot: "resource deployments.apps/scale is none of deployments",
    },
    { match: "{resources: [deployments/scale]}", request: scaling, whyNot: null },
    { match: "{resources: [deployments.apps/scale]}", request: scaling, whyNot: null },
    { match: "{resources: ['*/scale']}", request: scaling, whyNot: null },
    { match: "{resources: [deployments/*]}", request: scaling, whyNot: null },
    {
      match: "{resources: [deployments/*]}",
      request: deploying,
      whyNot: "resource deployments.apps is none of deployments/*",
    },
    { match: "{resources: ['*']}", request: deploying, whyNot: null },
    { match: "{resources: ['*']}", request: scaling, whyNot: "resource deployments.apps/scale is none of *" },
    { match: "{resources: ['*.apps']}", request: deploying, whyNot: null },
    { match: "{resources: ['*.apps']}", whyNot: "resource pods. is none of *.apps" },
    {
      match: "{resources: [deployments.extensions]}",
      request: { ...deploying, requestResource: { group: "extensions", version: "v1", resource: "deployments" } },
      whyNot: "resource deployments.apps is none of deployments.extensions",
    },
  ];
  for (const { match, request, whyNot } of cases) {
    const asked = aRequest(request);
    it(`${match} and ${asked.operation} ${asked.resource.resource} in ${asked.namespace || "none"}: ${String(whyNot)}`, () => {
      assert.equal(whyNotFor(matchOf(match), asked), whyNot);
      assert.equal(matchesRule(matchOf(match), asked), whyNot === null);
    });
  }
});
