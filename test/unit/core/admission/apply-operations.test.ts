import assert from "node:assert/strict";
import { applyOperations } from "../../../../src/core/admission/apply-operations.ts";
import type { JsonObject } from "../../../../src/core/admission/json-object.ts";
import type { PatchOperation } from "../../../../src/core/admission/json-patch.ts";

type Operation = Record<string, unknown>;

const apply = (object: JsonObject, ...patch: readonly Operation[]) =>
  applyOperations(object, patch as unknown as readonly PatchOperation[]);

// The examples of RFC 6902, appendix A, and what Kubernetes' objects add to them.
const applied: readonly {
  readonly when: string;
  readonly from: object;
  readonly patch: Operation;
  readonly to: object;
}[] = [
  {
    when: "a field",
    from: { foo: "bar" },
    patch: { op: "add", path: "/baz", value: "qux" },
    to: { foo: "bar", baz: "qux" },
  },
  {
    when: "an item",
    from: { foo: ["bar", "baz"] },
    patch: { op: "add", path: "/foo/1", value: "qux" },
    to: { foo: ["bar", "qux", "baz"] },
  },
  {
    when: "the last item, by number",
    from: { foo: [1] },
    patch: { op: "add", path: "/foo/1", value: 2 },
    to: { foo: [1, 2] },
  },
  {
    when: "the last item, by -",
    from: { foo: [1] },
    patch: { op: "add", path: "/foo/-", value: [2] },
    to: { foo: [1, [2]] },
  },
  {
    when: "in the place of another",
    from: { foo: 1 },
    patch: { op: "add", path: "/foo", value: null },
    to: { foo: null },
  },
  { when: "a removed field", from: { a: 1, b: null }, patch: { op: "remove", path: "/b" }, to: { a: 1 } },
  { when: "a removed item", from: { foo: [1, 2, 3] }, patch: { op: "remove", path: "/foo/1" }, to: { foo: [1, 3] } },
  {
    when: "a replaced field",
    from: { a: 1, b: 2 },
    patch: { op: "replace", path: "/a", value: 3 },
    to: { a: 3, b: 2 },
  },
  {
    when: "a replaced item",
    from: { foo: [1, 2] },
    patch: { op: "replace", path: "/foo/1", value: 3 },
    to: { foo: [1, 3] },
  },
  {
    when: "a moved field",
    from: { a: { b: 1 }, c: {} },
    patch: { op: "move", from: "/a/b", path: "/c/d" },
    to: { a: {}, c: { d: 1 } },
  },
  {
    when: "a moved item",
    from: { foo: [1, 2, 3] },
    patch: { op: "move", from: "/foo/0", path: "/foo/2" },
    to: { foo: [2, 3, 1] },
  },
  {
    when: "a copied field",
    from: { a: { b: [1] } },
    patch: { op: "copy", from: "/a", path: "/c" },
    to: { a: { b: [1] }, c: { b: [1] } },
  },
  {
    when: "a passed test",
    from: { a: { b: [1, { c: 2 }] } },
    patch: { op: "test", path: "/a", value: { b: [1, { c: 2 }] } },
    to: { a: { b: [1, { c: 2 }] } },
  },
  { when: "a test for null of nothing", from: {}, patch: { op: "test", path: "/a", value: null }, to: {} },
  {
    when: "a key with a slash",
    from: { labels: {} },
    patch: { op: "add", path: "/labels/a.b~1c", value: "d" },
    to: { labels: { "a.b/c": "d" } },
  },
  { when: "a key with a tilde", from: { "~1": 10 }, patch: { op: "replace", path: "/~01", value: 9 }, to: { "~1": 9 } },
  { when: "an empty key", from: { "": 1 }, patch: { op: "remove", path: "/" }, to: {} },
  { when: "a number as a key", from: { a: {} }, patch: { op: "add", path: "/a/0", value: 1 }, to: { a: { 0: 1 } } },
  {
    when: "a field named constructor",
    from: { constructor: { a: 1 } },
    patch: { op: "replace", path: "/constructor/a", value: 2 },
    to: { constructor: { a: 2 } },
  },
  {
    when: "a value as it is printed",
    from: {},
    patch: { op: "add", path: "/a", value: { at: new Date(0), b: undefined } },
    to: { a: { at: "1970-01-01T00:00:00.000Z" } },
  },
];

