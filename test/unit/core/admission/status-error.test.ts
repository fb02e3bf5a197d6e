import assert from "node:assert/strict";
import { refusalOf, statusError, StatusError } from "../../../../src/core/admission/status-error.ts";

describe("refusalOf(error)", () => {
  for (const { when, error, status } of [
    { when: "an error", error: new Error("no"), status: { code: 403, reason: "Forbidden", message: "no" } },
    { when: "what is no error", error: 7, status: { code: 403, reason: "Forbidden", message: "7" } },
    {
      when: "a status",
      error: statusError({ code: 409, reason: "Conflict", message: "taken" }),
      status: { code: 409, reason: "Conflict", message: "taken" },
    },
    {
      when: "a status without a code",
      error: statusError({ reason: "Invalid" }),
      status: { code: 403, reason: "Invalid" },
    },
  ])
    it(`refuses by ${when}`, () => {
      assert.deepEqual(refusalOf(error), { allowed: false, status });
    });

  it("names a status error by what it says", () => {
    assert.equal(statusError({ message: "taken" }).message, "taken");
    assert.equal(statusError({ reason: "Conflict" }).message, "Conflict");
    assert.equal(statusError({}).message, "refused");
    assert.ok(statusError({}) instanceof StatusError);
  });
});
