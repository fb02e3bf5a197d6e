import assert from "node:assert/strict";
import fc from "fast-check";
import { applyPatch, type Operation } from "rfc6902";
import { applyOperations } from "../../../../src/core/admission/apply-operations.ts";
import type { JsonObject } from "../../../../src/core/admission/json-object.ts";
import type { PatchOperation } from "../../../../src/core/admission/json-patch.ts";

const NOTHING = "there is nothing at this path";
const NO_PLACE = "there is nothing that could hold a value at this path";
const circular: { self?: object } = {};
circular.self = circular;

// Those with a number are of appendix A of RFC 6902.
const APPLIED: readonly {
  readonly when: string;
  readonly object: object;
  readonly patch: readonly PatchOperation[];
  readonly result: object;
}[] = [
  {
    when: "A.1 adds a member",
    object: { foo: "bar" },
    patch: [{ op: "add", path: "/baz", value: "qux" }],
    result: { foo: "bar", baz: "qux" },
  },
  {
    when: "A.2 adds to a list",
    object: { foo: ["bar", "baz"] },
    patch: [{ op: "add", path: "/foo/1", value: "qux" }],
    result: { foo: ["bar", "qux", "baz"] },
  },
  {
    when: "A.3 removes a member",
    object: { baz: "qux", foo: "bar" },
    patch: [{ op: "remove", path: "/baz" }],
    result: { foo: "bar" },
  },
  {
    when: "A.4 removes from a list",
    object: { foo: ["bar", "qux", "baz"] },
    patch: [{ op: "remove", path: "/foo/1" }],
    result: { foo: ["bar", "baz"] },
  },
  {
    when: "A.5 replaces",
    object: { baz: "qux", foo: "bar" },
    patch: [{ op: "replace", path: "/baz", value: "boo" }],
    result: { baz: "boo", foo: "bar" },
  },
  {
    when: "A.6 moves",
    object: { foo: { bar: "baz", waldo: "fred" }, qux: { corge: "grault" } },
    patch: [{ op: "move", from: "/foo/waldo", path: "/qux/thud" }],
    result: { foo: { bar: "baz" }, qux: { corge: "grault", thud: "fred" } },
  },
  {
    when: "A.7 moves within a list",
    object: { foo: ["all", "grass", "cows", "eat"] },
    patch: [{ op: "move", from: "/foo/1", path: "/foo/3" }],
    result: { foo: ["all", "cows", "eat", "grass"] },
  },
  {
    when: "A.8 tests",
    object: { baz: "qux", foo: ["a", 2, { b: 1, c: 2 }] },
    patch: [
      { op: "test", path: "/baz", value: "qux" },
      { op: "test", path: "/foo/1", value: 2 },
      { op: "test", path: "/foo/2", value: { c: 2, b: 1 } },
    ],
    result: { baz: "qux", foo: ["a", 2, { b: 1, c: 2 }] },
  },
  {
    when: "A.10 adds a nested member",
    object: { foo: "bar" },
    patch: [{ op: "add", path: "/child", value: { grandchild: {} } }],
    result: { foo: "bar", child: { grandchild: {} } },
  },
  {
    when: "A.14 reads escaped keys",
    object: { "/": 9, "~1": 10 },
    patch: [{ op: "test", path: "/~01", value: 10 }],
    result: { "/": 9, "~1": 10 },
  },
  {
    when: "A.16 adds a list to a list",
    object: { foo: ["bar"] },
    patch: [{ op: "add", path: "/foo/-", value: ["abc", "def"] }],
    result: { foo: ["bar", ["abc", "def"]] },
  },
  {
    when: "adds behind the last of a list",
    object: { foo: ["bar"] },
    patch: [{ op: "add", path: "/foo/1", value: 1 }],
    result: { foo: ["bar", 1] },
  },
  {
    when: "replaces in a list",
    object: { foo: [1, 2] },
    patch: [{ op: "replace", path: "/foo/1", value: 3 }],
    result: { foo: [1, 3] },
  },
  {
    when: "copies",
    object: { a: { b: 1 } },
    patch: [
      { op: "copy", from: "/a", path: "/c" },
      { op: "replace", path: "/a/b", value: 2 },
    ],
    result: { a: { b: 2 }, c: { b: 1 } },
  },
  {
    when: "takes what is absent for null, as the API server's library does",
    object: { a: null },
    patch: [
      { op: "test", path: "/a", value: null },
      { op: "test", path: "/b", value: null },
    ],
    result: { a: null },
  },
  {
    when: "replaces null",
    object: { a: null },
    patch: [{ op: "replace", path: "/a", value: 1 }],
    result: { a: 1 },
  },
];

