import assert from "node:assert/strict";
import { payloadOfForm, type Form, type FormFile } from "../../../../src/core/hook/form-payload.ts";
import { lookUp, printJson, printValue } from "../../../../src/core/hook/payload.ts";

// What adnanh/webhook makes of whole forms is in test/http/multipart.test.ts.
const aForm = (given: Partial<Form>): Form => ({ values: new Map(), files: [], ...given });
const aFile = (text: string, more: Partial<FormFile> = {}): FormFile => ({
  name: "j",
  contentTypes: [],
  bytes: Buffer.from(text, "latin1"),
  ...more,
});

describe("payloadOfForm(form, jsonNames)", () => {
  it("takes the first value of each name", () => {
    const values = new Map([
      ["a", ["1", "2"]],
      ["b", [""]],
    ]);
    assert.equal(printJson(payloadOfForm(aForm({ values }), []).payload), '{"a":"1","b":""}');
  });

  const files = [
    { when: "named in the hook", file: aFile('{"x":1.50} more'), expected: '{"j":{"x":1.50}}' },
    {
      when: "that calls itself JSON",
      file: aFile('{"x":1}', { name: "f", contentTypes: ["application/json"] }),
      expected: '{"f":{"x":1}}',
    },
    {
      when: "whose second type is JSON",
      file: aFile("{}", { name: "f", contentTypes: ["a/b", "application/json"] }),
      expected: '{"f":{}}',
    },
    {
      when: "of JSON in a character set",
      file: aFile("{}", { name: "f", contentTypes: ["application/json; charset=utf-8"] }),
      expected: "null",
    },
    { when: "of another type", file: aFile("{}", { name: "f", contentTypes: ["text/plain"] }), expected: "null" },
    { when: "that holds null", file: aFile("null"), expected: '{"j":null}' },
    { when: "with a stray byte", file: aFile('{"x":"\xe2\x82"}'), expected: '{"j":{"x":"\uFFFD\uFFFD"}}' },
  ];
  for (const { when, file, expected } of files) {
    it(`makes ${expected} of a file ${when}`, () => {
      const { payload, problems } = payloadOfForm(aForm({ files: [file] }), ["j"]);
      assert.equal(printJson(payload), expected);
      assert.deepEqual(problems, []);
    });
  }

  it("stores what prints as null where a file is no object, and says so without quoting it", () => {
    for (const text of ["s3cr3t", '["s3cr3t"]', ""]) {
      const { payload, problems } = payloadOfForm(aForm({ files: [aFile(text)] }), ["j"]);
      assert.equal(printJson(payload), '{"j":null}');
      const value = lookUp(payload ?? new Map(), "j");
      assert.equal(value === undefined ? undefined : printValue(value), "null");
      assert.equal(lookUp(payload ?? new Map(), "j.x"), undefined);
      assert.match(problems.join(), /^a file of the form is (?!.*s3cr3t)/);
    }
  });

  it("looks at the first file of a name only, which wins over a value", () => {
    const values = new Map([["j", ["text"]]]);
    const two = [aFile('{"x":1}'), aFile('{"x":2}')];
    assert.equal(printJson(payloadOfForm(aForm({ values, files: two }), ["j"]).payload), '{"j":{"x":1}}');
    const later = [aFile("", { name: "f" }), aFile("{}", { name: "f", contentTypes: ["application/json"] })];
    assert.equal(payloadOfForm(aForm({ files: later }), []).payload, null);
  });
});
