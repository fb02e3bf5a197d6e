import assert from "node:assert/strict";
import type { ArgumentSource } from "../../../src/core/hook/argument.ts";
import type { CommandHook } from "../../../src/core/hook/hook.ts";
import { aCommandHook } from "../../support/command-hook.ts";
import { createRunKit, type Sent } from "./run-command-kit.ts";

const argument = (source: ArgumentSource, name = "") => ({ source, name, envname: "" });

/** The arguments that a command gets: the entire payload, `a` of it, and the raw body. */
async function argumentsOf(sent: Sent, over: Partial<CommandHook> = {}): Promise<readonly string[]> {
  const kit = createRunKit();
  const hook = aCommandHook({
    ...over,
    command: {
      output: "hidden",
      arguments: [argument("entire-payload"), argument("payload", "a"), argument("raw-request-body")],
    },
  });
  assert.deepEqual(await kit.send(sent, hook), { kind: "accepted" });
  kit.begun[0]?.end();
  await kit.background.stop();
  assert.deepEqual(kit.received, [{ maxBytes: 1_000, takesEncoded: true }]);
  return kit.begun[0]?.invocation.arguments ?? [];
}

const form = { values: new Map([["a", ["1", "2"]]]), files: [] };

describe("createRunCommand(parts): bodies", () => {
  const cases: readonly { readonly when: string; readonly sent: Sent; readonly payload: string; readonly a: string }[] =
    [
      { when: "JSON", sent: { body: '{"a":1.50}' }, payload: '{"a":1.50}', a: "1.50" },
      {
        when: "JSON by a suffix",
        sent: { contentType: "application/vnd.x+json; charset=utf-8", body: '{"a":null}' },
        payload: '{"a":null}',
        a: "<nil>",
      },
      { when: "JSON that is broken", sent: { body: '{"a":' }, payload: "null", a: "" },
      {
        when: "a form",
        sent: { contentType: "application/x-www-form-urlencoded", body: "a=x%20y&a=z" },
        payload: '{"a":"x y"}',
        a: "x y",
      },
      {
        when: "XML",
        sent: { contentType: "text/xml", body: "<a>x</a>" },
        payload: '{"a":"x"}',
        a: "x",
      },
      { when: "another type", sent: { contentType: "text/plain", body: '{"a":1}' }, payload: "null", a: "" },
      { when: "no type", sent: { contentType: "", body: '{"a":1}' }, payload: "null", a: "" },
      {
        when: "JSON in other letters",
        sent: { contentType: "Application/JSON", body: '{"a":1}' },
        payload: "null",
        a: "",
      },
    ];
  for (const { when, sent, payload, a } of cases) {
    it(`reads ${when}, and keeps the raw body`, async () => {
      assert.deepEqual(await argumentsOf(sent), [payload, a, sent.body]);
    });
  }

  it("reads a form in parts, whose raw body is nobody's", async () => {
    const sent = { contentType: "multipart/form-data; boundary=x", form, body: "--x" };
    assert.deepEqual(await argumentsOf(sent), ['{"a":"1"}', "1", ""]);
  });

  it("reads the body as the type that the hook says, whatever the request does", async () => {
    assert.deepEqual(
      await argumentsOf({ contentType: "text/plain", body: '{"a":1}' }, { contentType: "application/json" }),
      ['{"a":1}', "1", '{"a":1}'],
    );
    const parts = { contentType: "application/json", form, body: "--x" };
    assert.deepEqual(await argumentsOf(parts, { contentType: "multipart/form-data; boundary=x" }), [
      '{"a":"1"}',
      "1",
      "",
    ]);
  });

  it("decodes the parameters that are JSON, and goes on with those that are not", async () => {
    const jsonParameters = [argument("payload", "a"), argument("payload", "absent"), argument("url", "x")];
    const sent = { body: '{"a":"{\\"b\\":1.0}"}', query: { x: "no JSON" } };
    const [payload, a] = await argumentsOf(sent, { jsonParameters });
    assert.deepEqual([payload, a], ['{"a":{"b":1.0}}', '{"b":1.0}']);
  });

  it("decodes the files of a form that are named", async () => {
    const files = [{ name: "a", contentTypes: [], bytes: Buffer.from('{"b":1}') }];
    const sent = { contentType: "multipart/form-data; boundary=x", form: { values: new Map(), files } };
    assert.deepEqual((await argumentsOf(sent, { jsonParameters: [argument("payload", "a")] }))[0], '{"a":{"b":1}}');
    assert.deepEqual((await argumentsOf(sent))[0], "null");
  });

  it("answers a form that is broken and begins nothing", async () => {
    const kit = createRunKit();
    assert.deepEqual(await kit.send({ contentType: "multipart/form-data; boundary=x" }), {
      kind: "not-served",
      reason: "Error occurred while parsing multipart form.",
      detail: "the form ends early",
    });
    assert.equal(kit.begun.length, 0);
  });

  for (const failure of ["too-large", "encoded", "aborted"] as const) {
    it(`begins nothing where the body is ${failure}`, async () => {
      const kit = createRunKit();
      assert.deepEqual(await kit.send({ failure }), { kind: "not-received", failure, maxBytes: 1_000 });
      assert.equal(kit.begun.length, 0);
    });
  }
});
