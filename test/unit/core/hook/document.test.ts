import assert from "node:assert/strict";
import { readDocument } from "../../../../src/core/hook/document.ts";
import type { Field } from "../../../../src/core/hook/field.ts";

function plain(field: Field): unknown {
  switch (field.kind) {
    case "scalar":
      return field.text;
    case "list":
      return field.items.map(plain);
    case "map":
      return Object.fromEntries([...field.entries].map(([name, { value }]) => [name, plain(value)]));
  }
}

function read(text: string): unknown {
  const document = readDocument(text);
  if (document.kind === "error") assert.fail(`${JSON.stringify(document.error)} in ${text}`);
  return document.value === null ? null : plain(document.value);
}

describe("readDocument(text)", () => {
  const cases: readonly { when: string; text: string; expected: unknown }[] = [
    { when: "JSON", text: '[{"id": "a", "n": [1, true, null]}]', expected: [{ id: "a", n: ["1", "true", ""] }] },
    { when: "YAML", text: "- id: a\n  l:\n    - 1\n    - x\n", expected: [{ id: "a", l: ["1", "x"] }] },
    {
      when: "JSON with comments, trailing commas and tabs",
      text: '[ # hooks\n\t{\n\t\t"id": "a", # the id\n\t\t"l": [1,],\n\t},\n]\n',
      expected: [{ id: "a", l: ["1"] }],
    },
    {
      when: "a pair in a list",
      text: '{"and": [ "or": [1, 2], {"a": 1} ]}',
      expected: { and: [{ or: ["1", "2"] }, { a: "1" }] },
    },
    { when: "dates and times as written", text: "[2026-11-22, 12:30:45]", expected: ["2026-11-22", "12:30:45"] },
    { when: "nothing, in every spelling", text: "[null, ~, Null, NULL, '']\n", expected: ["", "", "", "", ""] },
    { when: "a quoted null", text: `["null", '~']`, expected: ["null", "~"] },
    { when: "a key without a value as none", text: "a:\nb: 1", expected: { b: "1" } },
    { when: "a key whose value is taken back", text: "a: 1\na: ~\nb: 1", expected: { b: "1" } },
    {
      when: "numbers, booleans and keys that are",
      text: "[010, yes, {on: 1.50}]",
      expected: ["8", "true", { true: "1.5" }],
    },
    { when: "quoted numbers and booleans", text: `["010", 'yes', "1.50"]`, expected: ["010", "yes", "1.50"] },
    {
      when: "keys in any case",
      text: '{"ID": 1, "Execute-Command": 2}',
      expected: { id: "1", "execute-command": "2" },
    },
    { when: "the last of a key given twice", text: "a: 1\na: 2\nb: 2\nA: 3", expected: { a: "2", b: "2" } },
    {
      when: "the last of keys in the order of bytes, not of lines",
      text: "Id: 1\nid: 2\nID: 3",
      expected: { id: "2" },
    },
    { when: "the key in another case where one is null", text: "id: ~\nID: 3", expected: { id: "3" } },
    { when: "escapes", text: '"a\\n\\u00e9\\"\\\\"', expected: 'a\né"\\' },
    { when: "an escaped slash", text: '"\\/webhooks.sh"', expected: "/webhooks.sh" },
    { when: "single quotes", text: "'it''s'", expected: "it's" },
    {
      when: "a text of several lines",
      text: "a: |\n  b\n  c\nd: >\n  e\n  f\n",
      expected: { a: "b\nc\n", d: "e f\n" },
    },
    { when: "a plain text of several lines", text: "a: b\n  c", expected: { a: "b c" } },
    { when: "an alias", text: "- &a {x: 1}\n- *a\n", expected: [{ x: "1" }, { x: "1" }] },
    {
      when: "keys that a prototype has",
      text: "{constructor: 1, toString: 2}",
      expected: { constructor: "1", tostring: "2" },
    },
    { when: "a list as a key", text: "? [a]\n: b", expected: { "": "b" } },
    { when: "an object as a set", text: "? a\n? b\n", expected: {} },
    { when: "Windows line ends", text: "- a: 1\r\n  b: 2\r\n", expected: [{ a: "1", b: "2" }] },
    { when: "a byte order mark", text: "\uFEFF- a", expected: ["a"] },
    { when: "a typed text", text: "!!str 010", expected: "010" },
    { when: "a text that is not typed", text: "! 010", expected: "010" },
    {
      when: "a typed number, boolean and nothing",
      text: `[!!int "010", !!float 1, !!bool "yes", !!null '']`,
      expected: ["8", "1", "true", ""],
    },
    { when: "bytes", text: "!!binary aGVs\n  bG8=", expected: "hello" },
    { when: "a typed time", text: "!!timestamp 2026-11-22", expected: "2026-11-22" },
    { when: "an unknown type", text: "- !mine a", expected: ["a"] },
    { when: "nothing", text: "", expected: null },
    { when: "blanks", text: " \n\n", expected: null },
    { when: "a comment alone", text: "# nothing\n", expected: null },
    { when: "null", text: "null", expected: null },
    { when: "a document's marks", text: "---\n- a\n...\n", expected: ["a"] },
    { when: "the first of several documents", text: "- a\n---\n- b\n", expected: ["a"] },
    { when: "the first document, whatever comes behind it", text: "- a\n---\n- [", expected: ["a"] },
  ];
  for (const { when, text, expected } of cases) {
    it(`reads ${when}`, () => {
      assert.deepEqual(read(text), expected);
    });
  }

  it("keeps a key as it was written, and __proto__ as a key", () => {
    const document = readDocument('{"__proto__": {"Polluted": 1}}');
    const root = document.kind === "ok" ? document.value : null;
    assert.ok(root?.kind === "map");
    const inner = root.entries.get("__proto__")?.value;
    assert.ok(inner?.kind === "map");
    assert.equal(inner.entries.get("polluted")?.key, "Polluted");
    assert.equal(Reflect.get({}, "polluted"), undefined);
  });

  it("gives the place of every value", () => {
    assert.deepEqual(readDocument('[\n\t{\n\t\t"id": "a",\n    "l": [x,\n z]}]\n'), {
      kind: "ok",
      value: {
        kind: "list",
        at: { line: 1, column: 1 },
        items: [
          {
            kind: "map",
            at: { line: 2, column: 2 },
            entries: new Map([
              ["id", { key: "id", value: { kind: "scalar", text: "a", at: { line: 3, column: 9 } } }],
              [
                "l",
                {
                  key: "l",
                  value: {
                    kind: "list",
                    at: { line: 4, column: 10 },
                    items: [
                      { kind: "scalar", text: "x", at: { line: 4, column: 11 } },
                      { kind: "scalar", text: "z", at: { line: 5, column: 2 } },
                    ],
                  },
                },
              ],
            ]),
          },
        ],
      },
    });
  });
});
