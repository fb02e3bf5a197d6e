import assert from "node:assert/strict";
import fc from "fast-check";
import { toJson } from "../../../../src/core/admission/rules/field-json.ts";
import { readTypedDocuments } from "../../../../src/core/hook/document.ts";

function valuesIn(text: string): readonly unknown[] {
  const read = readTypedDocuments(text);
  assert.ok(read.kind === "ok", JSON.stringify(read));
  return read.value.map(toJson);
}

const isJsonText = (text: string): boolean => !/"__proto__"|null$/.test(text);

describe("readTypedDocuments(text)", () => {
  it("reads any JSON as JSON has it", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5, noUnicodeString: false }), (value) => {
        const text = JSON.stringify(value, null, 1);
        fc.pre(isJsonText(text));
        assert.deepEqual(valuesIn(text), [JSON.parse(text)]);
      }),
      { numRuns: 500 },
    );
  });

  it("reads JSON and YAML alike, with the same places", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        fc.pre(/^[[{]/.test(text));
        assert.deepEqual(readTypedDocuments(text), readTypedDocuments(`${text}\n# YAML`));
      }),
      { numRuns: 500 },
    );
  });

  const scalars: readonly (readonly [text: string, value: unknown])[] = [
    ["yes", true],
    ["Off", false],
    ["'yes'", "yes"],
    ['"1"', "1"],
    ["1", 1],
    ["-0", -0],
    ["+12", 12],
    ["1_000", 1_000],
    ["010", 8],
    ["0x1F", 31],
    ["0b11", 3],
    ["1.10", 1.1],
    ["0.1234567890123", 0.1234567890123],
    [".5", 0.5],
    ["1e3", 1_000],
    ["12345678901", 12_345_678_901],
    ["1e999", "1e999"],
    [".inf", "+Inf"],
    [".nan", "NaN"],
    ["2026-11-22", "2026-11-22"],
    ["1.2.3", "1.2.3"],
    ["500m", "500m"],
    ["~", null],
    ["", null],
    ["'null'", "null"],
    ["!!str 1", "1"],
    ["!!int 7", 7],
    ["!!bool yes", true],
    ["!own 7", "7"],
    ["!!binary YQ==", "a"],
    ["|\n  1\n", "1\n"],
  ];
  for (const [text, value] of scalars) {
    it(`reads ${JSON.stringify(text)} as ${JSON.stringify(value)}`, () => {
      assert.deepEqual(valuesIn(`a: ${text}`), [{ a: value }]);
    });
  }

  it("keeps keys that differ in case alone, and null", () => {
    assert.deepEqual(valuesIn("{a: 1, A: 2, b: null, c: [null]}"), [{ a: 1, A: 2, b: null, c: [null] }]);
    assert.deepEqual(valuesIn('{"a": 1, "A": 2, "b": null, "c": [null]}'), [{ a: 1, A: 2, b: null, c: [null] }]);
  });

  it("reads aliases and merges", () => {
    assert.deepEqual(valuesIn("k: &k {a: 1, b: 2}\nl: {<<: *k, b: 3}\nm: *k\n"), [
      { k: { a: 1, b: 2 }, l: { a: 1, b: 3 }, m: { a: 1, b: 2 } },
    ]);
  });

  const several: readonly (readonly [text: string, values: readonly unknown[]])[] = [
    ["", []],
    ["\uFEFF# nothing\n", []],
    ["---\n...\n", []],
    ["---\na: 1\n---\n# none\n---\nb: 2\n", [{ a: 1 }, { b: 2 }]],
    ["a: |\n  ---\n  b\n--- {b: 2}\r\n---\r\n[3]", [{ a: "---\nb\n" }, { b: 2 }, [3]]],
    ['{"a": 1}\n---\n{"b": 2}', [{ a: 1 }, { b: 2 }]],
  ];
  for (const [text, values] of several) {
    it(`finds ${String(values.length)} documents in ${JSON.stringify(text)}`, () => {
      assert.deepEqual(valuesIn(text), values);
    });
  }

  it("has the lines of the whole text in each document", () => {
    const read = readTypedDocuments("a: 1\n---\n\nb: 2\n");
    assert.ok(read.kind === "ok");
    assert.deepEqual(
      read.value.map(({ at }) => at),
      [
        { line: 1, column: 1 },
        { line: 4, column: 1 },
      ],
    );
  });

  const wrong: readonly (readonly [text: string, message: RegExp, line: number])[] = [
    ["a: 1\nb: 2\na: 3\n", /^Map keys must be unique$/, 3],
    ['{"a": {"b": 1,\n"b": 2}}', /^Map keys must be unique$/, 2],
    ["a: 1\n---\nb: [\n", /^Flow sequence/, 4],
    ["a: 1\n---\nb: *c\n", /^this alias names no anchor/, 3],
    ["%TAG\n", /^%TAG directive should contain exactly two parts$/, 1],
    ["a: 1\n...\n]", /^Unexpected flow-seq-end token/, 3],
  ];
  for (const [text, message, line] of wrong) {
    it(`says what is wrong with ${JSON.stringify(text)}`, () => {
      const read = readTypedDocuments(text);
      assert.ok(read.kind === "error", JSON.stringify(read));
      assert.match(read.error.message, message);
      assert.equal(read.error.at.line, line);
    });
  }
});
