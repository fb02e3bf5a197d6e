import assert from "node:assert/strict";
import {
  isObject,
  lookUp,
  parseJsonPayload,
  printJson,
  printValue,
  type PayloadObject,
} from "../../../../src/core/hook/payload.ts";

function parse(text: string): PayloadObject {
  const parsed = parseJsonPayload(text);
  if (parsed.kind === "error") assert.fail(parsed.error);
  return parsed.value;
}

describe("parseJsonPayload(text)", () => {
  const cases = [
    { when: "numbers as they were written", text: '{"a":[1.50,-0,1e3,12345678901234567890,1e400,0.1e-7]}' },
    { when: "texts, booleans and nothing", text: '{"a":"x","b":true,"c":false,"d":null}' },
    { when: "an empty object", text: "{}" },
    { when: "keys that a prototype has", text: '{"__proto__":{"x":1},"constructor":{"prototype":{"y":2}}}' },
    { when: "brackets in texts", text: '{"a":"[[[[{{{{\\"]]","b":"\\\\"}' },
  ];
  for (const { when, text } of cases) {
    it(`reads ${when}`, () => {
      assert.equal(printJson(parse(text)), text);
    });
  }

  const others = [
    { when: "an array as its root", text: ' [1.0,{"b":"x"}]\n', expected: '{"root":[1.0,{"b":"x"}]}' },
    { when: "an empty array", text: "[]", expected: '{"root":[]}' },
    { when: "the last of a key given twice", text: '{"a":1,"b":2,"a":1.50}', expected: '{"a":1.50,"b":2}' },
    { when: "the last of an object given twice", text: '{"a":{"b":1.0},"a":{"c":-0}}', expected: '{"a":{"c":-0}}' },
    { when: "blanks and line ends", text: '\t{ "a" :\r\n [ 1 ] } ', expected: '{"a":[1]}' },
  ];
  for (const { when, text, expected } of others) {
    it(`reads ${when}`, () => {
      assert.equal(printJson(parse(text)), expected);
    });
  }

  it("keeps every key an own one and no prototype's", () => {
    const payload = parse('{"__proto__":{"polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}}}');
    assert.deepEqual([...payload.keys()], ["__proto__", "constructor"]);
    assert.equal(Reflect.get({}, "polluted"), undefined);
    assert.equal(lookUp(parse("{}"), "__proto__"), undefined);
    assert.equal(lookUp(parse("{}"), "constructor"), undefined);
    assert.equal(lookUp(parse("{}"), "size"), undefined);
    assert.equal(lookUp(parse("[]"), "root.length"), undefined);
  });

  it("takes 200 levels and refuses 201", () => {
    const nested = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);
    assert.equal(parseJsonPayload(nested(200)).kind, "ok");
    assert.deepEqual(parseJsonPayload(nested(201)), {
      kind: "error",
      error: "the body is nested deeper than 200 levels",
    });
    assert.equal(parseJsonPayload('{"a":'.repeat(201)).kind, "error");
  });

  it("counts depth and not brackets", () => {
    assert.equal(parse(`[${Array.from({ length: 5000 }, () => "[{}]").join(",")}]`).size, 1);
  });

  const refusals = [
    { text: "", error: "the body is empty" },
    { text: " \r\n\t", error: "the body is empty" },
    { text: "5", error: "the body is neither a JSON object nor an array" },
    { text: '"text"', error: "the body is neither a JSON object nor an array" },
    { text: "null", error: "the body is neither a JSON object nor an array" },
    { text: "true", error: "the body is neither a JSON object nor an array" },
    { text: "[1,]", error: "the body is not JSON: Unexpected token" },
    { text: '{"a":1', error: "the body is not JSON: Expected ',' or '}' after property value" },
    { text: "a=b&c=d", error: "the body is not JSON: Unexpected token" },
    { text: "{'a':1}", error: "the body is not JSON: Expected property name or '}' in JSON at position 1" },
    { text: '{"a":01}', error: "the body is not JSON: Unexpected number in JSON at position 6" },
    { text: '{"a":NaN}', error: "the body is not JSON: Unexpected token" },
    { text: "undefined", error: "the body is not JSON: " },
    { text: "\uFEFF{}", error: "the body is not JSON: Unexpected token" },
    { text: "{} {}", error: "the body is not JSON: Unexpected non-whitespace character after JSON" },
  ];
  for (const { text, error } of refusals) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      const parsed = parseJsonPayload(text);
      assert.ok(parsed.kind === "error" && parsed.error.startsWith(error), JSON.stringify(parsed));
    });
  }

  const secret = "s3cr3t";
  const leaky = [
    secret,
    `"${secret}`,
    `{"a":${secret}}`,
    `{"token":"${secret}" x}`,
    `{"token":"${secret}"`,
    `{"a":1}${secret}`,
    `{"a":"\\u${secret}"}`,
    `{"a":"${secret}\n"}`,
    `{${secret}`,
    `[${secret}]`,
    `{"${secret}" 1}`,
    `${secret}"${secret}"`,
    `'${secret}'`,
    `${"x".repeat(100)}${secret}`,
    `{"a":"b",}${secret}`,
    `{"a":\n${secret}\n}`,
    `"${secret}"`,
  ];
  for (const body of leaky) {
    it(`quotes nothing of ${JSON.stringify(body).slice(0, 60)}`, () => {
      const parsed = parseJsonPayload(body);
      assert.ok(parsed.kind === "error");
      assert.ok(!/s3|cr3t/.test(parsed.error), parsed.error);
      assert.ok(parsed.error.length < 150);
    });
  }

  const KB = 250 * 1024;
  const long = [
    { when: "opening brackets", text: "[".repeat(KB) },
    { when: "opening braces", text: '{"a":'.repeat(KB / 5) },
    { when: "closing brackets", text: "]".repeat(KB) },
    { when: "quotes", text: '"'.repeat(KB) },
    { when: "quotes in an array", text: `[${'""'.repeat(KB / 2)}` },
    { when: "an unterminated text", text: `["${"x".repeat(KB)}` },
    { when: "an unterminated text of escapes", text: `["${'\\"'.repeat(KB / 2)}` },
    { when: "an unterminated text that ends in a backslash", text: `["${"\\\\".repeat(KB / 2)}\\` },
    { when: "quotes and backslashes", text: '"\\'.repeat(KB / 2) },
    { when: "texts", text: `[${'"x",'.repeat(KB / 4)}` },
    { when: "pairs of brackets", text: `[${"[],".repeat(KB / 3)}` },
    { when: "blanks", text: " ".repeat(KB) },
    { when: "digits", text: `[${"1".repeat(KB)}` },
  ];
  for (const { when, text } of long) {
    it(`refuses 250 KB of ${when} in less than a second`, () => {
      const started = performance.now();
      assert.equal(parseJsonPayload(text).kind, "error");
      assert.ok(performance.now() - started < 1000);
    });
  }
});

