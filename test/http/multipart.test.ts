import assert from "node:assert/strict";
import fc from "fast-check";
import type { Argument, HookRequest } from "../../src/core/hook/argument.ts";
import { decodeParameters } from "../../src/core/hook/decode-parameters.ts";
import { payloadOfForm, type Form } from "../../src/core/hook/form-payload.ts";
import { printJson } from "../../src/core/hook/payload.ts";
import { readForm } from "../../src/http/multipart.ts";
import { SEEN, sameJson } from "../support/seen-payloads.ts";

const TYPE = "multipart/form-data; boundary=xxx";
const read = (body: string, type = TYPE): ReturnType<typeof readForm> => readForm(type, Buffer.from(body, "latin1"));
const part = (name: string, value: string): string =>
  `--xxx\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;

function formOf(body: string, type = TYPE): Form {
  const form = read(body, type);
  if (form.kind === "error") assert.fail(form.error);
  return form.value;
}

// The hook that adnanh/webhook ran had this parse-parameters-as-json.
const J: Argument = { source: "payload", name: "j", envname: "" };
const NOTHING: Omit<HookRequest, "payload"> = {
  method: "POST",
  remoteAddress: "192.0.2.7:40000",
  query: new Map(),
  headers: new Map(),
  body: () => Buffer.alloc(0),
};

describe("readForm(contentType, bytes)", () => {
  it("knows more than sixty forms that adnanh/webhook read or refused", () => {
    assert.ok(SEEN.multipart.length > 60);
  });
  for (const { when, contentType, body, payload } of SEEN.multipart) {
    it(`reads a form as adnanh/webhook does: ${when}`, () => {
      const form = read(body, contentType);
      // It decodes quoted-printable, which browsers do not send: the one deviation.
      const expected = when === "qp cte" ? '{"a":"a=3Db=\\r\\nc"}' : payload;
      assert.equal(form.kind, expected === null ? "error" : "ok");
      if (form.kind === "error" || expected === null) return;
      const made = payloadOfForm(form.value, ["j"]).payload;
      const { request } = decodeParameters([J], { ...NOTHING, payload: () => made });
      assert.equal(printJson(request.payload()), sameJson(expected));
    });
  }

  it("keeps all values of a name and all files, in order", () => {
    const file = "--xxx\r\nContent-Disposition: form-data; name=f; filename=a\r\nContent-Type: a/b\r\n\r\n\x00\xff\r\n";
    const form = formOf(`${part("a", "1")}${file}${part("a", "2")}${file}--xxx--`);
    assert.deepEqual([...form.values], [["a", ["1", "2"]]]);
    assert.deepEqual(form.files, [
      { name: "f", contentTypes: ["a/b"], bytes: Buffer.from([0, 255]) },
      { name: "f", contentTypes: ["a/b"], bytes: Buffer.from([0, 255]) },
    ]);
  });

  it("takes 1,000 parts and refuses one more, with or without names", () => {
    assert.equal(formOf(`${part("a", "").repeat(1000)}--xxx--`).values.get("a")?.length, 1000);
    assert.deepEqual(read(`${part("", "").repeat(1001)}--xxx--`), {
      kind: "error",
      error: "the form has more than 1000 parts",
    });
  });

  for (const end of ["", "a: b", "a: b\r\n c\r\n"]) {
    it(`takes a form that ends after a boundary and ${JSON.stringify(end)}, as adnanh/webhook does`, () => {
      assert.deepEqual([...formOf(`${part("a", "1")}--xxx\r\n${end}`).values], [["a", ["1"]]]);
    });
  }

  const refusals = [
    { type: "text/plain; boundary=xxx", body: "", error: "the content type is not multipart/form-data" },
    { type: "multipart/form-data; boundary", body: "", error: "the content type is not multipart/form-data" },
    { type: "", body: "", error: "the content type is not multipart/form-data" },
    { type: 'multipart/form-data; boundary=""', body: "", error: "the content type has no boundary" },
    { type: TYPE, body: "s3cr3t", error: "the form has no boundary" },
    { type: TYPE, body: "--xxx\r\ns3cr3t", error: "a part of the form has a malformed header" },
    { type: TYPE, body: "--xxx\r\ns3cr3t\r\n\r\n", error: "a part of the form has a malformed header" },
    { type: TYPE, body: "--xxx\r\n a: s3cr3t\r\n\r\n", error: "a part of the form has a malformed header" },
    { type: TYPE, body: "--xxx\r\na: \x01\r\n\r\n", error: "a part of the form has a malformed header" },
    { type: TYPE, body: "--xxx\r\na: s3cr3t\r\n\r\nb", error: "the form ends early" },
    { type: TYPE, body: `${part("a", "1")}--xxx s3cr3t`, error: "a boundary of the form has text behind it" },
  ];
  for (const { type, body, error } of refusals) {
    it(`says of ${JSON.stringify(body)} as ${type}: ${error}`, () => {
      assert.deepEqual(read(body, type), { kind: "error", error });
    });
  }

  const names = [
    { disposition: 'form-data; name="a\\"b\\c"', expected: 'a"b\\c' },
    { disposition: "form-data;name=a ;", expected: "a" },
    { disposition: "form-data; name=a; name=a", expected: "a" },
    { disposition: "form-data; name*=latin1''%e4; name=a", expected: "a" },
    { disposition: "form-data; name*=utf-8''%zz; name=a", expected: "a" },
    { disposition: "form-data; name*=utf-8''%c3%a4", expected: "ä" },
    { disposition: 'form-data; name="a"x', expected: undefined },
    { disposition: "form-data; name=a b", expected: undefined },
    { disposition: "form data; name=a", expected: undefined },
  ];
  for (const { disposition, expected } of names) {
    it(`finds the name ${String(expected)} in ${disposition}`, () => {
      const form = formOf(`--xxx\r\nContent-Disposition: ${disposition}\r\n\r\n1\r\n--xxx--\r\n`);
      assert.deepEqual([...form.values.keys()], expected === undefined ? [] : [expected]);
    });
  }

  const KB = 250 * 1024;
  const long = [
    { when: "boundaries that are longer words", body: `${part("a", "")}${"\r\n--xxxy".repeat(KB / 8)}` },
    { when: "boundaries", body: "--xxx\r\n".repeat(KB / 7) },
    { when: "lines before the form", body: "\n".repeat(KB) },
    { when: "blanks", body: `--xxx${" ".repeat(KB)}x` },
    { when: "header lines", body: `--xxx\r\n${"a:\r\n".repeat(KB / 4)}` },
    { when: "folded header lines", body: `--xxx\r\na:\r\n${" \r\n".repeat(KB / 3)}\r\n` },
    { when: "parameters", body: part(`a"${";b=c".repeat(KB / 4)}; d="`, "") },
    { when: "parameters and blanks", body: part(`a"${";b=c".repeat(KB / 8)}${" ".repeat(KB / 2)}x; d="`, "") },
    { when: "backslashes", body: part("\\".repeat(KB), "") },
    { when: "an open quote", body: part('"'.repeat(KB), "") },
  ];
  for (const { when, body } of long) {
    it(`reads 250 KB of ${when} in less than a second`, () => {
      const started = performance.now();
      read(`${body}\r\n--xxx--`);
      assert.ok(performance.now() - started < 1000);
    });
  }

  it("ends with a form or a reason for anything", () => {
    const piece = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("--xxx", "\r\n", "\n", "--", "Content-Disposition: form-data; name=a", ":", ";", '"', " "),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        assert.match(read(pieces.join("")).kind, /^(ok|error)$/);
      }),
      { numRuns: 1000 },
    );
  });

  type Reading = (type: string, bytes: Buffer) => ReadonlyMap<string, readonly string[]>;
  const agrees = (reading: Reading): fc.IAsyncPropertyWithHooks<[[string, string][]]> =>
    fc.asyncProperty(
      fc.array(fc.tuple(fc.stringMatching(/^[a-z]{1,3}$/), fc.string({ unit: "grapheme" }))),
      async (pairs) => {
        const data = new FormData();
        for (const [name, value] of pairs) data.append(name, value.replace(/\r\n?|\n/g, "\r\n"));
        const response = new Response(data);
        const bytes = Buffer.from(await response.arrayBuffer());
        const values = reading(response.headers.get("content-type") ?? "", bytes);
        for (const name of data.keys()) assert.deepEqual(values.get(name), data.getAll(name));
      },
    );
  const ours: Reading = (type, bytes) => formOf(bytes.toString("latin1"), type).values;

  it("reads the forms that Node writes", async () => {
    await fc.assert(agrees(ours), { numRuns: 300 });
  });

  it("would be found to trim a value", async () => {
    const trims: Reading = (type, bytes) =>
      new Map([...ours(type, bytes)].map(([name, values]) => [name, values.map((value) => value.trim())]));
    assert.ok((await fc.check(agrees(trims), { numRuns: 1000 })).failed);
  });
});
