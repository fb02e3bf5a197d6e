import assert from "node:assert/strict";
import { readObjects } from "../../../../src/core/admission/read-objects.ts";

describe("readObjects(file, text)", () => {
  const right: readonly (readonly [text: string, objects: readonly unknown[]])[] = [
    ["a: 1\n---\n# nothing\n--- # more\nb: {c: ['1', yes]}\n", [{ a: 1 }, { b: { c: ["1", true] } }]],
    ["a:\n  -\nb: null\n", [{ a: [null], b: null }]],
    ['{"a": {"b": null, "c": "1"}}', [{ a: { b: null, c: "1" } }]],
    ["data: {Key: a, key: b}\n", [{ data: { Key: "a", key: "b" } }]],
    ["data:\n  a: |\n    x\n    ---\n    y\n", [{ data: { a: "x\n---\ny\n" } }]],
    ["kind: List\nitems: [{a: 1}, {b: 2}]\n---\nc: 3\n", [{ a: 1 }, { b: 2 }, { c: 3 }]],
    ["kind: List\nitems: a\n", [{ kind: "List", items: "a" }]],
    ["kind: PodList\nitems: []\n", [{ kind: "PodList", items: [] }]],
  ];
  for (const [text, objects] of right) {
    it(`reads ${JSON.stringify(text)}`, () => {
      assert.deepEqual(readObjects("a.yaml", text), { kind: "ok", value: objects });
    });
  }

  const wrong: readonly (readonly [text: string, error: string])[] = [
    ["", "a.yaml: holds no object"],
    ["# nothing\n---\n", "a.yaml: holds no object"],
    ["kind: List\nitems: [1]\n", "a.yaml: holds no object"],
    ["a: 1\n---\n- b\n", "a.yaml:3:1: is no object"],
    ["a: 1\na: 2\n", "a.yaml:2:1: Map keys must be unique"],
    ["a: 1\n---\nb: *c\n", "a.yaml:3:4: this alias names no anchor above it"],
  ];
  for (const [text, error] of wrong) {
    it(`says why it does not read ${JSON.stringify(text)}`, () => {
      assert.deepEqual(readObjects("a.yaml", text), { kind: "error", error });
    });
  }
});
