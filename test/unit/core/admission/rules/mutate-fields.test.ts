import assert from "node:assert/strict";
import { mutateFields } from "../../../../../src/core/admission/rules/mutate-fields.ts";
import { aDefaultRule, anUpdate, aRequest } from "../../../../support/admission-rules.ts";

const mutate = (set: Readonly<Record<string, unknown>>, object: unknown) =>
  mutateFields([aDefaultRule(set)], aRequest({ object }));
const add = (path: string, value: unknown) => ({ op: "add", path, value });

describe("mutateFields(rules, request)", () => {
  const cases: { when: string; set: Record<string, unknown>; object: unknown; patch: unknown[] }[] = [
    {
      when: "parents are absent",
      set: { "/metadata/labels/by": "${user}", "/metadata/labels/team": "web" },
      object: {},
      patch: [
        add("/metadata", {}),
        add("/metadata/labels", {}),
        add("/metadata/labels/by", "ann-example.com"),
        add("/metadata/labels/team", "web"),
      ],
    },
    {
      when: "a parent is there",
      set: { "/metadata/labels/a": "b" },
      object: { metadata: { labels: {} } },
      patch: [add("/metadata/labels/a", "b")],
    },
    { when: "the value is there", set: { "/spec/a": 1 }, object: { spec: { a: 2 } }, patch: [] },
    { when: "null is there", set: { "/spec/a": 1 }, object: { spec: { a: null } }, patch: [] },
    { when: "the whole object is named", set: { "": 1 }, object: {}, patch: [] },
    {
      when: "a value of a key with signs is absent",
      set: { "/metadata/annotations/a.b~1c~0d": "${user}" },
      object: { metadata: { annotations: {} } },
      patch: [add("/metadata/annotations/a.b~1c~0d", "ann@example.com")],
    },
    {
      when: "an item of a list lacks it",
      set: { "/spec/list/1/a": 1 },
      object: { spec: { list: [{}, {}] } },
      patch: [add("/spec/list/1/a", 1)],
    },
    { when: "an item is there", set: { "/spec/list/0": 1 }, object: { spec: { list: [null] } }, patch: [] },
    {
      when: "what one rule set is the parent of another's",
      set: { "/spec": { a: 1 }, "/spec/a": 2, "/spec/b": 3 },
      object: {},
      patch: [add("/spec", { a: 1 }), add("/spec/b", 3)],
    },
    {
      when: "a name is inherited only",
      set: { "/spec/toString": 1 },
      object: { spec: {} },
      patch: [add("/spec/toString", 1)],
    },
  ];
  for (const { when, set, object, patch } of cases)
    it(`${patch.length === 0 ? "changes nothing" : "sets values"} where ${when}`, () => {
      const response = mutate(set, object);
      assert.deepEqual([response.allowed, response.patch, response.warnings], [true, patch, []]);
    });

  const obstacles: { set: Record<string, unknown>; object: unknown; says: string }[] = [
    {
      set: { "/spec/a/b": 1 },
      object: { spec: { a: "text" } },
      says: "spec.a.b is not set: spec.a is there and is no object (rule defaults)",
    },
    {
      set: { "/spec/a": 1 },
      object: { spec: null },
      says: "spec.a is not set: spec is there and is no object (rule defaults)",
    },
    {
      set: { "/list/-": 1 },
      object: { list: [] },
      says: 'list["-"] is not set: list has no item -, and none is added (rule defaults)',
    },
    {
      set: { "/list/1": 1 },
      object: { list: [0] },
      says: "list[1] is not set: list has no item 1, and none is added (rule defaults)",
    },
    {
      set: { "/list/0/a": 1 },
      object: {},
      says: "list[0].a is not set: list is no list with an item 0 (rule defaults)",
    },
    {
      set: { "/map/0": 1 },
      object: { map: {} },
      says: "map[0] is not set: map is no list with an item 0 (rule defaults)",
    },
    {
      set: { "/__proto__/a": 1 },
      object: {},
      says: "__proto__.a is not set: a key that no patch may have (rule defaults)",
    },
  ];
  for (const { set, object, says } of obstacles)
    it(`warns that ${says}`, () => {
      const response = mutate(set, object);
      assert.deepEqual([response.allowed, response.patch, response.warnings], [true, [], [says]]);
    });

  it("warns 20 times at most, shortly", () => {
    const set = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [`/spec/${"a".repeat(300)}${String(index)}`, 1]),
    );
    const { warnings = [] } = mutate(set, { spec: "" });
    assert.equal(warnings.length, 21);
    assert.ok(warnings.every((warning) => warning.length <= 201));
  });

  const rule = aDefaultRule({ "/a": 1 });
  const untouched = [
    { when: "a DELETE", request: aRequest({ operation: "DELETE", object: null, oldObject: {} }) },
    { when: "a DELETE that brings an object", request: aRequest({ operation: "DELETE" }) },
    { when: "a CONNECT", request: aRequest({ operation: "CONNECT" }) },
    { when: "what is being deleted", request: anUpdate("Pod", { metadata: { deletionTimestamp: "2026" } }, {}) },
    { when: "what the rule is not for", request: aRequest({ operation: "OTHER" }) },
  ];
  for (const { when, request } of untouched)
    it(`leaves ${when} alone`, () => {
      const match = { ...rule.match, operations: ["CREATE", "UPDATE", "DELETE", "CONNECT"] };
      assert.deepEqual(mutateFields([{ ...rule, match }], request).patch ?? [], []);
    });

  it("sets in what a later rule brings, since the next change would find it there", () => {
    const rules = [aDefaultRule({ "/list/0/a": 1 }), aDefaultRule({ "/list": [{}] })];
    assert.deepEqual(mutateFields(rules, aRequest()).patch, [add("/list", [{}]), add("/list/0/a", 1)]);
  });

  it("lets the first rule count", () => {
    const rules = [aDefaultRule({ "/a": 1 }), aDefaultRule({ "/a": 2 })];
    assert.deepEqual(mutateFields(rules, aRequest()).patch, [add("/a", 1)]);
  });
});
