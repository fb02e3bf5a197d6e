import assert from "node:assert/strict";
import fc from "fast-check";
import { readDocument } from "../../../../src/core/hook/document.ts";
import { readJsonDocument } from "../../../../src/core/hook/json-document.ts";

const MAX_DEPTH = 50;

// A comment makes YAML of what is JSON, and moves nothing.
const asYaml = (text: string): ReturnType<typeof readDocument> => readDocument(`${text}\n# YAML`);

const json = fc.json({ maxDepth: 6, depthSize: "large" });
const spaced = fc
  .tuple(fc.array(fc.jsonValue({ maxDepth: 4 })), fc.constantFrom(undefined, 1, "\t", "   "))
  .map(([value, indent]) => JSON.stringify(value, null, indent));

describe("readJsonDocument(text, maxDepth)", () => {
  it("reads any JSON as YAML reads it, with the same places", () => {
    fc.assert(
      fc.property(fc.oneof(json, spaced), (text) => {
        const read = readJsonDocument(text, MAX_DEPTH);
        if (/^\s*[[{]/.test(text)) assert.notEqual(read, null);
        if (read !== null) assert.deepEqual({ kind: "ok", value: read }, asYaml(text));
      }),
      { numRuns: 500 },
    );
  });

  const same = [
    '[{"id":"a","ID":"b","Id":null},{"a":1,"a":2}]',
    '[1, 1.0, -0, 1e3, 12345678901234567890, true, false, null, ""]',
    '{"a": "\\u00e9\\ud83d\\ude00\\n\\t\\"\\\\", "<<": {"b": 1}, "yes": "no"}',
    '\n\n  [\r\n  {"a":\r\n "b"}]',
    "[]",
    "{}",
  ];
  for (const text of same) {
    it(`reads ${JSON.stringify(text)} as YAML does`, () => {
      const read = readJsonDocument(text, MAX_DEPTH);
      assert.notEqual(read, null);
      assert.deepEqual({ kind: "ok", value: read }, asYaml(text));
    });
  }

  const others = [
    "",
    "null",
    "- id: a",
    '[{"id": "a"},]',
    "[{id: a}]",
    '[{"id": "a"}] // more',
    '[{"id": "a"}]\n# more',
    '[{"id": "a"}',
    '[{"id": "a"}}',
    '[{"id" "a"}]',
    '["a" "b"]',
    '["a\\x"]',
    "[01]",
    "[1] [2]",
    `${"[".repeat(51)}${"]".repeat(51)}`,
    "[".repeat(200_000),
  ];
  for (const text of others) {
    it(`leaves ${JSON.stringify(text.slice(0, 30))} to YAML`, () => {
      assert.equal(readJsonDocument(text, MAX_DEPTH), null);
    });
  }
});
