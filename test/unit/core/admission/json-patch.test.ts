import assert from "node:assert/strict";
import fc from "fast-check";
import { applyPatch, type Operation } from "rfc6902";
import { applyOperations } from "../../../../src/core/admission/apply-operations.ts";
import type { JsonObject } from "../../../../src/core/admission/json-object.ts";
import {
  childPointer,
  diffObjects,
  parsePointer,
  type PatchOperation,
} from "../../../../src/core/admission/json-patch.ts";
import { patchFromObjects } from "../../../../src/core/admission/patch-from-objects.ts";

const KEYS = ["a", "b", "a/b", "~", "~1", "", "0", "-", "toString"];
// Where the library that applies patches goes astray.
const ODD_KEYS = ["__proto__", "constructor", "prototype"];

const objectsWith = (keys: readonly string[]): fc.Arbitrary<JsonObject> => {
  const key = fc.constantFrom(...keys);
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constantFrom<unknown>(null, 0, 1, "", "x", true),
      fc.array(tie("value"), { maxLength: 5 }),
      fc.dictionary(key, tie("value"), { maxKeys: 4 }),
    ),
  }));
  return fc.dictionary(key, value, { maxKeys: 5 }).map((made) => JSON.parse(JSON.stringify(made)) as JsonObject);
};

type Diff = (original: JsonObject, changed: JsonObject) => readonly PatchOperation[];
type Apply = (original: JsonObject, patch: readonly PatchOperation[]) => unknown;

const applyOurs: Apply = (original, patch) => {
  const applied = applyOperations(original, patch);
  return applied.kind === "ok" ? applied.value : applied.error;
};

// The library, as somebody else's reading of RFC 6902.
const applyTheirs: Apply = (original, patch) => {
  const copy = structuredClone(original);
  const problems = applyPatch(copy, patch as Operation[]).filter((problem) => problem !== null);
  return problems.length === 0 ? copy : problems;
};

function check(diff: Diff, apply: Apply, object: fc.Arbitrary<JsonObject>): fc.RunDetails<[JsonObject, JsonObject]> {
  const leadsThere = fc.property(object, object, (original, changed) => {
    const before = JSON.stringify(original);
    // What is sent is text.
    const patch = JSON.parse(JSON.stringify(diff(original, changed))) as readonly PatchOperation[];
    assert.deepEqual(apply(original, patch), changed);
    assert.equal(JSON.stringify(original), before, "the original was changed");
  });
  return fc.check(leadsThere, { numRuns: 1_000, seed: 7 });
}

