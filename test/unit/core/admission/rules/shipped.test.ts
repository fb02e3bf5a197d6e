import assert from "node:assert/strict";
import fc from "fast-check";
import { RE2JS } from "re2js";
import { applyOperations } from "../../../../../src/core/admission/apply-operations.ts";
import type { AdmissionRequest } from "../../../../../src/core/admission/request.ts";
import { encodeReview, NO_ADDRESS } from "../../../../../src/core/admission/review.ts";
import { SHIPPED_WEBHOOKS, type ShippedSettings } from "../../../../../src/core/admission/rules/shipped.ts";
import { aDefaultRule, aFieldRule, anImageRule, aRequest } from "../../../../support/admission-rules.ts";

const NONE = { namespaces: [], names: [], users: [], images: [] };
const settings: ShippedSettings = {
  allowsCommands: false,
  rules: {
    images: (["deny", "warn", "audit"] as const).map((action) =>
      anImageRule({
        action,
        allow: ["ghcr.io/*"],
        forbidTags: ["latest"],
        requireDigest: true,
        exempt: [{ ...NONE, names: ["a*"] }],
      }),
    ),
    fields: [
      aFieldRule("/spec/*/*", { type: "string", min: 1, max: 2, required: true, immutable: true }),
      aFieldRule("/metadata/labels/*", { enum: ["x"], pattern: RE2JS.compile("(a+)+b") }),
      aFieldRule("/metadata/name", { required: true, immutable: true }),
      aFieldRule("/__proto__/a", { required: true }),
    ],
    defaults: [
      aDefaultRule({ "/metadata/labels/by": "${user}", "/spec/template/spec/x": "${name}", "/spec/containers/0/y": 1 }),
      aDefaultRule({ "/__proto__/a": 1, "/constructor": 2 }),
    ],
  },
};

const hostile = fc.constantFrom<unknown>(
  null,
  7,
  "",
  "x".repeat(10_000),
  "a".repeat(5_000) + "!",
  [],
  {},
  true,
  "nginx",
  "2Gi",
);
const key = fc.constantFrom(
  ...["metadata", "spec", "template", "containers", "image", "name", "labels", "data", "binaryData", "hooks.json", "0"],
  ...["__proto__", "constructor", "toString", "imagehook.dev/hooks", "deletionTimestamp", "generateName"],
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "medium" },
    hostile,
    fc.string(),
    tie("object"),
    fc.array(tie("value"), { maxLength: 4 }),
  ),
  object: fc.array(fc.tuple(key, tie("value")), { maxLength: 5 }).map((entries) => Object.fromEntries(entries)),
}));
const labelled = { labels: { "imagehook.dev/hooks": "true" }, deletionTimestamp: null };
const object = fc.oneof(
  fc.dictionary(key, value),
  fc.record({
    metadata: fc.oneof(value, fc.constant(labelled)),
    spec: fc.record({ containers: fc.array(fc.record({ name: value, image: value })) }),
  }),
  fc.record({
    metadata: fc.constant(labelled),
    data: fc.dictionary(fc.constantFrom("a.json", "b.yaml"), value),
    binaryData: value,
  }),
);
const text = fc.constantFrom("", "a", "__proto__", "x".repeat(3_000));
const request: fc.Arbitrary<AdmissionRequest> = fc
  .record({
    operation: fc.constantFrom("CREATE", "UPDATE", "DELETE", "CONNECT", ""),
    kind: fc.record({
      group: fc.constant(""),
      version: text,
      kind: fc.constantFrom("Pod", "ConfigMap", "Deployment", "CronJob", "__proto__"),
    }),
    subResource: fc.constantFrom("", "scale", "status"),
    name: text,
    namespace: text,
    userInfo: fc.record({ username: text }),
    object: fc.option(object),
    oldObject: fc.option(object),
  })
  .map(aRequest);

const MAX_REPLY = 128 * 1024;

describe("SHIPPED_WEBHOOKS", () => {
  it("has the four paths", () => {
    assert.deepEqual(
      SHIPPED_WEBHOOKS.map(({ path, list, purpose }) => `${path} ${list} ${purpose === "" ? "" : "…"}`),
      [
        "/validate-hooks validating …",
        "/validate-images validating …",
        "/validate-fields validating …",
        "/mutate-fields mutating …",
      ],
    );
  });

  for (const { path, list, answer } of SHIPPED_WEBHOOKS)
    it(`${path} answers 10,000 requests of any shape within bounds`, () => {
      const outcomes = new Set<string>();
      const judge = (asked: AdmissionRequest): void => {
        const response = answer(settings)(asked);
        assert.ok(encodeReview(NO_ADDRESS, response).length <= MAX_REPLY);
        assert.ok((response.warnings ?? []).length <= 21);
        assert.equal(response.patch === undefined || list === "mutating", true);
        if (asked.object !== null) assert.equal(applyOperations(asked.object, response.patch ?? []).kind, "ok");
        outcomes.add(`${String(response.allowed)} ${String((response.patch ?? []).length > 0)}`);
      };
      fc.assert(fc.property(request, judge), { numRuns: 10_000 });
      assert.ok(outcomes.size >= 2, [...outcomes].join());
    }).timeout(120_000);

  const deep = (depth: number): unknown => JSON.parse(`${'{"spec":['.repeat(depth)}1${"]}".repeat(depth)}`);
  for (const { path, answer } of SHIPPED_WEBHOOKS)
    it(`${path} answers what is nested 50,000 deep`, () => {
      const [after, before] = [deep(50_000), deep(50_000)];
      for (const kind of ["Pod", "ConfigMap", "Other"]) {
        const metadata = { labels: labelled.labels };
        const asked = {
          kind: { kind },
          operation: "UPDATE",
          object: { metadata, data: after, spec: after },
          oldObject: { spec: before },
        };
        assert.equal(typeof answer(settings)(aRequest(asked)).allowed, "boolean");
      }
    });
});
