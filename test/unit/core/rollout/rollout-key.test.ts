import assert from "node:assert/strict";
import { objectOfKey, rolloutKey } from "../../../../src/core/rollout/rollout-key.ts";
import { stateObjectName } from "../../../../src/core/rollout/state.ts";
import { aPush, aTarget } from "../../../support/builders.ts";

describe("rolloutKey(target, rollout)", () => {
  const key = rolloutKey(aTarget, aPush());

  it("holds the state object's digits and twelve of its own", () => {
    assert.match(key, /^[0-9a-f]{16}-[0-9a-f]{12}$/);
    assert.equal(objectOfKey(key), stateObjectName(aTarget));
  });

  for (const over of [{ hook: "other" }, { acceptedAt: "2026-11-22T08:00:02.000Z" }, { request: "request-2" }]) {
    it(`differs by ${Object.keys(over).join()}`, () => {
      assert.notEqual(rolloutKey(aTarget, aPush(over)), key);
    });
  }

  it("is the same for every container of a rollout", () => {
    assert.equal(rolloutKey(aTarget, aPush({ key: "other", before: "a", after: "b" })), key);
  });

  for (const text of ["", "website", `${key}0`, key.toUpperCase(), `../${key}`, `${key}\n`]) {
    it(`is not ${JSON.stringify(text)}`, () => {
      assert.equal(objectOfKey(text), null);
    });
  }
});
