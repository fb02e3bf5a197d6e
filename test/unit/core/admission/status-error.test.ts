import assert from "node:assert/strict";
import { refusalOf, statusError, StatusError } from "../../../../src/core/admission/status-error.ts";

describe("statusError({ code, reason, message, details })", () => {
  const cases = [
    { status: { code: 422, reason: "Invalid", message: "too large" }, message: "too large" },
    { status: { code: 422, reason: "Invalid" }, message: "Invalid" },
    { status: { code: 422 }, message: "refused" },
  ];
  for (const { status, message } of cases)
    it(`is an error with the message "${message}" and its status`, () => {
      const error = statusError(status);
      assert.ok(error instanceof StatusError);
      assert.deepEqual([error.name, error.message, error.status], ["StatusError", message, status]);
    });
});

describe("refusalOf(error)", () => {
  const cases = [
    { when: "a status", error: statusError({ code: 409 }), status: { code: 409 } },
    { when: "a status without a code", error: statusError({ reason: "Gone" }), status: { code: 403, reason: "Gone" } },
    { when: "an error", error: new Error("no"), status: { code: 403, reason: "Forbidden", message: "no" } },
    { when: "what is no error", error: 7, status: { code: 403, reason: "Forbidden", message: "7" } },
  ];
  for (const { when, error, status } of cases)
    it(`refuses with ${when}`, () => {
      assert.deepEqual(refusalOf(error), { allowed: false, status });
    });
});
