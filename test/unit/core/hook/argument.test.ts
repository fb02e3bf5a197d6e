import assert from "node:assert/strict";
import { ARGUMENT_SOURCES, readArgument } from "../../../../src/core/hook/argument.ts";
import { anArgument, aRequest } from "./requests.ts";

const request = aRequest({
  query: { ns: ["web", "other"], empty: "", none: [] },
  headers: { "x-token": ["first", "second"] },
  body: '{"b":{"c":1.50},"a":"<x>","n":null,"l":[true]}',
});

describe("readArgument(argument, request)", () => {
  const cases = [
    { source: "string", name: "a text", expected: "a text" },
    { source: "string", name: "", expected: "" },
    { source: "url", name: "ns", expected: "web" },
    { source: "url", name: "empty", expected: "" },
    { source: "url", name: "none", expected: undefined },
    { source: "url", name: "NS", expected: undefined },
    { source: "url", name: "__proto__", expected: undefined },
    { source: "header", name: "x-token", expected: "first" },
    { source: "header", name: "X-Token", expected: "first" },
    { source: "header", name: "x-other", expected: undefined },
    { source: "payload", name: "a", expected: "<x>" },
    { source: "payload", name: "b.c", expected: "1.50" },
    { source: "payload", name: "b", expected: '{"c":1.50}' },
    { source: "payload", name: "l.0", expected: "true" },
    { source: "payload", name: "n", expected: "<nil>" },
    { source: "payload", name: "c", expected: undefined },
    {
      source: "entire-payload",
      name: "anything",
      expected: '{"a":"\\u003cx\\u003e","b":{"c":1.50},"l":[true],"n":null}',
    },
  ] as const;
  for (const { source, name, expected } of cases) {
    it(`reads ${String(expected)} from ${source} "${name}"`, () => {
      assert.equal(readArgument(anArgument(source, name), request), expected);
    });
  }

  it("finds nothing in a payload that is none", () => {
    assert.equal(readArgument(anArgument("payload", "a"), aRequest()), undefined);
    assert.equal(readArgument(anArgument("entire-payload", ""), aRequest()), "null");
  });

  it("parses the body only where the payload is asked for", () => {
    const lazy = { ...request, payload: () => assert.fail("the body was parsed") };
    for (const source of ["string", "url", "header"] as const) readArgument(anArgument(source, "ns"), lazy);
  });

  const whole = aRequest({
    query: { token: ["first", "second"], b: "<&>", a: "1" },
    headers: { "x-hub-signature": ["one", "two"], accept: "*/*" },
    body: '{"n": 1.50}',
  });
  const wholes = [
    { source: "request", name: "method", expected: "POST" },
    { source: "request", name: "METHOD", expected: "POST" },
    { source: "request", name: "remote-addr", expected: "192.0.2.7:40000" },
    { source: "raw-request-body", name: "", expected: '{"n": 1.50}' },
    { source: "entire-query", name: "", expected: '{"a":"1","b":"\\u003c\\u0026\\u003e","token":"first"}' },
    { source: "entire-headers", name: "", expected: '{"Accept":"*/*","X-Hub-Signature":"one"}' },
  ] as const;
  for (const { source, name, expected } of wholes) {
    it(`reads ${source} ${name} as ${expected}`, () => {
      assert.equal(readArgument(anArgument(source, name), whole), expected);
    });
  }

  it("knows the sources by the names of the format", () => {
    assert.deepEqual(
      [...ARGUMENT_SOURCES],
      [
        ["url", "url"],
        ["query", "url"],
        ["header", "header"],
        ["payload", "payload"],
        ["string", "string"],
        ["request", "request"],
        ["raw-request-body", "raw-request-body"],
        ["entire-payload", "entire-payload"],
        ["entire-headers", "entire-headers"],
        ["entire-query", "entire-query"],
      ],
    );
  });
});
