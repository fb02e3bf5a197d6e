import assert from "node:assert/strict";
import type { ArgumentSource, HookRequest } from "../../../../src/core/hook/argument.ts";
import { invocationOf } from "../../../../src/core/hook/invocation.ts";
import type { CommandAction } from "../../../../src/core/hook/hook.ts";
import { aCommand } from "../../../support/command-hook.ts";
import { aRequest } from "./requests.ts";

const named = (source: ArgumentSource, name: string, envname = "") => ({ source, name, envname });
const request = aRequest({
  query: { tag: "1.0", empty: "" },
  headers: { "x-a": "é" },
  body: '{"a":{"b":1.50},"n":null}',
});
const invoke = (command: Partial<CommandAction>, by: HookRequest = request) =>
  invocationOf(aCommand(command), by, 30_000);

const bytesOf = (isBase64: boolean, content: string | Buffer): Buffer | undefined => {
  const isText = typeof content === "string";
  const by = isText ? aRequest({ query: { file: content } }) : { ...request, body: () => content };
  const argument = isText ? named("url", "file", "FILE") : named("raw-request-body", "", "FILE");
  return invoke({ files: [{ argument, isBase64 }] }, by).files[0]?.content;
};

describe("invocationOf(command, request, defaultTimeoutMs)", () => {
  it("hands the command's own settings on", () => {
    const { path, directory, arguments: args, environment, files } = invoke({ directory: "/srv" });
    assert.deepEqual([path, directory, args, environment, files], ["/usr/bin/deploy", "/srv", [], [], []]);
  });

  for (const output of ["hidden", "shown", "shown-of-failures-too"] as const) {
    it(`captures the output when it is ${output}: ${String(output !== "hidden")}`, () => {
      assert.equal(invoke({ output }).capturesOutput, output !== "hidden");
    });
  }

  it("takes the hook's own time, else the server's", () => {
    assert.equal(invoke({}).timeoutMs, 30_000);
    assert.equal(invoke({ limits: { timeoutMs: 7, concurrency: null, queue: null } }).timeoutMs, 7);
  });

  it("passes arguments in their order, an empty text for one that is missing or whose source there is not", () => {
    const args = [
      named("string", "--tag"),
      named("url", "tag"),
      named("url", "absent"),
      null,
      named("payload", "a.b"),
      named("payload", "n"),
      named("header", "X-A"),
      named("url", "empty"),
      named("entire-payload", ""),
    ];
    assert.deepEqual(invoke({ arguments: args }).arguments, [
      "--tag",
      "1.0",
      "",
      "",
      "1.50",
      "<nil>",
      "é",
      "",
      '{"a":{"b":1.50},"n":null}',
    ]);
  });

  it("names a variable by envname, else HOOK_ and the name as it is, and leaves a missing one out", () => {
    const environment = [
      named("url", "tag", "TAG"),
      named("payload", "a.b"),
      named("entire-payload", ""),
      named("url", "absent", "ABSENT"),
      named("url", "empty", "EMPTY"),
    ];
    assert.deepEqual(invoke({ environment }).environment, [
      ["TAG", "1.0"],
      ["HOOK_a.b", "1.50"],
      ["HOOK_", '{"a":{"b":1.50},"n":null}'],
      ["EMPTY", ""],
    ]);
  });

  it("keeps a variable that is given twice, in order", () => {
    const environment = [named("string", "first", "A"), named("string", "b", "B"), named("string", "last", "A")];
    assert.deepEqual(invoke({ environment }).environment, [
      ["A", "first"],
      ["B", "b"],
      ["A", "last"],
    ]);
  });

  it("names a file's variable by envname, else HOOK_ and the name in upper case, and leaves a missing one out", () => {
    const files = [named("url", "tag", "tagFile"), named("payload", "a.b"), named("url", "absent")].map((argument) => ({
      argument,
      isBase64: false,
    }));
    assert.deepEqual(invoke({ files }).files, [
      { variable: "tagFile", content: Buffer.from("1.0") },
      { variable: "HOOK_A.B", content: Buffer.from("1.50") },
    ]);
  });

  it("puts a raw body into a file byte by byte", () => {
    const body = Buffer.from([0, 255, 254, 0x80, 10, 13, 0xc3]);
    assert.deepEqual(bytesOf(false, body), body);
  });

  const encoded = [
    { when: "whole", text: "AP/+gA==", bytes: [0, 255, 254, 128] },
    { when: "empty", text: "", bytes: [] },
    { when: "without a rest", text: "YWJj", bytes: [97, 98, 99] },
    { when: "with one equals sign", text: "YWI=", bytes: [97, 98] },
    { when: "with line ends", text: "YW\r\nJj\nYQ=\r\n=\n", bytes: [97, 98, 99, 97] },
    { when: "with a broken character", text: "YWJj!WJj", bytes: [97, 98, 99] },
    { when: "with a broken character in the first four", text: "YW!jYWJj", bytes: [] },
    { when: "that ends early", text: "YWJjYW", bytes: [97, 98, 99] },
    { when: "whose padding is cut", text: "YWJjYQ=", bytes: [97, 98, 99] },
    { when: "that goes on after its padding", text: "YQ==YWJj", bytes: [97] },
    { when: "in the alphabet of URLs", text: "_-8=", bytes: [] },
    { when: "with a blank", text: "YWJj YWJj", bytes: [97, 98, 99] },
  ];
  for (const { when, text, bytes } of encoded) {
    it(`decodes base64 ${when} up to its fault`, () => {
      assert.deepEqual(bytesOf(true, text), Buffer.from(bytes));
    });
  }

  it("decodes a raw body, and one of twenty megabytes", () => {
    assert.deepEqual(bytesOf(true, Buffer.from("YWJj\n")), Buffer.from("abc"));
    const large = Buffer.alloc(20_000_000, 7);
    assert.ok(bytesOf(true, large.toString("base64"))?.equals(large));
  });

  it("leaves base64 as it is where it is not asked to decode", () => {
    assert.deepEqual(bytesOf(false, "YWJj"), Buffer.from("YWJj"));
  });
});
