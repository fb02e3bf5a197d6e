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

  it("turns any list into any other", () => {
    const named = fc.record({ name: fc.constantFrom("a", "b", "c"), size: fc.nat(2) }, { noNullPrototype: true });
    const item = fc.oneof(fc.integer({ min: 0, max: 3 }), named);
    const list = fc.array(fc.oneof(item, fc.constant(null), fc.array(item, { maxLength: 3 })), { maxLength: 8 });
    fc.assert(
      fc.property(list, list, (before, after) => {
        const applied = applyOperations({ list: before }, diffObjects({ list: before }, { list: after }));
        assert.deepEqual(applied, { kind: "ok", value: { list: after } });
        assert.deepEqual(diffObjects({ list: before }, { list: structuredClone(before) }), []);
      }),
      { numRuns: 2_000 },
    );
  });

  const [app, proxy, log] = ["app", "proxy", "log"].map((name) => ({ name, image: `${name}:1` }));
  const lists: readonly {
    readonly when: string;
    readonly before: object;
    readonly after: object;
    readonly patch: object;
  }[] = [
    {
      when: "an item comes first",
      before: [app, log],
      after: [proxy, app, log],
      patch: [{ op: "add", path: "/list/0", value: proxy }],
    },
    {
      when: "an item comes last",
      before: [app],
      after: [app, log],
      patch: [{ op: "add", path: "/list/1", value: log }],
    },
    {
      when: "items go",
      before: [app, proxy, log, proxy],
      after: [proxy],
      patch: [
        { op: "remove", path: "/list/0" },
        { op: "remove", path: "/list/0" },
        { op: "remove", path: "/list/0" },
      ],
    },
    {
      when: "an item comes and a later one of the same name is changed",
      before: [app, log],
      after: [proxy, { ...app, image: "app:2" }, log],
      patch: [
        { op: "add", path: "/list/0", value: proxy },
        { op: "replace", path: "/list/1/image", value: "app:2" },
      ],
    },
    {
      when: "one goes, one without a name is changed, and one comes",
      before: [app, { size: 1, color: "red" }, log],
      after: [{ size: 2, color: "red" }, log, proxy],
      patch: [
        { op: "remove", path: "/list/0/name" },
        { op: "remove", path: "/list/0/image" },
        { op: "add", path: "/list/0/size", value: 2 },
        { op: "add", path: "/list/0/color", value: "red" },
        { op: "remove", path: "/list/1" },
        { op: "add", path: "/list/2", value: proxy },
      ],
    },
    {
      when: "a text is changed",
      before: ["a", "b"],
      after: ["a", "c"],
      patch: [{ op: "replace", path: "/list/1", value: "c" }],
    },
    {
      when: "the order is changed",
      before: ["a", "b", "c"],
      after: ["b", "c", "a"],
      patch: [
        { op: "remove", path: "/list/0" },
        { op: "add", path: "/list/2", value: "a" },
      ],
    },
  ];
  for (const { when, before, after, patch } of lists)
    it(`patches as little of a list as it can where ${when}`, () => {
      assert.deepEqual(diffObjects({ list: before }, { list: after }), patch);
    });

  const numbers = (length: number, from = 0): readonly number[] => Array.from({ length }, (_, index) => index + from);

  it("replaces lists as a whole once they have taken a million comparisons, and still leaves equal ones alone", () => {
    const [big, small] = [numbers(1_001), numbers(3)];
    const changed = { a: numbers(1_001, 5_000), b: numbers(3, 1), c: small, d: [1, 3, 2] };
    assert.deepEqual(diffObjects({ a: big, b: small, c: small, d: [1, 2, 3] }, changed), [
      { op: "replace", path: "/a", value: changed.a },
      { op: "remove", path: "/b/0" },
      { op: "add", path: "/b/2", value: 3 },
      { op: "remove", path: "/d/1" },
      { op: "add", path: "/d/2", value: 2 },
    ]);
    const thousand = { a: numbers(1_000), b: numbers(1_000), c: small };
    const other = { a: numbers(1_000, 5_000), b: numbers(1_000, 5_000), c: small };
    const patch = diffObjects(thousand, other);
    assert.deepEqual(patch.at(-1), { op: "replace", path: "/b", value: other.b });
    assert.equal(patch.length, 1_001);
  });

  it("replaces lists as a whole whose patch would have more than ten thousand operations", () => {
    const after = numbers(10_001);
    assert.deepEqual(diffObjects({ list: [] }, { list: after }), [{ op: "replace", path: "/list", value: after }]);
    assert.equal(diffObjects({ list: [] }, { list: numbers(10_000) }).length, 10_000);
  });

  it("compares lists of lists in a time that does not grow with their product", () => {
    const of = (value: string): JsonObject => ({
      list: numbers(50).map((index) => ({
        name: `c${String(index)}`,
        env: numbers(50).map((other) => ({ name: `e${String(other)}`, value })),
      })),
    });
    const startedMs = performance.now();
    assert.equal(diffObjects(of("a"), of("b")).length, 2_500);
    // The library's own way takes a minute.
    assert.ok(performance.now() - startedMs < 5_000);
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
