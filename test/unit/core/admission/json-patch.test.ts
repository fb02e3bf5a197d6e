import assert from "node:assert/strict";
import fc from "fast-check";
import { applyOperations } from "../../../../src/core/admission/apply-operations.ts";
import {
  childPointer,
  diffObjects,
  parsePointer,
  type PatchOperation,
} from "../../../../src/core/admission/json-patch.ts";
import type { JsonObject } from "../../../../src/core/admission/json-object.ts";
import { patchFromObjects } from "../../../../src/core/admission/patch-from-objects.ts";

// The library applies no value that has this key.
const isUsual = (value: unknown): boolean => !JSON.stringify(value).includes('"__proto__"');
const json = fc.jsonValue({ maxDepth: 4 });
const object = fc
  .dictionary(fc.oneof(fc.string(), fc.constantFrom("a", "b", "a/b", "~", "", "0", "-")), json, { maxKeys: 6 })
  .filter(isUsual)
  .map((made) => JSON.parse(JSON.stringify(made)) as JsonObject);

type Diff = (original: JsonObject, changed: JsonObject) => readonly PatchOperation[];

// What stands in etcd is JSON, so what is compared is JSON too.
function leadsThere(diff: Diff, seed: number): fc.RunDetails<[JsonObject, JsonObject]> {
  return fc.check(
    fc.property(object, object, (original, changed) => {
      const before = JSON.stringify(original);
      const patched = applyOperations(original, diff(original, changed));
      assert.deepEqual(patched, { kind: "ok", value: changed });
      assert.equal(JSON.stringify(original), before, "the original was changed");
    }),
    { numRuns: 1_000, seed },
  );
}

describe("diffObjects(original, changed)", () => {
  it("makes operations that lead from the one to the other", () => {
    const { failed, counterexample } = leadsThere(diffObjects, 7);
    assert.equal(failed, false, JSON.stringify(counterexample));
  });

  it("is found out when it forgets what was removed, or does not escape keys", () => {
    const forgetful: Diff = (original, changed) => diffObjects(original, changed).filter(({ op }) => op !== "remove");
    const careless: Diff = (original, changed) =>
      diffObjects(original, changed).map((one) => ({ ...one, path: one.path.replaceAll("~1", "/") }));
    assert.equal(leadsThere(forgetful, 7).failed, true);
    assert.equal(leadsThere(careless, 7).failed, true);
  });

  it("says nothing of equal objects", () => {
    assert.deepEqual(diffObjects({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }), []);
  });

  it("changes one item of a list alone", () => {
    const changed = diffObjects({ list: [{ n: 1 }, { n: 2 }] }, { list: [{ n: 1 }, { n: 3 }] });
    assert.deepEqual(changed, [{ op: "replace", path: "/list/1/n", value: 3 }]);
  });

  it("replaces a long list as a whole, where its items differ", () => {
    const list = Array.from({ length: 600 }, (_, index) => index);
    const [original, same, other] = [{ list }, { list: [...list] }, { list: [...list, 1] }];
    assert.deepEqual(diffObjects(original, same), []);
    assert.deepEqual(diffObjects(original, other), [{ op: "replace", path: "/list", value: other.list }]);
  });
});

describe("applyOperations(object, operations)", () => {
  for (const { operation, problem } of [
    {
      operation: { op: "add", path: "/metadata/labels/x", value: "1" },
      problem: "Value required at path: /metadata/labels/x",
    },
    { operation: { op: "remove", path: "/nothing" }, problem: "Value required at path: /nothing" },
    { operation: { op: "test", path: "/a", value: 2 }, problem: "Test failed: 1 != 2" },
  ] as const)
    it(`says that ${operation.op} ${operation.path} does not apply`, () => {
      const applied = applyOperations({ a: 1 }, [{ op: "add", path: "/b", value: 1 }, operation]);
      assert.equal(applied.kind, "error");
      assert.equal(applied.error, `operation 1 (${operation.op} ${operation.path}) does not apply: ${problem}`);
    });

  it("moves and copies", () => {
    const applied = applyOperations({ a: 1 }, [
      { op: "copy", from: "/a", path: "/b" },
      { op: "move", from: "/a", path: "/c" },
    ]);
    assert.deepEqual(applied, { kind: "ok", value: { b: 1, c: 1 } });
  });

  it("lets no patch reach the prototype of objects", () => {
    for (const path of ["/__proto__/polluted", "/constructor/prototype/polluted"]) {
      applyOperations({ a: 1 }, [{ op: "add", path, value: true }]);
      assert.equal(({} as { polluted?: boolean }).polluted, undefined, path);
    }
  });
});

describe("patchFromObjects(original, changed)", () => {
  it("is an error (500) where the objects cannot be compared", () => {
    const circular: { self?: object } = {};
    circular.self = circular;
    const { allowed, status } = patchFromObjects({ self: { self: { self: {} } } }, circular);
    const again = patchFromObjects(circular, { ...structuredClone(circular), self: structuredClone(circular) });
    assert.equal(typeof allowed, "boolean");
    assert.equal([status?.code, again.status?.code].includes(500), true);
  });
});

describe("parsePointer(text), childPointer(pointer, key)", () => {
  it("read what the other wrote", () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 5 }), (keys) => {
        const pointer = keys.reduce((above, key) => childPointer(above, key), "");
        assert.deepEqual(parsePointer(pointer), keys);
      }),
    );
  });

  for (const text of ["a", "a/b", "/~", "/~2", "/a~"])
    it(`refuse ${text}`, () => {
      assert.equal(parsePointer(text), null);
    });
});
