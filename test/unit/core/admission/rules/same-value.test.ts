import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { isJsonObject } from "../../../../../src/core/admission/json-object.ts";
import { isSameValue } from "../../../../../src/core/admission/rules/same-value.ts";

const nested = (depth: number, end: string): unknown =>
  JSON.parse(`${'{"a":['.repeat(depth)}${end}${"]}".repeat(depth)}`);

describe("isSameValue(a, b)", () => {
  const cases = [
    { a: { x: 1, y: [2] }, b: { y: [2], x: 1 }, same: true },
    { a: { x: 1 }, b: { x: 1, y: 2 }, same: false },
    { a: { x: undefined }, b: { y: undefined }, same: false },
    { a: [1, 2], b: [2, 1], same: false },
    { a: [1], b: [1, 2], same: false },
    { a: [], b: {}, same: false },
    { a: {}, b: [], same: false },
    { a: null, b: {}, same: false },
    { a: "1", b: 1, same: false },
    { a: JSON.parse('{"__proto__":1}') as unknown, b: {}, same: false },
    { a: JSON.parse('{"__proto__":1}') as unknown, b: JSON.parse('{"__proto__":1}') as unknown, same: true },
  ];
  for (const { a, b, same } of cases)
    it(`calls ${JSON.stringify(a)} and ${JSON.stringify(b)} ${same ? "the same" : "different"}`, () => {
      assert.equal(isSameValue(a, b), same);
    });

  it("compares what is nested 100,000 deep", () => {
    assert.equal(isSameValue(nested(100_000, "1"), nested(100_000, "1")), true);
    assert.equal(isSameValue(nested(100_000, "1"), nested(100_000, "2")), false);
  });

  it("agrees with Node, which one that looks at the keys of one side alone does not", () => {
    const few = fc.constantFrom("a", "b");
    const value = fc.object({ key: few, values: [fc.constantFrom(1, "1", null, [])], maxDepth: 2, maxKeys: 2 });
    const isWrong = (isSame: (a: unknown, b: unknown) => boolean): boolean =>
      fc.check(
        fc.property(value, value, (a, b) => isSame(a, b) === isDeepStrictEqual(plain(a), plain(b))),
        { numRuns: 1_000 },
      ).failed;
    assert.equal(isWrong(isSameValue), false);
    assert.equal(isWrong(isWithin), true);
  });
});

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const isWithin = (a: unknown, b: unknown): boolean =>
  isJsonObject(a) && isJsonObject(b)
    ? Object.keys(a).every((key) => isWithin(a[key], b[key]))
    : isDeepStrictEqual(a, b);
