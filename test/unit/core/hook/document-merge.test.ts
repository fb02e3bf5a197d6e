import assert from "node:assert/strict";
import { readDocument } from "../../../../src/core/hook/document.ts";
import type { Field } from "../../../../src/core/hook/field.ts";

const base = "- &b {x: base, w: base}\n- &c {w: more, z: more}\n";

// The values of the last item of a list, by their keys.
function lastOf(text: string): unknown {
  const document = readDocument(text);
  if (document.kind === "error") assert.fail(JSON.stringify(document.error));
  assert.ok(document.value?.kind === "list");
  const last = document.value.items.at(-1);
  assert.ok(last?.kind === "map");
  return Object.fromEntries([...last.entries].map(([name, { value }]) => [name, textOf(value)]));
}

const textOf = (field: Field): string => (field.kind === "scalar" ? field.text : field.kind);

describe("readDocument(text) with merge keys", () => {
  const cases = [
    { when: "keys of another map", text: "<<: *b", expected: { x: "base", w: "base" } },
    { when: "keys that are given again below", text: "<<: *b, w: own", expected: { x: "base", w: "own" } },
    {
      when: "keys that are given above, as they are merged",
      text: "w: own, <<: *b",
      expected: { x: "base", w: "base" },
    },
    {
      when: "the first of several maps before the others",
      text: "<<: [*b, *c]",
      expected: { x: "base", w: "base", z: "more" },
    },
    { when: "several maps in the other order", text: "<<: [*c, *b]", expected: { x: "base", w: "more", z: "more" } },
    { when: "a second merge over the first", text: "<<: *b, <<: *c", expected: { x: "base", w: "more", z: "more" } },
    { when: "a map that stands there", text: "<<: {x: 1}, w: 2", expected: { x: "1", w: "2" } },
    { when: "a merge in what is merged", text: "<<: {<<: *b, w: 1}", expected: { x: "base", w: "1" } },
    { when: "no maps", text: "<<: [], w: 1", expected: { w: "1" } },
    { when: "what the tag names", text: "!!merge <<: *b", expected: { x: "base", w: "base" } },
    { when: "null, which takes a merged key away", text: "<<: *b, w: ~", expected: { x: "base" } },
    {
      when: "another case of a key, in the order of bytes",
      text: "<<: *b, X: own",
      expected: { x: "base", w: "base" },
    },
    { when: "quotes, which make a key like others", text: `"<<": *b`, expected: { "<<": "map" } },
    { when: "single quotes", text: "'<<': *b", expected: { "<<": "map" } },
    { when: "a typed text", text: "!!str <<: *b", expected: { "<<": "map" } },
    { when: "a value, which merges nothing", text: "x: <<", expected: { x: "<<" } },
  ];
  for (const { when, text, expected } of cases) {
    it(`reads ${when}`, () => {
      assert.deepEqual(lastOf(`${base}- {${text}}`), expected);
    });
  }

  it("gives the places where merged values are written", () => {
    const document = readDocument("- &b\n  x: base\n- <<: *b\n  w: own\n");
    assert.ok(document.kind === "ok" && document.value?.kind === "list");
    assert.deepEqual(document.value.items[1], {
      kind: "map",
      at: { line: 3, column: 3 },
      entries: new Map([
        ["x", { key: "x", value: { kind: "scalar", text: "base", at: { line: 2, column: 6 } } }],
        ["w", { key: "w", value: { kind: "scalar", text: "own", at: { line: 4, column: 6 } } }],
      ]),
    });
  });

  it("takes 200 merges and refuses 201", () => {
    const merges = (count: number): string => `- &a {x: 1}\n${"- {<<: *a}\n".repeat(count)}`;
    assert.equal(readDocument(merges(200)).kind, "ok");
    assert.deepEqual(readDocument(merges(201)), {
      kind: "error",
      error: { at: { line: 202, column: 8 }, message: "more than 200 aliases" },
    });
  });
});
