import assert from "node:assert/strict";
import fc from "fast-check";
import { isJsonObject, type JsonObject } from "../../../../../src/core/admission/json-object.ts";
import { applyOperations } from "../../../../../src/core/admission/apply-operations.ts";
import { childPointer, type PatchOperation } from "../../../../../src/core/admission/json-patch.ts";
import type { AdmissionRequest } from "../../../../../src/core/admission/request.ts";
import { mutateFields } from "../../../../../src/core/admission/rules/mutate-fields.ts";
import type { DefaultRule } from "../../../../../src/core/admission/rules/rule.ts";
import { isSameValue } from "../../../../../src/core/admission/rules/same-value.ts";
import { aDefaultRule, aRequest } from "../../../../support/admission-rules.ts";

type Mutate = (rules: readonly DefaultRule[], request: AdmissionRequest) => readonly PatchOperation[];

const ours: Mutate = (rules, request) => mutateFields(rules, request).patch ?? [];

// Few keys, so that rules and objects meet; some that lists and prototypes know.
const key = fc.constantFrom("a", "b", "labels", "a/b", "0", "1", "-", "toString", "__proto__");
const leaf = fc.constantFrom<unknown>("text", 7, null, true, "${user}", "${name}");
const { value } = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: "small" }, leaf, tie("object"), fc.array(tie("value"), { maxLength: 2 })),
  object: fc.array(fc.tuple(key, tie("value")), { maxLength: 3 }).map((entries) => Object.fromEntries(entries)),
}));
const object = fc
  .array(fc.tuple(key, value), { maxLength: 4 })
  .map((entries): JsonObject => Object.fromEntries(entries));
const pointer = fc
  .array(key, { minLength: 1, maxLength: 4 })
  .map((keys) => keys.reduce((above, each) => childPointer(above, each), ""));
const rule = fc.array(fc.tuple(pointer, value), { maxLength: 3 }).map((set) => aDefaultRule(Object.fromEntries(set)));
const rules = fc.array(rule, { maxLength: 3 });

/** The object that comes out; null where the patch does not apply. */
function mutated(mutate: Mutate, given: readonly DefaultRule[], before: JsonObject): JsonObject | null {
  const applied = applyOperations(before, mutate(given, aRequest({ object: before })));
  return applied.kind === "ok" ? applied.value : null;
}

const properties: Record<string, (mutate: Mutate) => fc.IProperty<unknown>> = {
  "a patch that applies": (mutate) =>
    fc.property(rules, object, (given, before) => mutated(mutate, given, before) !== null),
  "nothing more when it mutates again": (mutate) =>
    fc.property(rules, object, (given, before) => {
      const once = mutated(mutate, given, before);
      return once === null || mutate(given, aRequest({ object: once })).length === 0;
    }),
  "an object that holds all that was there": (mutate) =>
    fc.property(rules, object, (given, before) => {
      const after = mutated(mutate, given, before);
      return after === null || holds(after, before);
    }),
  "the same for any order of rules that do not set one place": (mutate) =>
    fc.property(rules, object, (given, before) => {
      const pointers = given.flatMap(({ set }) => set.map((each) => each.pointer));
      fc.pre(pointers.every((one, at) => pointers.every((other, index) => at === index || !isWithin(one, other))));
      const [there, back] = [mutated(mutate, given, before), mutated(mutate, given.toReversed(), before)];
      return there === null || back === null || isSameValue(there, back);
    }),
};

const isWithin = (one: string, other: string): boolean => one === other || one.startsWith(`${other}/`);

/** True when nothing that one value holds is gone from or different in another. */
function holds(after: unknown, before: unknown): boolean {
  if (!isJsonObject(before)) {
    if (!Array.isArray(before) || !Array.isArray(after)) return isSameValue(after, before);
    return after.length === before.length && before.every((item, index) => holds(after[index], item));
  }
  return (
    isJsonObject(after) &&
    Object.keys(before).every((name) => Object.hasOwn(after, name) && holds(after[name], before[name]))
  );
}

/** Patches as they are often written: whatever is there, and without parents. */
const rash: Mutate = (given) =>
  given.flatMap(({ set }) =>
    set.map(({ pointer: path, value: added }) => ({ op: "add", path, value: added }) as const),
  );

/** Sets each place as if it were the only one, and tells what is there by whether it is true. */
const sloppy: Mutate = (given, { object: before }) =>
  given.flatMap(({ set }) =>
    set.flatMap(({ keys: [first = "", ...rest], value: added }) =>
      first === "__proto__" || before?.[first]
        ? []
        : [
            {
              op: "add" as const,
              path: childPointer("", first),
              value: rest.reduceRight((below, each) => ({ [each]: below }), added),
            },
          ],
    ),
  );

/** Appends to the labels at each change. */
const growing: Mutate = (given, { object: before }) =>
  ours(given, aRequest({ object: before })).concat({
    op: "add",
    path: `/a${String(Object.keys(before ?? {}).length)}`,
    value: 1,
  });

const broken: Record<keyof typeof properties, Mutate> = {
  "a patch that applies": rash,
  "nothing more when it mutates again": growing,
  "an object that holds all that was there": rash,
  "the same for any order of rules that do not set one place": sloppy,
};

describe("mutateFields(rules, request) for any rules and objects", () => {
  for (const [title, make] of Object.entries(properties)) {
    it(`gives ${title}`, () => {
      fc.assert(make(ours), { numRuns: 3_000 });
    });
    it(`would be found out if it did not give ${title}`, () => {
      const wrong = broken[title];
      assert.ok(wrong !== undefined && fc.check(make(wrong), { numRuns: 1_000, endOnFailure: true }).failed);
    });
  }

  it("has something to set in at least one of three cases", () => {
    const cases = fc.sample(fc.tuple(rules, object), { numRuns: 1_000, seed: 7 });
    const patched = cases.filter(([given, before]) => ours(given, aRequest({ object: before })).length > 0);
    assert.ok(patched.length > 333, String(patched.length));
  });
});
