import assert from "node:assert/strict";
import fc from "fast-check";
import { toLabelValue } from "../../../../../src/core/admission/rules/label-value.ts";

// Of apimachinery's validation.IsValidLabelValue.
const VALID = /^(?:[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?)?$/;

const unit = fc.constantFrom("a", "B", "0", "c", "d", "e", "_", ":");
const long = fc.string({ unit, minLength: 100, maxLength: 150 });

const isFound = (make: (text: string) => string): boolean =>
  fc.check(
    fc.property(fc.oneof(fc.string(), long), (text) => VALID.test(make(text))),
    { numRuns: 1_000 },
  ).failed;

describe("toLabelValue(text)", () => {
  const cases = [
    { text: "system:serviceaccount:ci:deployer", value: "system-serviceaccount-ci-deployer" },
    { text: "ann@example.com", value: "ann-example.com" },
    { text: "--ann--", value: "ann" },
    { text: "@@@", value: "" },
    { text: "", value: "" },
    { text: `${"a".repeat(62)}@${"b".repeat(9)}`, value: "a".repeat(62) },
    { text: `@@${"a".repeat(70)}`, value: "a".repeat(63) },
  ];
  for (const { text, value } of cases)
    it(`makes "${value.slice(0, 40)}" of "${text.slice(0, 40)}"`, () => {
      assert.equal(toLabelValue(text), value);
    });

  it("makes a valid value of any text, which one that does not trim or cut does not", () => {
    assert.equal(isFound(toLabelValue), false);
    assert.equal(
      isFound((text) => text.replace(/[^\w.-]/g, "-").slice(0, 63)),
      true,
    );
    assert.equal(
      isFound((text) => text.replace(/[^A-Za-z0-9]/g, "")),
      true,
    );
  });
});
