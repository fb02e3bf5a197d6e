import assert from "node:assert/strict";
import fc from "fast-check";
import type { JsonObject } from "../../../../src/core/admission/json-object.ts";
import { isJsonObject } from "../../../../src/core/admission/json-object.ts";
import { keepUnknown, removeUnknown, type Decoded } from "../../../../src/core/admission/unknown-fields.ts";

const cases: readonly {
  readonly when: string;
  readonly object: Decoded<JsonObject>;
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
    when: "items have names, one comes first, one is changed and one goes",
    object: {
      original: {
        list: [
          { name: "app", x: 1 },
          { name: "log", a: 1, x: 2 },
          { name: "gone", x: 3 },
        ],
      },
      decoded: { list: [{ name: "app" }, { name: "log", a: 1 }, { name: "gone" }] },
      changed: { list: [{ name: "proxy" }, { name: "app" }, { name: "log", a: 2 }] },
    },
    kept: { list: [{ name: "proxy" }, { name: "app", x: 1 }, { name: "log", a: 2, x: 2 }] },
    removed: { list: [{ name: "proxy" }, { name: "app" }, { name: "log", a: 2 }] },
  },
  {
    when: "items without names are changed where they are, and stand twice",
    object: {
      original: { list: [{ x: 1 }, { x: 2 }, { a: 1, x: 3 }, 4] },
      decoded: { list: [{}, {}, { a: 1 }, 4] },
      changed: { list: [{}, {}, { a: 2 }, 5] },
    },
    kept: { list: [{ x: 1 }, { x: 2 }, { a: 2, x: 3 }, 5] },
    removed: { list: [{}, {}, { a: 2 }, 5] },
  },
  {
    when: "an item has another name, so that it is another",
    object: {
      original: { list: [{ name: "app", x: 1 }] },
      decoded: { list: [{ name: "app" }] },
      changed: { list: [{ name: "proxy" }] },
    },
    kept: { list: [{ name: "proxy" }] },
    removed: { list: [{ name: "proxy" }] },
  },
  {
    when: "an item without a name goes, another takes its place, and one comes",
    object: {
      original: {
        list: [
          { a: 1, x: 1 },
          { a: 2, x: 2 },
        ],
      },
      decoded: { list: [{ a: 1 }, { a: 2 }] },
      changed: { list: [{ a: 2 }, { a: 3 }] },
    },
    kept: { list: [{ a: 2, x: 2 }, { a: 3 }] },
    removed: { list: [{ a: 2 }, { a: 3 }] },
  },
  {
    when: "an item without a name is changed, and another comes",
    object: {
      original: { list: [{ a: 1, x: 1 }] },
      decoded: { list: [{ a: 1 }] },
      changed: { list: [{ a: 2 }, { a: 3 }] },
    },
    kept: { list: [{ a: 2 }, { a: 3 }] },
    removed: { list: [{ a: 2 }, { a: 3 }] },
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
      assert.deepEqual(keepUnknown(object), kept);
    });
});

describe("keepUnknown of a list of many equal items", () => {
  it("takes a time that does not grow with its square", () => {
    const list = (item: object): JsonObject => ({ list: Array.from({ length: 200_000 }, () => item) });
    const startedMs = performance.now();
    const kept = keepUnknown({ original: list({ x: 1 }), decoded: list({}), changed: { ...list({}), a: 1 } });
    assert.deepEqual([kept["a"], (kept["list"] as readonly unknown[])[199_999]], [1, { x: 1 }]);
    assert.ok(performance.now() - startedMs < 5_000);
  });
});

describe("removeUnknown({ original, decoded, changed })", () => {
  for (const { when, object, removed } of cases)
    it(`removes them where ${when}`, () => {
      assert.deepEqual(removeUnknown(object), removed);
    });
});

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

type Implementation = (object: Decoded<JsonObject>) => JsonObject;

const property = (keep: Implementation): fc.IProperty<[JsonObject, JsonObject]> =>
  fc.property(anyObject, anyObject, (original, other) => {
    const [decoded, changed] = [known(original) as JsonObject, known(other) as JsonObject];
    const kept = keep({ original, decoded, changed });
    // What is known is what was made of it; what is unknown stands where it stood.
    assert.deepEqual(known(kept), changed);
    for (const name of ["x", "y"]) assert.deepEqual(kept[name], original[name]);
    assert.deepEqual(keep({ original, decoded, changed: decoded }), original);
  });

describe("keepUnknown of any objects", () => {
  it("makes of known fields what was made of them, and leaves the others where they stood", () => {
    fc.assert(property(keepUnknown), { numRuns: 2_000 });
  });

  const broken: readonly { readonly name: string; readonly keep: Implementation }[] = [
    { name: "keeps nothing", keep: ({ changed }) => changed },
    { name: "keeps at the top alone", keep: ({ original, changed }) => ({ ...original, ...changed }) },
  ];
  for (const { name, keep } of broken)
    it(`finds an implementation that ${name}`, () => {
      assert.equal(fc.check(property(keep), { numRuns: 1_000 }).failed, true);
    });
});
