import assert from "node:assert/strict";
import {
  allowed,
  denied,
  errored,
  patched,
  validationResponse,
  withAuditAnnotations,
  withWarnings,
} from "../../../../src/core/admission/response.ts";

const OPERATION = { op: "add", path: "/a", value: 1 } as const;

// The table of controller-runtime's helpers.
describe("allowed(), denied(), errored(), patched() and validationResponse()", () => {
  for (const { call, response, expected } of [
    { call: "allowed()", response: allowed(), expected: { allowed: true, status: { code: 200 } } },
    {
      call: "allowed(message)",
      response: allowed("fine"),
      expected: { allowed: true, status: { code: 200, message: "fine" } },
    },
    {
      call: "denied()",
      response: denied(),
      expected: { allowed: false, status: { code: 403, reason: "Forbidden" } },
    },
    {
      call: "denied(message)",
      response: denied("none shall pass!"),
      expected: { allowed: false, status: { code: 403, reason: "Forbidden", message: "none shall pass!" } },
    },
    {
      call: "validationResponse(true, message)",
      response: validationResponse(true, "fine"),
      expected: { allowed: true, status: { code: 200, message: "fine" } },
    },
    {
      call: "validationResponse(false)",
      response: validationResponse(false),
      expected: { allowed: false, status: { code: 403, reason: "Forbidden" } },
    },
    {
      call: "errored(code, error)",
      response: errored(400, new Error("odd")),
      expected: { allowed: false, status: { code: 400, message: "odd" } },
    },
    {
      call: "errored(code, text)",
      response: errored(500, "odd"),
      expected: { allowed: false, status: { code: 500, message: "odd" } },
    },
    {
      call: "patched(message, operation)",
      response: patched("changed", OPERATION),
      expected: { allowed: true, status: { code: 200, message: "changed" }, patch: [OPERATION] },
    },
    {
      call: "patched(nothing)",
      response: patched(""),
      expected: { allowed: true, status: { code: 200 }, patch: [] },
    },
  ])
    it(`makes the response of ${call}`, () => {
      assert.deepEqual(response, expected);
    });
});

describe("withWarnings(response, …warnings) and withAuditAnnotations(response, annotations)", () => {
  it("add to what a response has, and leave that as it is", () => {
    const first = withAuditAnnotations(withWarnings(denied("no"), "a"), { one: "1", two: "2" });
    const second = withAuditAnnotations(withWarnings(first, "b", "c"), { two: "II" });
    assert.deepEqual([second.warnings, second.auditAnnotations], [["a", "b", "c"], { one: "1", two: "II" }]);
    assert.deepEqual([first.warnings, first.auditAnnotations], [["a"], { one: "1", two: "2" }]);
    assert.deepEqual([second.allowed, second.status], [false, denied("no").status]);
  });

  it("keep the patch of a response", () => {
    assert.deepEqual(withWarnings(patched("", OPERATION), "a").patch, [OPERATION]);
  });
});
