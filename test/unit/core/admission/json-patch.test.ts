import assert from "node:assert/strict";
import fc from "fast-check";
import type { JsonObject } from "../../../../src/core/admission/json-object.ts";
import { applyOperations } from "../../../../src/core/admission/apply-operations.ts";
import { childPointer, diffObjects, parsePointer } from "../../../../src/core/admission/json-patch.ts";
import { patchFromObjects } from "../../../../src/core/admission/patch-from-objects.ts";

const anyObject = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { noNullPrototype: true });

// Names that mean something in JavaScript, and nothing in JSON.
const FIELDS = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "length", "", "~1", "a/b", "-"];
const fieldOf = (name: string, value: unknown): JsonObject => Object.fromEntries([[name, value]]);

describe("diffObjects(original, changed)", () => {
  it("turns any object into any other", () => {
    fc.assert(
      fc.property(anyObject, anyObject, (given, wanted) => {
        // As it comes over the wire: there is no -0 in JSON.
        const [original, changed] = JSON.parse(JSON.stringify([given, wanted])) as [JsonObject, JsonObject];
        const applied = applyOperations(original, diffObjects(original, changed));
        assert.deepEqual(applied, { kind: "ok", value: changed });
      }),
      { numRuns: 1_000, examples: FIELDS.map((name) => [fieldOf(name, { a: 1 }), fieldOf(name, { a: 2 })]) },
    );
  });

  const long = Array.from({ length: 501 }, (_, index) => index);
  it("replaces long lists that differ as a whole, and says nothing of equal ones", () => {
    const changed = [...long, 501];
    assert.deepEqual(diffObjects({ list: long }, { list: changed }), [
      { op: "replace", path: "/list", value: changed },
    ]);
    assert.deepEqual(diffObjects({ list: long }, { list: [...long] }), []);
  });
});

describe("parsePointer(text) and childPointer(pointer, key)", () => {
  it("read what they write", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (keys) => {
        const pointer = keys.reduce<string>(childPointer, "");
        assert.deepEqual(parsePointer(pointer), keys);
      }),
    );
  });

  for (const text of ["a", "a/b", "/~", "/~2", "/a~"])
    it(`take ${JSON.stringify(text)} for no pointer`, () => {
      assert.equal(parsePointer(text), null);
    });
});

describe("patchFromObjects(original, changed)", () => {
  it("lets the request through with the difference", () => {
    assert.deepEqual(patchFromObjects({ a: 1 }, { a: 2 }), {
      allowed: true,
      status: { code: 200 },
      patch: [{ op: "replace", path: "/a", value: 2 }],
    });
  });

  it("refuses where there is none to be made", () => {
    const round: Record<string, unknown> = {};
    round["again"] = round;
    const other: Record<string, unknown> = {};
    other["again"] = other;
    const { allowed, status } = patchFromObjects(round, other);
    assert.deepEqual([allowed, status?.code], [false, 500]);
  });
});