describe("diffObjects(original, changed)", () => {
  for (const { who, apply, keys } of [
    { who: "applied by the library", apply: applyTheirs, keys: KEYS },
    { who: "applied by us", apply: applyOurs, keys: [...KEYS, ...ODD_KEYS] },
  ]) {
    it(`leads from the one to the other, ${who}`, () => {
      const { failed, counterexample, errorInstance } = check(diffObjects, apply, objectsWith(keys));
      assert.equal(failed, false, `${JSON.stringify(counterexample)} ${String(errorInstance)}`);
    });

    const edit =
      (change: (operation: PatchOperation) => PatchOperation | []): Diff =>
      (original, changed) =>
        diffObjects(original, changed).flatMap(change);
    const BROKEN: Readonly<Record<string, Diff>> = {
      "forgets what was removed": edit((one) => (one.op === "remove" ? [] : one)),
      "does not escape slashes": edit((one) => ({ ...one, path: one.path.replaceAll("~1", "/") })),
      "does not escape tildes": edit((one) => ({ ...one, path: one.path.replaceAll("~0", "~") })),
      "adds at the end of lists only": edit((one) =>
        one.op === "add" ? { ...one, path: one.path.replace(/\/\d+$/, "/-") } : one,
      ),
      "removes from the front": (original, changed) => {
        const patch = diffObjects(original, changed);
        return [...patch.filter(({ op }) => op !== "remove"), ...patch.filter(({ op }) => op === "remove").reverse()];
      },
    };
    for (const [what, diff] of Object.entries(BROKEN))
      it(`is found out when it ${what}, ${who}`, () => {
        assert.equal(check(diff, apply, objectsWith(keys)).failed, true);
      });
  }

  for (const { when, original, changed, patch } of [
    { when: "of equal objects", original: { a: [1, { b: 2 }] }, changed: { a: [1, { b: 2 }] }, patch: [] },
    { when: "of another order of keys", original: { a: 1, b: [2] }, changed: { b: [2], a: 1 }, patch: [] },
    {
      when: "where an entry of a list was changed",
      original: { list: [{ n: 1 }, { n: 2 }] },
      changed: { list: [{ n: 1 }, { n: 3 }] },
      patch: [{ op: "replace", path: "/list/1/n", value: 3 }],
    },
    {
      when: "where entries were added before others",
      original: { list: ["a", "b"] },
      changed: { list: ["x", "y", "a", "b"] },
      patch: [
        { op: "add", path: "/list/0", value: "x" },
        { op: "add", path: "/list/1", value: "y" },
      ],
    },
    {
      when: "where entries in the middle went",
      original: { list: ["a", "x", "y", "b"] },
      changed: { list: ["a", "b"] },
      patch: [
        { op: "remove", path: "/list/2" },
        { op: "remove", path: "/list/1" },
      ],
    },
    {
      when: "where a field was set to undefined",
      original: { a: 1, b: { c: 1 } },
      changed: { a: undefined, b: { c: undefined } },
      patch: [
        { op: "remove", path: "/a" },
        { op: "remove", path: "/b/c" },
      ],
    },
    {
      when: "where entries of a list are undefined, which JSON says as null",
      original: { list: [1, 2] },
      changed: { list: [undefined, 2, undefined] },
      patch: [
        { op: "replace", path: "/list/0", value: null },
        { op: "add", path: "/list/2", value: null },
      ],
    },
  ])
    it(`says what is to do ${when}`, () => {
      assert.deepEqual(diffObjects(original, changed), patch);
    });

  it("compares long lists at once and with little memory", () => {
    const list = (length: number, what: string): readonly string[] =>
      Array.from({ length }, (_, index) => `${what}${String(index)}`);
    const startedMs = performance.now();
    assert.equal(diffObjects({ list: list(2_000, "a") }, { list: list(2_000, "b") }).length, 2_000);
    assert.equal(diffObjects({ list: [] }, { list: list(50_000, "a") }).length, 50_000);
    assert.equal(diffObjects({ list: list(50_000, "a") }, { list: ["x", ...list(50_000, "a")] }).length, 1);
    const tookMs = performance.now() - startedMs;
    assert.ok(tookMs < 2_000, `took ${String(tookMs)} ms`);
  });
});

describe("patchFromObjects(original, changed)", () => {
  it("allows with the changes", () => {
    const patch = [{ op: "add", path: "/b", value: 2 }];
    assert.deepEqual(patchFromObjects({ a: 1 }, { a: 1, b: 2 }), { allowed: true, status: { code: 200 }, patch });
  });

  it("is an error (500) where the objects cannot be compared", () => {
    const endless = (): JsonObject => {
      const made: Record<string, unknown> = {};
      made["self"] = made;
      return made;
    };
    const { allowed, status } = patchFromObjects(endless(), endless());
    assert.deepEqual([allowed, status?.code], [false, 500]);
  });
});

describe("parsePointer(text), childPointer(pointer, key)", () => {
  type Child = typeof childPointer;
  const readsBack = (child: Child): fc.RunDetails<[string[]]> =>
    fc.check(
      fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom(...KEYS)), { maxLength: 5 }), (keys) => {
        assert.deepEqual(parsePointer(keys.reduce((above, key) => child(above, key), "")), keys);
      }),
      { numRuns: 1_000, seed: 7 },
    );

  it("read what the other wrote", () => {
    const { failed, counterexample } = readsBack(childPointer);
    assert.equal(failed, false, JSON.stringify(counterexample));
  });

  const BROKEN: Readonly<Record<string, Child>> = {
    "slashes are not escaped": (pointer, key) => `${pointer}/${key.replaceAll("~", "~0")}`,
    "slashes are escaped first": (pointer, key) => `${pointer}/${key.replaceAll("/", "~1").replaceAll("~", "~0")}`,
  };
  for (const [what, child] of Object.entries(BROKEN))
    it(`are found out when ${what}`, () => {
      assert.equal(readsBack(child).failed, true);
    });

  for (const text of ["a", "a/b", "/~", "/~2", "/a~"])
    it(`refuse ${text}`, () => {
      assert.equal(parsePointer(text), null);
    });
});