describe("lookUp(value, path)", () => {
  const body = parse(`{
    "a": "whole", "b": {"c": {"d": "deep"}, "c.d": "inner key"}, "x.y": "raw key", "x": {"y": "nested", "z": "other"},
    "list": ["zero", {"one": 1.50}, ["two"]], "empty": [], "none": null, "n": 5, "": "no name", "0": "zero's key"
  }`);
  const cases = [
    { path: "a", expected: "whole" },
    { path: "b.c.d", expected: "inner key" },
    { path: "x.y", expected: "raw key" },
    { path: "x.z", expected: "other" },
    { path: "list.0", expected: "zero" },
    { path: "list.1.one", expected: "1.50" },
    { path: "list.2.0", expected: "two" },
    { path: "list.00", expected: "zero" },
    { path: "0", expected: "zero's key" },
    { path: "", expected: "no name" },
    { path: "none", expected: "<nil>" },
    { path: "empty", expected: "[]" },
  ];
  for (const { path, expected } of cases) {
    it(`finds ${path || "the empty key"}`, () => {
      const found = lookUp(body, path);
      assert.equal(found === undefined ? undefined : printValue(found), expected);
    });
  }

  const missing = [
    "A",
    "b.d",
    "b.c.d.e",
    "list.3",
    "list.-1",
    "list.+1",
    "list.1e0",
    "list.one",
    "list.",
    "list.9999999999",
    "empty.0",
    "none.x",
    "n.0",
    "a.0",
    "a.length",
    "list.length",
    "__proto__",
    "constructor.name",
    ".",
    "a.",
    ".".repeat(100_000),
  ];
  for (const path of missing) {
    it(`finds nothing at ${path.slice(0, 20)}`, () => {
      assert.equal(lookUp(body, path), undefined);
    });
  }

  it("reads an array's root", () => {
    assert.equal(lookUp(parse('["a","b"]'), "root.1"), "b");
  });

  it("tells an object from everything else", () => {
    assert.equal(isObject(body), true);
    for (const path of ["a", "n", "none", "list", "missing"]) assert.equal(isObject(lookUp(body, path)), false);
  });
});

describe("printValue(value)", () => {
  const cases = [
    { text: '"a<b>&\\u2028"', expected: "a<b>&\u2028" },
    { text: "null", expected: "<nil>" },
    { text: "true", expected: "true" },
    { text: "1.50", expected: "1.50" },
    { text: "-0", expected: "-0" },
    { text: "12345678901234567890", expected: "12345678901234567890" },
    { text: "1E3", expected: "1E3" },
    { text: '{"b":1,"a":[null,false,"x"]}', expected: '{"a":[null,false,"x"],"b":1}' },
  ];
  for (const { text, expected } of cases) {
    it(`prints ${text}`, () => {
      const value = lookUp(parse(`{"v":${text}}`), "v");
      assert.equal(value === undefined ? undefined : printValue(value), expected);
    });
  }
});

describe("printJson(value)", () => {
  it("sorts keys by code point, as Go does", () => {
    assert.equal(
      printJson(parse('{"b":1,"a":2,"B":3,"10":4,"9":5,"\\ud83d\\ude00":6,"\\uffee":7,"é":8}')),
      '{"10":4,"9":5,"B":3,"a":2,"b":1,"é":8,"\uffee":7,"\u{1f600}":6}',
    );
  });

  it("escapes what Go escapes, in keys as well", () => {
    assert.equal(
      printJson(parse('{"<k>":"a<b>&\\u2028\\u2029\\n\\"\\\\/"}')),
      '{"\\u003ck\\u003e":"a\\u003cb\\u003e\\u0026\\u2028\\u2029\\n\\"\\\\/"}',
    );
  });

  it("replaces half of a surrogate pair", () => {
    assert.equal(printJson(parse('["\\ud800"]')), '{"root":["\ufffd"]}');
  });
});
