import assert from "node:assert/strict";
import fc from "fast-check";
import { isResponse } from "../../../../src/core/admission/is-response.ts";
import type { AdmissionResponse } from "../../../../src/core/admission/response.ts";
import { encodeReview } from "../../../../src/core/admission/review.ts";
import { judgeReply } from "../../../support/review-oracle.ts";

const V1 = "admission.k8s.io/v1";

describe("isResponse(value)", () => {
  for (const response of [
    { allowed: true },
    { allowed: false, status: {} },
    { allowed: false, status: { code: 422, reason: "Invalid", message: "odd", details: { kind: "Size" } } },
    { allowed: true, warnings: [], auditAnnotations: {}, patch: [] },
    { allowed: true, warnings: ["a"], auditAnnotations: { a: "b" }, patch: [{ op: "remove", path: "/a" }] },
    { allowed: true, status: undefined, warnings: undefined, auditAnnotations: undefined, patch: undefined, more: 1 },
  ])
    it(`takes ${JSON.stringify(response)}`, () => {
      assert.equal(isResponse(response), true);
    });

  for (const value of [
    undefined,
    null,
    "allowed",
    [],
    {},
    { allowed: "true" },
    { allowed: true, status: null },
    { allowed: true, status: "fine" },
    { allowed: false, status: { code: "403" } },
    { allowed: false, status: { reason: 1 } },
    { allowed: false, status: { message: new Error("no") } },
    { allowed: false, status: { details: "none" } },
    { allowed: true, warnings: "one" },
    { allowed: true, warnings: [1] },
    { allowed: true, auditAnnotations: ["a"] },
    { allowed: true, auditAnnotations: { a: 1 } },
    { allowed: true, patch: "[]" },
    { allowed: true, patch: ["add"] },
    { allowed: true, patch: [{ path: "/a" }] },
    { allowed: true, patch: [{ op: "remove" }] },
  ])
    it(`refuses ${JSON.stringify(value)}`, () => {
      assert.equal(isResponse(value), false);
    });

  // Nearly a response: each field is there or not, and may be anything.
  const field = (usual: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
    fc.oneof({ weight: 3, arbitrary: usual }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) });
  const anyResponse: fc.Arbitrary<Record<string, unknown>> = fc.record(
    {
      allowed: field(fc.boolean()),
      status: field(
        fc.record(
          {
            code: field(fc.oneof(fc.integer(), fc.constantFrom(0, 200, 403, 422, 500, 1e10, Number.NaN, 1.5))),
            reason: field(fc.string()),
            message: field(fc.string()),
            details: field(fc.constant({})),
          },
          { requiredKeys: [] },
        ),
      ),
      warnings: field(fc.array(fc.string(), { maxLength: 2 })),
      auditAnnotations: field(fc.dictionary(fc.string(), fc.string(), { maxKeys: 2 })),
      patch: field(fc.constant([{ op: "add", path: "/a", value: 1 }])),
    },
    { requiredKeys: ["allowed"] },
  );
  const takenByTheServer = (isIt: (value: unknown) => boolean): fc.RunDetails<[Record<string, unknown>]> =>
    fc.check(
      fc.property(anyResponse, (value) => {
        fc.pre(isIt(value));
        const sent = { uid: "123", apiVersion: V1, isMutating: true, object: {} };
        const reply = encodeReview({ uid: "123", apiVersion: V1 }, value as unknown as AdmissionResponse);
        assert.equal(judgeReply(sent, reply), "");
      }),
      { numRuns: 1_000, seed: 7, maxSkipsPerRun: 1_000 },
    );

  it("takes only what the API server takes once it is encoded", () => {
    const { failed, counterexample, errorInstance } = takenByTheServer(isResponse);
    assert.equal(failed, false, `${JSON.stringify(counterexample)} ${String(errorInstance)}`);
  });

  it("is found out when it looks at `allowed` alone", () => {
    const careless = (value: unknown): boolean => typeof (value as { allowed?: unknown }).allowed === "boolean";
    assert.equal(takenByTheServer(careless).failed, true);
  });
});
