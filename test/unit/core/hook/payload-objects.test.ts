import assert from "node:assert/strict";
import {
  decodeObject,
  lookUp,
  parseJsonPayload,
  printJson,
  printValue,
  replaceAt,
  type PayloadObject,
} from "../../../../src/core/hook/payload.ts";

function parse(text: string): PayloadObject {
  const parsed = parseJsonPayload(text);
  if (parsed.kind === "error") assert.fail(parsed.error);
  return parsed.value;
}

describe("replaceAt(value, path, by)", () => {
  const body = parse('{"a":{"b":[1,{"c":2}]},"a.b":3,"x":{"y.z":4,"y":{"z":5}},"n":null}');
  const cases = [
    { path: "n", expected: '{"a":{"b":[1,{"c":2}]},"a.b":3,"n":"new","x":{"y":{"z":5},"y.z":4}}' },
    { path: "a.b", expected: '{"a":{"b":[1,{"c":2}]},"a.b":"new","n":null,"x":{"y":{"z":5},"y.z":4}}' },
    { path: "a.b.1.c", expected: '{"a":{"b":[1,{"c":"new"}]},"a.b":3,"n":null,"x":{"y":{"z":5},"y.z":4}}' },
    { path: "a.b.0", expected: '{"a":{"b":["new",{"c":2}]},"a.b":3,"n":null,"x":{"y":{"z":5},"y.z":4}}' },
    { path: "x.y.z", expected: '{"a":{"b":[1,{"c":2}]},"a.b":3,"n":null,"x":{"y":{"z":5},"y.z":"new"}}' },
  ];
  for (const { path, expected } of cases) {
    it(`replaces ${path} where lookUp finds it`, () => {
      const replaced = replaceAt(body, path, "new");
      assert.equal(printJson(replaced), expected);
      assert.equal(lookUp(replaced, path), "new");
    });
  }

  for (const path of ["", "b", "a.c", "a.b.2", "a.b.x", "a.b.0.x", "n.x", "__proto__.x"]) {
    it(`changes nothing at ${path}, where nothing is`, () => {
      assert.equal(lookUp(body, path), undefined);
      assert.equal(printJson(replaceAt(body, path, "new")), printJson(body));
    });
  }
});

describe("decodeObject(text)", () => {
  const cases = [
    { text: ' {"a":1.50} {', expected: '{"a":1.50}' },
    { text: "null", expected: "null" },
    { text: "[1]", expected: "is a JSON array, not an object" },
    { text: "5", expected: "is neither a JSON object nor an array" },
    { text: "", expected: "is empty" },
    { text: "{", expected: "is not JSON: Expected property name or '}' in JSON at position 1" },
  ];
  for (const { text, expected } of cases) {
    it(`makes ${expected} of ${JSON.stringify(text)}`, () => {
      const decoded = decodeObject(text);
      assert.ok((decoded.kind === "ok" ? printValue(decoded.value) : decoded.error).startsWith(expected));
    });
  }

  it("stores a nil object that prints as null, unlike JSON's null", () => {
    const decoded = decodeObject("null");
    assert.equal(decoded.kind === "ok" ? printValue(decoded.value) : undefined, "null");
    assert.equal(printValue(null), "<nil>");
  });
});

describe("parseJsonPayload(text), of halves of surrogate pairs", () => {
  it("replaces them in texts and names, as Go does", () => {
    const body = parse('{"a":"\\ud800x","\\udc00":1,"whole":"\\ud83d\\ude00"}');
    assert.equal(lookUp(body, "a"), "\uFFFDx");
    assert.deepEqual([...body.keys()], ["a", "\uFFFD", "whole"]);
    assert.equal(lookUp(body, "whole"), "\u{1f600}");
  });
});
