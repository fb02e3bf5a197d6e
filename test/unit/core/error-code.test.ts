import assert from "node:assert/strict";
import { codeOf } from "../../../src/core/error-code.ts";

describe("codeOf(error)", () => {
  it("gives the code of a system error, and nothing of its message", () => {
    assert.equal(codeOf(Object.assign(new Error("spawn canary E2BIG"), { code: "E2BIG" })), "E2BIG");
  });

  for (const error of [new Error("canary"), { code: 7 }, "canary"]) {
    it(`gives EUNKNOWN for ${JSON.stringify(error)}`, () => {
      assert.equal(codeOf(error), "EUNKNOWN");
    });
  }
});
