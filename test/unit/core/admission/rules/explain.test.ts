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
const WEB = { name: "web", image: "nginx" };
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
    assert.deepEqual(lines.slice(2, 4), ["  rules that are not:", "    other (images): namespace shop is none of x"]);
    assert.match(
      text,
      /\/mutate-fields \(.*\): allowed\n {4}\+ spec\.replicas: 30\n {4}patch: \{"op":"add","path":"\/spec\/replicas","value":30\}\n/,
    );
    assert.match(text, /\/validate-fields \(.*\): refused\n {4}.*spec\.replicas/);
    assert.match(text, /audit: .*=.*own-registry/);
  });

  it("has the object as the defaults would make it", () => {
    const { object } = explain("create");
    assert.deepEqual(object?.["spec"], { template: { spec: { containers: [WEB] } }, replicas: 30 });
  });

  it("says of each rule where it stands, and why it does not look", () => {
    const others = explain("delete").rules.map(({ kind, name, file, line, whyNot }) => [
      kind,
      name,
      file,
      line,
      whyNot,
    ]);
    const why = "operation DELETE is none of CREATE, UPDATE";
    assert.deepEqual(others, [
      ["defaults", "replicas", "rules.yaml", 3, why],
      ["fields", "few", "rules.yaml", 4, why],
      ["images", "own-registry", "rules.yaml", 2, why],
      ["images", "other", "rules.yaml", 2, why],
    ]);
  });

  it("counts a rule on replicas as one for the scale", () => {
    const read = readRules("rules.yaml", RULES);
    assert.ok(read.kind === "ok");
    const scale = { apiVersion: "autoscaling/v1", kind: "Scale", metadata: { name: "web" }, spec: { replicas: 30 } };
    const resource = { group: "apps", version: "v1", resource: "deployments" };
    const request = reviewFor(scale).update(scale, { resource, subResource: "scale" });
    const { rules } = explainAdmission(request, { rules: read.value, allowsCommands: false });
    assert.deepEqual(
      rules.filter(({ whyNot }) => whyNot === null).map(({ name }) => name),
      ["few", "own-registry"],
    );
  });

  it("asks about a deletion without an object", () => {
    const { allowed, webhooks, object } = explain("delete");
    assert.deepEqual([allowed, object], [true, null]);
    assert.deepEqual(
      webhooks.map(({ path }) => path),
      ["/mutate-fields", "/validate-hooks", "/validate-images", "/validate-fields"],
    );
  });
});

describe("printExplanation(explanation)", () => {
  it("prints any patch, and what it brings", () => {
    const explanation = explain("create");
    const [webhook] = explanation.webhooks;
    assert.ok(webhook !== undefined);
    const patch = [
      { op: "remove", path: "/a" },
      { op: "replace", path: "/b", value: { c: 1 } },
      { op: "add", path: "", value: 1 },
      { op: "add", path: "no pointer", value: 2 },
    ] as const;
    const lines = printExplanation({ ...explanation, webhooks: [{ ...webhook, patch }] }).split("\n");
    assert.deepEqual(lines.slice(5), [
      '    + b: {"c":1}',
      "    + the object: 1",
      "    + the object: 2",
      ...patch.map((operation) => `    patch: ${JSON.stringify(operation)}`),
      "",
    ]);
  });

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
    const defaults = readRules(
      "rules.yaml",
      "defaults: [{name: a, match: {resources: [pods]}, set: {/metadata/labels/a.b~1c: d}}]",
    );
    assert.ok(defaults.kind === "ok");
    const labelled = printExplanation(
      explainAdmission(reviewFor(pod).create(), { ...settings, rules: defaults.value }),
    );
    assert.match(labelled, /\n {4}\+ metadata\.labels\["a\.b\/c"\]: "d"\n {4}patch: .*"value":\{\}\}\n {4}patch: /);
    const none = { rules: { images: [], defaults: [], fields: [] }, allowsCommands: false };
    assert.match(printExplanation(explainAdmission(reviewFor(pod).create(), none)), /rules that are for it: none/);
  });
});
