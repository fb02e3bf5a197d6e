import assert from "node:assert/strict";
import type { FieldRule } from "../../../../../src/core/admission/rules/rule.ts";
import { validateFields } from "../../../../../src/core/admission/rules/validate-fields.ts";
import { aFieldRule, anUpdate, aRequest } from "../../../../support/admission-rules.ts";

const judge = (rule: FieldRule, object: unknown) => validateFields([rule], aRequest({ object }));
const said = (response: ReturnType<typeof validateFields>): string =>
  response.allowed ? "" : (response.status?.message ?? "");
const replicas = aFieldRule("/spec/replicas", { min: 1, max: 20 });
const aDeployment = (count: unknown) => ({ metadata: { name: "website" }, spec: { replicas: count } });

describe("validateFields(rules, request)", () => {
  it("refuses with 403, the place, what is allowed, and causes as the API gives them", () => {
    const response = judge(replicas, aDeployment(50));
    assert.deepEqual(response, {
      allowed: false,
      status: {
        code: 403,
        reason: "Forbidden",
        message: "spec.replicas: must be between 1 and 20, and is 50 (rule bounds)",
        details: {
          name: "website",
          group: "",
          kind: "Pod",
          causes: [
            {
              field: "spec.replicas",
              reason: "FieldValueInvalid",
              message: "must be between 1 and 20, and is 50 (rule bounds)",
            },
          ],
        },
      },
    });
  });

  const names = aFieldRule("/spec/containers/*/name", { enum: ["web"], required: true });
  const cases = [
    { when: "in bounds", rule: replicas, object: aDeployment(20), says: "" },
    { when: "absent", rule: replicas, object: {}, says: "" },
    { when: "null", rule: replicas, object: aDeployment(null), says: "" },
    { when: "under a text", rule: replicas, object: { spec: "x" }, says: "" },
    {
      when: "absent and required",
      rule: { ...replicas, required: true },
      object: {},
      says: "spec.replicas: is required: set it (rule bounds)",
    },
    {
      when: "null and required",
      rule: { ...replicas, required: true },
      object: aDeployment(null),
      says: "spec.replicas: is required: set it (rule bounds)",
    },
    { when: "in no item", rule: names, object: { spec: { containers: [] } }, says: "" },
    {
      when: "in each item",
      rule: names,
      object: { spec: { containers: [{ name: "web" }, { name: "x" }, {}] } },
      says: '2 problems:\n- spec.containers[1].name: must be one of "web", and is "x" (rule bounds)\n- spec.containers[2].name: is required: set it (rule bounds)',
    },
    {
      when: "told in the rule's words",
      rule: { ...replicas, message: "ask the web team", enum: [1] },
      object: aDeployment(50),
      says: "spec.replicas: ask the web team (rule bounds)",
    },
  ];
  for (const { when, rule, object, says } of cases)
    it(`says ${says === "" ? "nothing" : "what is wrong"} of a value that is ${when}`, () => {
      assert.equal(said(judge(rule, object)), says);
    });

  it("says 20 problems at most", () => {
    const containers = Array.from({ length: 30 }, () => ({ name: "x" }));
    const response = judge(names, { spec: { containers } });
    assert.match(said(response), /^30 problems:[\s\S]*and 10 more$/);
    assert.equal((response.status?.details?.["causes"] as unknown[]).length, 20);
  });

  it("refuses what has more values than it judges", () => {
    const response = judge(
      aFieldRule("/*"),
      Object.fromEntries(Array.from({ length: 100_001 }, (_, i) => [`k${String(i)}`, 1])),
    );
    assert.match(said(response), /^\["\*"\]: names more than 100000 values, too many to be checked/);
  });

  it("shows no value of a Secret", () => {
    const kind = { group: "", version: "v1", kind: "Secret" };
    const request = aRequest({ kind, object: { data: { token: "aHVudGVyMg==" } } });
    assert.doesNotMatch(said(validateFields([aFieldRule("/data/token", { enum: ["x"] })], request)), /aHVu/);
  });

  it("lets a deletion through, and what no rule is for", () => {
    const match = { namespaces: ["ops"], resources: [], operations: ["CREATE"] };
    assert.equal(judge({ ...replicas, match }, aDeployment(50)).allowed, true);
    assert.equal(
      validateFields([replicas], aRequest({ operation: "DELETE", object: null, oldObject: aDeployment(50) })).allowed,
      true,
    );
  });
});