const refused: readonly { readonly when: string; readonly patch: Operation; readonly error: string }[] = [
  {
    when: "a parent is absent",
    patch: { op: "add", path: "/a/b", value: 1 },
    error: "its parent is missing, or is neither an object nor a list",
  },
  {
    when: "a parent is a text",
    patch: { op: "add", path: "/text/b", value: 1 },
    error: "its parent is missing, or is neither an object nor a list",
  },
  {
    when: "a parent is inherited",
    patch: { op: "add", path: "/toString/b", value: 1 },
    error: "its parent is missing, or is neither an object nor a list",
  },
  {
    when: "a parent is the prototype",
    patch: { op: "add", path: "/__proto__/b", value: 1 },
    error: "its parent is missing, or is neither an object nor a list",
  },
  {
    when: "a parent is a list's property",
    patch: { op: "add", path: "/list/length/b", value: 1 },
    error: "its parent is missing, or is neither an object nor a list",
  },
  { when: "nothing can be removed", patch: { op: "remove", path: "/a" }, error: "there is nothing" },
  {
    when: "only what is inherited could be removed",
    patch: { op: "remove", path: "/toString" },
    error: "there is nothing",
  },
  { when: "nothing can be replaced", patch: { op: "replace", path: "/a", value: 1 }, error: "there is nothing" },
  { when: "nothing stands behind a list's end", patch: { op: "remove", path: "/list/-" }, error: "there is nothing" },
  { when: "nothing can be moved", patch: { op: "move", from: "/a", path: "/b" }, error: "there is nothing" },
  { when: "nothing can be copied", patch: { op: "copy", from: "/a", path: "/b" }, error: "there is nothing" },
  {
    when: "something would be moved into itself",
    patch: { op: "move", from: "/list", path: "/list/0" },
    error: "its parent is missing, or is neither an object nor a list",
  },
  {
    when: "an index is beyond the list",
    patch: { op: "add", path: "/list/3", value: 1 },
    error: "the list has no such place",
  },
  {
    when: "an index is no number",
    patch: { op: "add", path: "/list/first", value: 1 },
    error: "the list has no such place",
  },
  {
    when: "an index begins with 0",
    patch: { op: "add", path: "/list/01", value: 1 },
    error: "the list has no such place",
  },
  { when: "a test fails", patch: { op: "test", path: "/text", value: "b" }, error: "another value stands there" },
  {
    when: "a path is no pointer",
    patch: { op: "add", path: "text", value: 1 },
    error: "its path is no JSON Pointer, which begins with / and writes ~ as ~0",
  },
  {
    when: "a path is the whole object",
    patch: { op: "replace", path: "", value: {} },
    error: "it is about the object as a whole: name a field",
  },
  {
    when: "a value is missing",
    patch: { op: "add", path: "/a" },
    error: "its value is missing, or cannot be printed as JSON",
  },
  {
    when: "a value is a function",
    patch: { op: "add", path: "/a", value: () => 1 },
    error: "its value is missing, or cannot be printed as JSON",
  },
];

describe("applyOperations(object, operations)", () => {
  for (const { when, from, patch, to } of applied)
    it(`applies ${String(patch["op"])}: ${when}`, () => {
      assert.deepEqual(apply(from as JsonObject, patch), { kind: "ok", value: to });
    });

  for (const { when, patch, error } of refused)
    it(`refuses ${String(patch["op"])} where ${when}`, () => {
      const told = `operation 0 (${String(patch["op"])} ${String(patch["path"])}) does not apply: ${error}`;
      assert.deepEqual(apply({ text: "a", list: [1, 2] }, patch), { kind: "error", error: told });
    });

  it("says which of several operations fails", () => {
    const done = apply({}, { op: "add", path: "/a", value: 1 }, { op: "remove", path: "/b" });
    assert.deepEqual(done, { kind: "error", error: "operation 1 (remove /b) does not apply: there is nothing" });
  });

  it("writes a field named __proto__, and no prototype", () => {
    const done = apply({}, { op: "add", path: "/__proto__", value: { polluted: true } });
    assert.equal(JSON.stringify(done), '{"kind":"ok","value":{"__proto__":{"polluted":true}}}');
    assert.equal("polluted" in {}, false);
  });

  it("changes a copy, and shares nothing with the patch or between the copies", () => {
    const object = { list: [1] };
    const value = { a: 1 };
    const done = apply(
      object,
      { op: "add", path: "/list/-", value },
      { op: "copy", from: "/list/1", path: "/copy" },
      { op: "add", path: "/list/1/b", value: 2 },
    );
    assert.deepEqual(done, { kind: "ok", value: { list: [1, { a: 1, b: 2 }], copy: { a: 1 } } });
    assert.deepEqual([object, value], [{ list: [1] }, { a: 1 }]);
  });
});
