import assert from "node:assert/strict";
import { readArgument, type ArgumentSource } from "../../../../src/core/hook/argument.ts";
import { decodeParameters } from "../../../../src/core/hook/decode-parameters.ts";
import { anArgument, aRequest } from "./requests.ts";

const JSON_TEXT = '{"a":{"b":1.50},"fooBar":"F","foobar":"f","Foo Bar":"s","a-b":1,"a-B":2,"A":{"B":3}} more';
const request = aRequest({
  query: { q: JSON_TEXT, "q.a": '{"x":1}', r: ["1", "2"], bad: "s3cr3t", empty: "", list: "[1]", nothing: "null" },
  headers: { "x-json": JSON_TEXT, "x-bad": "s3cr3t", accept: "*/*" },
  body: JSON.stringify({
    p: JSON_TEXT,
    o: { "i.j": "{}", i: { j: '{"k":1}' } },
    l: ['{"z":1}'],
    n: '{"p":"{}"}',
    t: 5,
    u: null,
  }),
});
type Name = readonly [ArgumentSource, string];
const decode = (...names: readonly Name[]): ReturnType<typeof decodeParameters> =>
  decodeParameters(
    names.map(([source, name]) => anArgument(source, name)),
    request,
  );
const printed = '{"A":{"B":3},"Foo Bar":"s","a":{"b":1.50},"a-B":2,"a-b":1,"fooBar":"F","foobar":"f"}';

describe("decodeParameters(parameters, request)", () => {
  const cases: readonly { readonly of: Name; readonly read: Name; readonly expected: string | undefined }[] = [
    { of: ["payload", "p"], read: ["payload", "p"], expected: printed },
    { of: ["payload", "p"], read: ["payload", "p.a.b"], expected: "1.50" },
    { of: ["url", "q"], read: ["url", "q"], expected: printed },
    { of: ["url", "q"], read: ["url", "q.a.b"], expected: "1.50" },
    { of: ["url", "q"], read: ["url", "q.a"], expected: '{"x":1}' },
    { of: ["url", "q"], read: ["url", "r"], expected: "1" },
    { of: ["url", "q"], read: ["url", "r.x"], expected: undefined },
    { of: ["header", "X-JSON"], read: ["header", "x-json"], expected: printed },
    { of: ["header", "x-json"], read: ["header", "accept"], expected: "*/*" },
    { of: ["header", "x-json"], read: ["header", "x-json.fooBar"], expected: "f" },
    { of: ["header", "x-json"], read: ["header", "X-Json.Foo Bar"], expected: "s" },
    { of: ["header", "x-json"], read: ["header", "x-json.Foo Bar"], expected: undefined },
    { of: ["header", "x-json"], read: ["header", "x-json.a-b"], expected: "2" },
    { of: ["header", "x-json"], read: ["header", "X-JSON.A.B"], expected: "1.50" },
    {
      of: ["header", "x-json"],
      read: ["entire-headers", ""],
      expected: `{"Accept":"*/*","X-Bad":"s3cr3t","X-Json":${printed}}`,
    },
    { of: ["url", "nothing"], read: ["url", "nothing"], expected: "null" },
    { of: ["url", "nothing"], read: ["url", "nothing.x"], expected: undefined },
    { of: ["payload", "o"], read: ["payload", "o.i.j"], expected: "{}" },
    // adnanh/webhook answers 500 to a dotted name.
    { of: ["url", "q.a"], read: ["url", "q.a"], expected: '{"x":1}' },
    { of: ["payload", "o.i.j"], read: ["payload", "o"], expected: '{"i":{"j":"{\\"k\\":1}"},"i.j":{}}' },
    { of: ["payload", "l.0"], read: ["payload", "l"], expected: '[{"z":1}]' },
    { of: ["payload", "l.0"], read: ["payload", "l.0.z"], expected: "1" },
  ];
  for (const { of, read, expected } of cases) {
    it(`decodes ${of.join(" ")}, and reads ${String(expected)} from ${read.join(" ")}`, () => {
      const { request: decoded, problems } = decode(of);
      assert.equal(readArgument(anArgument(...read), decoded), expected);
      assert.deepEqual(problems, []);
    });
  }

  it("prints decoded objects in the entire query and payload", () => {
    const { request: decoded } = decode(["url", "q.a"], ["url", "nothing"], ["payload", "n"], ["payload", "n.p"]);
    const query = readArgument(anArgument("entire-query", ""), decoded) ?? "";
    assert.deepEqual(JSON.parse(query), {
      q: JSON_TEXT,
      "q.a": { x: 1 },
      r: "1",
      bad: "s3cr3t",
      empty: "",
      list: "[1]",
      nothing: null,
    });
    assert.equal(readArgument(anArgument("payload", "n"), decoded), '{"p":{}}');
  });

  it("keeps the decoded headers beside the decoded query", () => {
    const { request: decoded } = decode(["header", "x-json"], ["url", "q"]);
    assert.equal(readArgument(anArgument("header", "x-json.foobar"), decoded), "f");
    assert.equal(readArgument(anArgument("url", "q.fooBar"), decoded), "F");
  });

  const problems: readonly { readonly of: Name; readonly problem: string }[] = [
    { of: ["url", "missing"], problem: 'url "missing" is not in the request' },
    { of: ["url", "empty"], problem: 'url "empty" is empty' },
    { of: ["url", "list"], problem: 'url "list" is a JSON array, not an object' },
    { of: ["url", "bad"], problem: 'url "bad" is neither a JSON object nor an array' },
    { of: ["header", "x-bad"], problem: 'header "x-bad" is neither a JSON object nor an array' },
    { of: ["payload", "t"], problem: 'payload "t" is neither a JSON object nor an array' },
    { of: ["payload", "u"], problem: 'payload "u" is neither a JSON object nor an array' },
    { of: ["string", '{"s3cr3t":1}'], problem: "string cannot be replaced by an object" },
    { of: ["string", "s3cr3t"], problem: "string is neither a JSON object nor an array" },
    { of: ["entire-payload", ""], problem: "entire-payload cannot be replaced by an object" },
    { of: ["request", "method"], problem: "request is neither a JSON object nor an array" },
  ];
  for (const { of, problem } of problems) {
    it(`names a problem and goes on: ${problem}`, () => {
      const result = decode(of, ["payload", "p"]);
      assert.deepEqual(result.problems, [problem]);
      assert.equal(readArgument(anArgument("payload", "p.a.b"), result.request), "1.50");
    });
  }

  it("leaves a request as it is when there is nothing to decode", () => {
    assert.equal(decode().request, request);
    assert.equal(decode(["url", "bad"]).request, request);
  });

  it("leaves the request that it was given as it was", () => {
    decode(["payload", "o.i.j"], ["payload", "l.0"], ["url", "q"], ["header", "x-json"]);
    assert.equal(readArgument(anArgument("payload", "l.0"), request), '{"z":1}');
    assert.equal(readArgument(anArgument("payload", "o.i.j"), request), "{}");
    assert.equal(readArgument(anArgument("url", "q"), request), JSON_TEXT);
  });
});