const REFUSED: readonly { readonly operation: PatchOperation; readonly problem: string }[] = [
  { operation: { op: "add", path: "/metadata/labels/x", value: "1" }, problem: NO_PLACE },
  { operation: { op: "add", path: "/text/x", value: "1" }, problem: NO_PLACE },
  { operation: { op: "add", path: "/toString/x", value: "1" }, problem: NO_PLACE },
  { operation: { op: "add", path: "", value: {} }, problem: NO_PLACE },
  { operation: { op: "add", path: "text", value: {} }, problem: NO_PLACE },
  { operation: { op: "add", path: "/list/3", value: 1 }, problem: "the list has no such place" },
  { operation: { op: "add", path: "/list/01", value: 1 }, problem: "the list has no such place" },
  { operation: { op: "add", path: "/list/-1", value: 1 }, problem: "the list has no such place" },
  { operation: { op: "add", path: "/list/x", value: 1 }, problem: "the list has no such place" },
  { operation: { op: "add", path: "/x", value: undefined }, problem: "there is no value that JSON can say" },
  { operation: { op: "add", path: "/x", value: circular }, problem: "there is no value that JSON can say" },
  { operation: { op: "remove", path: "/nothing" }, problem: NOTHING },
  { operation: { op: "remove", path: "/toString" }, problem: NOTHING },
  { operation: { op: "remove", path: "/list/2" }, problem: NOTHING },
  { operation: { op: "remove", path: "/list/-" }, problem: NOTHING },
  { operation: { op: "remove", path: "" }, problem: NOTHING },
  { operation: { op: "replace", path: "/nothing", value: 1 }, problem: NOTHING },
  { operation: { op: "replace", path: "/list/-", value: 1 }, problem: NOTHING },
  { operation: { op: "test", path: "/text", value: "other" }, problem: "there is another value" },
  { operation: { op: "test", path: "/list", value: [1] }, problem: "there is another value" },
  { operation: { op: "test", path: "/text/deeper", value: null }, problem: NOTHING },
  { operation: { op: "move", from: "/nothing", path: "/text" }, problem: NOTHING },
  { operation: { op: "move", from: "/object", path: "/object/child" }, problem: NO_PLACE },
  { operation: { op: "copy", from: "/nothing", path: "/text" }, problem: "there is no value that JSON can say" },
  { operation: { op: "copy", from: "/a/b", path: "/text" }, problem: "there is no value that JSON can say" },
];

describe("applyOperations(object, operations)", () => {
  for (const { when, object, patch, result } of APPLIED)
    it(when, () => {
      assert.deepEqual(applyOperations({ ...object }, patch), { kind: "ok", value: result });
    });

  for (const { operation, problem } of REFUSED)
    it(`refuses ${operation.op} ${operation.path}: ${problem}`, () => {
      const object = { text: "a secret", list: [1, 2], object: {} };
      const applied = applyOperations(object, [{ op: "add", path: "/b", value: 1 }, operation]);
      const error = `operation 1 (${operation.op} ${operation.path}) does not apply: ${problem}`;
      assert.deepEqual(applied, { kind: "error", error });
      assert.deepEqual(object, { text: "a secret", list: [1, 2], object: {} });
    });

  it("makes keys of any name, and reaches no prototype", () => {
    for (const path of ["/__proto__", "/constructor", "/prototype"]) {
      const applied = applyOperations({ a: 1 }, [{ op: "add", path, value: { polluted: true } }]);
      assert.equal(applied.kind, "ok");
      assert.deepEqual(Object.keys(applied.value), ["a", path.slice(1)]);
      assert.equal(JSON.stringify(applied.value), `{"a":1,"${path.slice(1)}":{"polluted":true}}`);
    }
    applyOperations({ a: 1 }, [{ op: "add", path: "/constructor/prototype/polluted", value: true }]);
    assert.equal(({} as { polluted?: boolean }).polluted, undefined);
  });

  type Apply = (object: JsonObject, operations: readonly PatchOperation[]) => unknown;
  const path = fc.oneof(fc.string(), fc.constantFrom("", "/", "/a", "/a/0", "/a/-", "/b/c", "/__proto__", "/b/c/d"));
  const operation = fc.record({
    op: fc.constantFrom("add", "remove", "replace", "test", "move", "copy"),
    path,
    from: path,
    value: fc.anything(),
  }) as fc.Arbitrary<PatchOperation>;
  const throwsNever = (apply: Apply): boolean =>
    !fc.check(
      fc.property(fc.array(operation, { maxLength: 4 }), (operations) => {
        apply({ a: [1, { b: 2 }], b: { c: "d" } }, operations);
      }),
      { numRuns: 1_000, seed: 7 },
    ).failed;

  it("never throws, whatever the operations", () => {
    assert.ok(throwsNever(applyOperations));
    assert.ok(!throwsNever((object, operations) => applyPatch(object, operations as Operation[])));
  });
});
