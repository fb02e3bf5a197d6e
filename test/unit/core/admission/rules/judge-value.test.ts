import assert from "node:assert/strict";
import { RE2JS } from "re2js";
import { judgeValue } from "../../../../../src/core/admission/rules/judge-value.ts";
import type { FieldRule } from "../../../../../src/core/admission/rules/rule.ts";
import { aFieldRule } from "../../../../support/admission-rules.ts";

const BOUNDS = { min: 1, max: 20 };
const PATTERN = { pattern: RE2JS.compile("v\\d+") };

describe("judgeValue(rule, value)", () => {
  const cases: { rule: Partial<FieldRule>; value: unknown; says: string }[] = [
    { rule: { type: "integer" }, value: 3, says: "" },
    { rule: { type: "number" }, value: 3, says: "" },
    { rule: { type: "integer" }, value: 3.5, says: "must be of type integer, and is number" },
    { rule: { type: "number" }, value: "3", says: "must be of type number, and is string" },
    { rule: { type: "string" }, value: true, says: "must be of type string, and is boolean" },
    { rule: { type: "array" }, value: {}, says: "must be of type array, and is object" },
    { rule: { type: "object" }, value: [], says: "must be of type object, and is array" },
    { rule: { type: "boolean" }, value: null, says: "must be of type boolean, and is null" },
    { rule: BOUNDS, value: 1, says: "" },
    { rule: BOUNDS, value: 20, says: "" },
    { rule: BOUNDS, value: 21, says: "must be between 1 and 20, and is 21" },
    { rule: BOUNDS, value: 0, says: "must be between 1 and 20, and is 0" },
    { rule: { min: 2 }, value: 1, says: "must be at least 2, and is 1" },
    { rule: { max: 2 }, value: 3, says: "must be at most 2, and is 3" },
    { rule: { max: 2 * 1024 ** 3 }, value: "2Gi", says: "" },
    { rule: { max: 0.5 }, value: "500m", says: "" },
    { rule: { max: 0.5 }, value: "501m", says: "must be at most 0.5, and is 501m" },
    { rule: { max: 3 }, value: "abcd", says: "must have at most 3 characters, and has 4" },
    { rule: { type: "string", max: 3 }, value: "9000", says: "must have at most 3 characters, and has 4" },
    { rule: { type: "string", max: 3 }, value: "900", says: "" },
    { rule: { max: 2 }, value: "👍👍", says: "" },
    { rule: { max: 1 }, value: [1, 2], says: "must have at most 1 items, and has 2" },
    { rule: { max: 1 }, value: { a: 1, b: 2 }, says: "" },
    { rule: { max: 1 }, value: true, says: "" },
    { rule: { enum: ["a", { b: [1] }] }, value: { b: [1] }, says: "" },
    { rule: { enum: ["a", { b: [1] }] }, value: "b", says: 'must be one of "a", an object, and is "b"' },
    { rule: { enum: [1, null, [2]] }, value: [3], says: "must be one of 1, null, a list of 1, and is a list of 1" },
    { rule: PATTERN, value: "v12", says: "" },
    { rule: PATTERN, value: "v12x", says: 'must match v\\d+, and is "v12x"' },
    { rule: PATTERN, value: 12, says: "must be a text, and is integer" },
    { rule: PATTERN, value: "v".repeat(65_537), says: "must have 65536 characters at most to be matched" },
    { rule: { type: "integer", ...PATTERN }, value: "x", says: "must be of type integer, and is string" },
  ];
  for (const { rule, value, says } of cases)
    it(`says ${says === "" ? "nothing" : `"${says}"`} of ${JSON.stringify(value).slice(0, 30)} by ${Object.keys(rule).join("+")}`, () => {
      assert.equal(
        judgeValue(aFieldRule("/x", rule), value)
          .map(({ message }) => message)
          .join("; "),
        says,
      );
    });

  it("says more than one thing of a value", () => {
    const faults = judgeValue(aFieldRule("/x", { max: 2, enum: ["a"], ...PATTERN }), "abc");
    assert.deepEqual(
      faults.map(({ reason }) => reason),
      ["FieldValueInvalid", "FieldValueNotSupported", "FieldValueInvalid"],
    );
  });

  it("shows no value that is to be hidden, and cuts long ones", () => {
    const rule = aFieldRule("/x", { enum: Array.from({ length: 30 }, (_, index) => index) });
    const [hidden, cut] = [judgeValue(rule, "hunter2", true), judgeValue(rule, "x".repeat(1000))];
    assert.match(hidden[0]?.message ?? "", /, 19, and 10 more, and is not$/);
    assert.ok((cut[0]?.message.length ?? 999) < 250);
  });
});
