import assert from "node:assert/strict";
import { nearestIds } from "../../../../src/core/hook/nearest-ids.ts";

describe("nearestIds(id, known)", () => {
  it("gives three at most, the most alike first, in any case", () => {
    assert.deepEqual(nearestIds("wbsite", ["api", "WEBSITE", "website2", "a-long-name"]), [
      "WEBSITE",
      "website2",
      "api",
    ]);
    assert.deepEqual(nearestIds("x", []), []);
  });
});
