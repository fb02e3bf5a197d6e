import assert from "node:assert/strict";
import { readObjects } from "../../../../../src/core/admission/read-objects.ts";
import { reviewFor } from "../../../../../src/core/admission/review-for.ts";
import { explainAdmission, printExplanation } from "../../../../../src/core/admission/rules/explain.ts";
import { readRules } from "../../../../../src/core/admission/rules/read-rules.ts";

const RULES = `
images: [{name: own-registry, allow: [registry.example.com/*], action: audit}, {name: other, match: {namespaces: [x]}, require-digest: true}]
defaults: [{name: replicas, match: {resources: [deployments.apps]}, set: {/spec/replicas: 30}}]
fields: [{name: few, match: {resources: [deployments.apps]}, path: /spec/replicas, max: 20}]
`;
const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {template: {spec: {containers: [{name: web, image: nginx}]}}}
`;

function explain(operation: "create" | "delete") {
  const rules = readRules("rules.yaml", RULES);
  const objects = readObjects("web.yaml", DEPLOYMENT);
  assert.ok(rules.kind === "ok" && objects.kind === "ok");
  const [object = {}] = objects.value;
  return explainAdmission(reviewFor(object)[operation](), { rules: rules.value, allowsCommands: false });
}

describe("explainAdmission(request, settings)", () => {
  it("asks about what the defaults have made, and says which rules looked", () => {
    const text = printExplanation(explain("create"));
    const lines = text.split("\n");
    assert.equal(lines[0], "CREATE deployments.apps shop/web: refused");
    assert.equal(lines[1], "  rules that are for it: replicas, few, own-registry");
    assert.equal(lines[2], "  rules that are not: other");
    assert.match(
      text,
      /\/mutate-fields \(.*\): allowed\n {4}patch: \{"op":"add","path":"\/spec\/replicas","value":30\}/,
    );
    assert.match(text, /\/validate-fields \(.*\): refused\n {4}.*spec\.replicas/);
    assert.match(text, /audit: .*=.*own-registry/);
  });

  it("asks about a deletion without an object", () => {
    const { allowed, webhooks } = explain("delete");
    assert.equal(allowed, true);
    assert.deepEqual(
      webhooks.map(({ path }) => path),
      ["/mutate-fields", "/validate-hooks", "/validate-images", "/validate-fields"],
    );
  });
});

describe("printExplanation(explanation)", () => {
  it("prints what belongs to no namespace and no group, and what warns", () => {
    const rules = readRules("rules.yaml", "images: [{name: a, require-digest: true, action: warn}]");
    assert.ok(rules.kind === "ok");
    const pod = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "web" },
      spec: { containers: [{ image: "nginx" }] },
    };
    const settings = { rules: rules.value, allowsCommands: false };
    const text = printExplanation(explainAdmission(reviewFor(pod).create(), settings));
    assert.match(text, /^CREATE pods web: allowed\n {2}rules that are for it: a\n {2}rules that are not: none\n/);
    assert.match(text, /\n {4}warning: .*nginx/);
    const none = { rules: { images: [], defaults: [], fields: [] }, allowsCommands: false };
    assert.match(printExplanation(explainAdmission(reviewFor(pod).create(), none)), /rules that are for it: none/);
  });
});

describe("readObjects(file, text)", () => {
  it("reads several documents, with the types of JSON", () => {
    const read = readObjects("a.yaml", "a: 1\n---\n# nothing\n--- # more\nb: {c: ['1', yes]}\n");
    assert.deepEqual(read, { kind: "ok", value: [{ a: 1 }, { b: { c: ["1", true] } }] });
    assert.deepEqual(readObjects("a.yaml", "a:\n  -\n"), { kind: "ok", value: [{ a: [null] }] });
    assert.deepEqual(readObjects("a.json", '{"a": {"b": null, "c": "1"}}'), {
      kind: "ok",
      value: [{ a: { b: null, c: "1" } }],
    });
  });

  for (const [text, error] of [
    ["", "a.yaml: holds no object"],
    ["a: 1\n---\n- b\n", "a.yaml:3:1: is no object"],
  ] as const)
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.deepEqual(readObjects("a.yaml", text), { kind: "error", error });
    });

  it("takes the items of a list, as kubectl get prints them", () => {
    const list = '{"kind": "List", "items": [{"a": 1}, 2, {"b": 2}]}';
    assert.deepEqual(readObjects("list.json", list), { kind: "ok", value: [{ a: 1 }, { b: 2 }] });
    assert.deepEqual(readObjects("list.json", '{"kind": "List"}'), { kind: "ok", value: [{ kind: "List" }] });
  });

  it("says where a later document is broken", () => {
    const read = readObjects("a.yaml", "a: 1\n---\nb: [\n");
    assert.equal(read.kind, "error");
    assert.match(read.error, /^a\.yaml:[34]:\d+: /);
  });
});
