import assert from "node:assert/strict";
import fc from "fast-check";
import type { JsonObject } from "../../../../src/core/admission/json-object.ts";
import { isJsonObject } from "../../../../src/core/admission/json-object.ts";
import { keepUnknown, removeUnknown, type DecodedObject } from "../../../../src/core/admission/unknown-fields.ts";
import { fail, ok, type Result } from "../../../../src/core/result.ts";

const cases: readonly {
  readonly when: string;
  readonly object: DecodedObject;
  readonly kept: JsonObject;
  readonly removed: JsonObject;
}[] = [
  {
    when: "a field at the top was dropped",
    object: { original: { a: 1, x: 2 }, decoded: { a: 1 }, changed: { a: 3 } },
    kept: { a: 3, x: 2 },
    removed: { a: 3 },
  },
  {
    when: "a field further down was dropped",
    object: { original: { spec: { a: 1, x: 2 } }, decoded: { spec: { a: 1 } }, changed: { spec: { a: 1, b: 2 } } },
    kept: { spec: { a: 1, b: 2, x: 2 } },
    removed: { spec: { a: 1, b: 2 } },
  },
  {
    when: "a field of an item was dropped, and an item is set before it",
    object: {
      original: { list: [{ a: 1, x: 1 }] },
      decoded: { list: [{ a: 1 }] },
      changed: { list: [{ a: 0 }, { a: 1 }] },
    },
    kept: { list: [{ a: 0 }, { a: 1, x: 1 }] },
    removed: { list: [{ a: 0 }, { a: 1 }] },
  },
  {
    when: "a known field was deleted, and the object that holds an unknown one",
    object: { original: { a: 1, spec: { x: 1 } }, decoded: { a: 1, spec: {} }, changed: {} },
    kept: {},
    removed: {},
  },
  {
    when: "the dropped field was set anew",
    object: { original: { x: 1 }, decoded: {}, changed: { x: 2 } },
    kept: { x: 2 },
    removed: { x: 2 },
  },
  {
    when: "the decoder filled in and converted",
    object: { original: { a: "1", x: 1 }, decoded: { a: 1, b: true }, changed: { a: 1, b: true } },
    kept: { a: 1, b: true, x: 1 },
    removed: { a: 1, b: true },
  },
  {
    when: "the decoder left out an item",
    object: { original: { list: [{ x: 1 }, { a: 1 }] }, decoded: { list: [{ a: 1 }] }, changed: { list: [{ a: 1 }] } },
    kept: { list: [{ a: 1 }] },
    removed: { list: [{ a: 1 }] },
  },
  {
    when: "what every object has was dropped",
    object: {
      original: { apiVersion: "v1", kind: "Pod", metadata: { name: "web" }, status: { phase: "Running" }, x: 1 },
      decoded: {},
      changed: { a: 1 },
    },
    kept: { apiVersion: "v1", kind: "Pod", metadata: { name: "web" }, status: { phase: "Running" }, x: 1, a: 1 },
    removed: { apiVersion: "v1", kind: "Pod", metadata: { name: "web" }, status: { phase: "Running" }, a: 1 },
  },
  {
    when: "metadata is known in part, and changed",
    object: {
      original: { metadata: { name: "web", uid: "1" }, spec: { x: 1 } },
      decoded: { metadata: { name: "web" }, spec: {} },
      changed: { metadata: { name: "web", labels: { team: "shop" } }, spec: {} },
    },
    kept: { metadata: { name: "web", uid: "1", labels: { team: "shop" } }, spec: { x: 1 } },
    removed: { metadata: { name: "web", uid: "1", labels: { team: "shop" } }, spec: {} },
  },
  {
    when: "a field has the name of something that every object inherits",
    object: { original: { toString: 1, a: 1 }, decoded: { a: 1 }, changed: { a: 2 } },
    kept: { toString: 1, a: 2 },
    removed: { a: 2 },
  },
];

describe("keepUnknown({ original, decoded, changed })", () => {
  for (const { when, object, kept } of cases)
    it(`keeps them where ${when}`, () => {
      assert.deepEqual(keepUnknown(object), { kind: "ok", value: kept });
    });

  it("says what is wrong with a change that cannot be carried over", () => {
    assert.equal(keepUnknown(unprintable).kind, "error");
  });
});

describe("removeUnknown({ original, decoded, changed })", () => {
  for (const { when, object, removed } of cases)
    it(`removes them where ${when}`, () => {
      assert.deepEqual(removeUnknown(object), { kind: "ok", value: removed });
    });

  it("says what is wrong with a change that cannot be carried over", () => {
    assert.equal(removeUnknown(unprintable).kind, "error");
  });
});

// A function is no JSON and cannot be copied.
const unprintable: DecodedObject = { original: {}, decoded: {}, changed: { a: () => 1 } };

const known = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(known);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, field]) => (/^[xy]$/.test(name) ? [] : [[name, known(field)]])),
  );
};

/** Objects whose fields a and b are known, and x and y are not, at any depth. */
const { object: anyObject } = fc.letrec<{ value: unknown; object: JsonObject }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    fc.integer({ min: 0, max: 3 }),
    fc.array(tie("value"), { maxLength: 3 }),
    tie("object"),
  ),
  object: fc.dictionary(fc.constantFrom("a", "b", "x", "y"), tie("value"), { maxKeys: 4, noNullPrototype: true }),
}));

type Implementation = (object: DecodedObject) => Result<JsonObject, string>;

const property = (keep: Implementation): fc.IProperty<[JsonObject, JsonObject]> =>
  fc.property(anyObject, anyObject, (original, other) => {
    const [decoded, changed] = [known(original) as JsonObject, known(other) as JsonObject];
    const kept = keep({ original, decoded, changed });
    if (kept.kind === "error") throw new Error(kept.error);
    // What is known is what was made of it; what is unknown stands where it stood.
    assert.deepEqual(known(kept.value), changed);
    for (const name of ["x", "y"]) assert.deepEqual(kept.value[name], original[name]);
    assert.deepEqual(keep({ original, decoded, changed: decoded }), { kind: "ok", value: original });
  });

describe("keepUnknown of any objects", () => {
  it("makes of known fields what was made of them, and leaves the others where they stood", () => {
    fc.assert(property(keepUnknown), { numRuns: 2_000 });
  });

  const broken: readonly { readonly name: string; readonly keep: Implementation }[] = [
    { name: "keeps nothing", keep: ({ changed }) => ok(changed) },
    { name: "keeps at the top alone", keep: ({ original, changed }) => ok({ ...original, ...changed }) },
    { name: "fails", keep: () => fail("broken") },
  ];
  for (const { name, keep } of broken)
    it(`finds an implementation that ${name}`, () => {
      assert.equal(fc.check(property(keep), { numRuns: 1_000 }).failed, true);
    });
});