describe("validateFields(rules, request) for an update", () => {
  const update = (rule: FieldRule, before: unknown, after: unknown): string =>
    said(validateFields([rule], anUpdate("Deployment", before, after)));
  const fixed = aFieldRule("/spec/items/*/id", { immutable: true, required: true });
  const items = (...ids: readonly unknown[]) => ({
    spec: { items: ids.map((id) => (id === undefined ? {} : { id })) },
  });
  const cases = [
    {
      when: "keeps a value that breaks the rule",
      rule: replicas,
      before: aDeployment(50),
      after: { ...aDeployment(50), status: {} },
      passes: true,
    },
    {
      when: "changes it to another that does",
      rule: replicas,
      before: aDeployment(50),
      after: aDeployment(40),
      passes: false,
    },
    {
      when: "changes it to one that does not",
      rule: replicas,
      before: aDeployment(50),
      after: aDeployment(20),
      passes: true,
    },
    { when: "sets it", rule: replicas, before: {}, after: aDeployment(50), passes: false },
    {
      when: "of what is being deleted changes it",
      rule: replicas,
      before: { metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } },
      after: aDeployment(50),
      passes: true,
    },
    {
      when: "keeps a required one absent",
      rule: { ...replicas, required: true },
      before: {},
      after: { status: {} },
      passes: true,
    },
    {
      when: "takes a required one away",
      rule: { ...replicas, required: true },
      before: aDeployment(1),
      after: {},
      passes: false,
    },
    { when: "keeps what is immutable", rule: fixed, before: items(1, 2), after: items(1, 2, 3), passes: true },
    { when: "changes it", rule: fixed, before: items(1, 2), after: items(1, 3), passes: false },
    { when: "takes it away", rule: { ...fixed, required: false }, before: items(1, 2), after: items(1), passes: false },
    {
      when: "sets what is immutable and was not set",
      rule: fixed,
      before: items(undefined),
      after: items(1),
      passes: true,
    },
    {
      when: "keeps a required one absent in an item",
      rule: fixed,
      before: items(undefined),
      after: items(undefined),
      passes: true,
    },
    {
      when: "adds an item without a required one",
      rule: fixed,
      before: items(1),
      after: items(1, undefined),
      passes: false,
    },
  ];
  for (const { when, rule, before, after, passes } of cases)
    it(`${passes ? "passes" : "refuses"} one that ${when}`, () => {
      assert.equal(update(rule, before, after) === "", passes);
    });

  it("says what to do about a change of what is immutable, by key in a map", () => {
    assert.equal(
      update(aFieldRule("/data/*", { immutable: true }), { data: { a: "1", b: "2" } }, { data: { b: "3", a: "1" } }),
      "data.b: may not be changed once it is set: leave it as it is, or delete the object and create it anew (rule bounds)",
    );
  });
});

describe("validateFields(rules, request) for a scale", () => {
  const resources = [{ resource: "deployments", group: "apps", subResource: "" }];
  const match = { namespaces: [], resources, operations: ["UPDATE"] };
  const scale = (rule: FieldRule, subResource = "scale") =>
    validateFields(
      [{ ...rule, match }],
      aRequest({
        kind: { group: "autoscaling", version: "v1", kind: "Scale" },
        resource: { group: "apps", version: "v1", resource: "deployments" },
        subResource,
        operation: "UPDATE",
        object: aDeployment(50),
        oldObject: aDeployment(5),
      }),
    ).allowed;
  it("judges spec.replicas by the rule of the resource itself", () => {
    assert.equal(scale(replicas), false);
  });
  it("judges nothing else by it, and no other subresource", () => {
    assert.equal(scale(aFieldRule("/metadata/name", { max: 1 })), true);
    assert.equal(scale(replicas, "status"), true);
  });
});
