import assert from "node:assert/strict";
import { findingsIn, findingsOfRule, rulesOf } from "./rules-text.ts";

const head = "name: rule, match: {resources: [pods.]}, path: /spec/x";
const PATH = "path: must be a JSON Pointer of 20 keys at most, * for each item: /spec/template/spec/containers/*/name";

describe("readFieldRule(reader, frame)", () => {
  it("reads all keys", () => {
    const [rule] = rulesOf(`
fields:
  - name: replicas
    match: {resources: [deployments.apps]}
    path: /spec/template/spec/containers/*/a~1b
    type: string
    min: 1
    max: 2Ki
    enum: [one, "2", two]
    pattern: "[a-z]+"
    required: true
    immutable: yes
    message: ask the platform team
`).fields;
    assert.deepEqual(
      { ...rule, pattern: rule?.pattern?.pattern(), at: null, match: null },
      {
        name: "replicas",
        file: "rules.yaml",
        match: null,
        at: null,
        path: ["spec", "template", "spec", "containers", "*", "a/b"],
        type: "string",
        min: 1,
        max: 2048,
        enum: ["one", "2", "two"],
        pattern: "[a-z]+",
        required: true,
        immutable: true,
        message: "ask the platform team",
      },
    );
  });

  it("keeps the types of the values that a field may have", () => {
    const [rule] = rulesOf(`fields: [{${head}, enum: [1, "1", 1.5, yes, "yes", null, [a, 1], {A: b}]}]`).fields;
    assert.deepEqual(rule?.enum, [1, "1", 1.5, true, "yes", null, ["a", 1], { A: "b" }]);
  });

  const bounds: readonly (readonly [text: string, value: number])[] = [
    ["3", 3],
    ["-1.5", -1.5],
    ['"500m"', 0.5],
    ["500m", 0.5],
    ["2Gi", 2 * 1024 ** 3],
    ["1e3", 1_000],
    ["1_000", 1_000],
    ["0x10", 16],
  ];
  for (const [text, value] of bounds) {
    it(`reads the bound ${text}`, () => {
      const [rule] = rulesOf(`fields: [{${head}, min: ${text}}]`).fields;
      assert.deepEqual([rule?.min, rule?.max], [value, null]);
    });
  }

  const right = [
    "required: true, immutable: true",
    "min: 1, max: 1",
    "type: array, max: 0",
    "type: number, max: -1",
    "pattern: '[a-z]+', enum: [a, 1]",
    "type: boolean, enum: [yes]",
  ];
  for (const line of right) {
    it(`takes ${line}`, () => {
      assert.deepEqual(findingsOfRule("fields", head, line), []);
    });
  }

  const wrong: readonly { line: string; found: string }[] = [
    { line: "type: int", found: "2:7 type: must be one of string, number, integer, boolean, array, object" },
    { line: "min: many", found: "2:6 min: must be a number, or a quantity such as 500m or 2Gi" },
    { line: "max: 1 Gi", found: "2:6 max: must be a number, or a quantity such as 500m or 2Gi" },
    { line: "min: 2, max: 1", found: "2:6 min: is larger than max: nothing could pass" },
    { line: "min: 1Gi, max: 1G", found: "2:6 min: is larger than max: nothing could pass" },
    { line: "type: array, max: -1", found: "2:19 max: is a length below 0: nothing could pass" },
    { line: "type: string, max: -1", found: "2:20 max: is a length below 0: nothing could pass" },
    {
      line: "type: boolean, min: 1",
      found: "2:21 min: bounds are for numbers, texts and lists: leave them out, or name another type",
    },
    {
      line: "type: object, max: 1",
      found: "2:20 max: bounds are for numbers, texts and lists: leave them out, or name another type",
    },
    { line: "enum: []", found: "2:7 enum: names no value: nothing could pass" },
    { line: "enum: a", found: "2:7 enum: must be a list, not a scalar" },
    {
      line: "enum: [a, 1], type: boolean",
      found: "2:7 enum: none of these values meets the rule's other demands: nothing could pass",
    },
    {
      line: "enum: [1, 2], min: 3",
      found: "2:7 enum: none of these values meets the rule's other demands: nothing could pass",
    },
    { line: "pattern: a(b", found: "2:10 pattern: is not a regular expression of RE2: " },
    { line: "pattern: (?<=a)b", found: "2:10 pattern: is not a regular expression of RE2: " },
    {
      line: "pattern: a, type: integer",
      found: "2:10 pattern: is for texts, and the type is integer: nothing could pass",
    },
    { line: "required: maybe, min: 1", found: "2:11 required: must be true or false" },
    { line: "maximum: 3, min: 1", found: "2:10 maximum: unknown key; known are name, match, path, type, min, max" },
    { line: `message: ${"a".repeat(501)}, min: 1`, found: "2:10 message: is longer than 500 characters" },
    { line: `pattern: ${"a".repeat(1_001)}`, found: "2:10 pattern: is longer than 1000 characters" },
    { line: `enum: [${"a,".repeat(201)}]`, found: "2:7 enum: has more than 200 values" },
  ];
  for (const { line, found } of wrong) {
    it(`says what is wrong with ${line.slice(0, 60)}`, () => {
      const [first = "", ...others] = findingsOfRule("fields", head, line);
      assert.equal(first.slice(0, found.length), found);
      const isNothingElse = line === "enum: a";
      assert.equal(others.length, isNothingElse ? 1 : 0, others.join("\n"));
    });
  }

  for (const path of ["spec/x", "", "/a~2", "/x".repeat(21)]) {
    it(`takes ${JSON.stringify(path)} for no path`, () => {
      const text = `{fields: [{name: rule, match: {resources: [pods]}, min: 1,\npath: "${path}"}]}`;
      assert.deepEqual(findingsIn(text), [`2:7: error: rule: ${PATH}`]);
    });
  }

  for (const line of ["message: a", "required: false, immutable: false"]) {
    it(`says that a rule with ${line} alone asks for nothing`, () => {
      assert.deepEqual(findingsOfRule("fields", head, line), [
        "1:18 name: the rule asks for nothing: set type, min, max, enum, pattern, required or immutable",
      ]);
    });
  }

  it("wants a path, resources, and an operation that has an object", () => {
    assert.deepEqual(findingsIn("fields:\n  - name: a\n    min: 1\n    match: {operations: [DELETE]}\n"), [
      `2:5: error: a: ${PATH}`,
      "4:12: error: a: match: operations: of these only CREATE, UPDATE, CONNECT bring an object that the rule could look at",
      "4:12: error: a: match: resources: name the resources that the rule is for: resources: [deployments.apps]",
    ]);
  });

  it("wants UPDATE among the operations of what may not change", () => {
    const text =
      "fields:\n  - {name: a, path: /x, immutable: true, match: {resources: [pods], operations: [CREATE]}}\n";
    assert.deepEqual(findingsIn(text), [
      "2:36: error: a: immutable: is looked at when an object is updated: add UPDATE to match.operations",
    ]);
  });
});
