import assert from "node:assert/strict";
import {
  assertRefused,
  assertWarned,
  issuesOf,
  readAll,
  readOne,
  readServed,
  seedHook,
  typedHook,
  urlMatch,
} from "./hooks-files.ts";

const NO_PROOF =
  "trigger-rule: does not prove who calls: add a match on a token, with value or with value-from: {file: …}, or name callers in image-upgrade";
const EMPTY =
  "trigger-rule: a match has an empty value (a variable that is not set?) and would let anyone in: set it, or take the match out";

describe("readHook(field, file)", () => {
  it("serves a hook that has all that it needs", () => {
    assert.equal(readServed(seedHook()).id, "cnrancher_website");
    assert.equal(readServed(typedHook()).id, "website");
  });

  const refusals = [
    { when: "no id", hook: seedHook({ id: "" }), message: "id: is missing or empty" },
    { when: "an id that is a list", hook: typedHook({}, { id: ["a"] }), message: "id: must be a text, not a list" },
    {
      when: "the template's id",
      hook: seedHook({ id: "<webhooks-id>" }),
      message: "id: <webhooks-id> is a placeholder: put the hook's own id",
    },
    {
      when: "the template's token",
      hook: seedHook({ token: "<token>" }),
      message: "trigger-rule: <token> is a placeholder: put the real value",
    },
    {
      when: "the template's workload",
      hook: seedHook({ workload: "<workload>" }),
      message: "trigger-rule: <workload> is a placeholder: put the real value",
    },
    {
      when: "the template's recipient",
      hook: seedHook({ mailTo: "<MAIL_TO>" }),
      message:
        "pass-environment-to-command: MAIL_TO holds the placeholder <MAIL_TO>: put the real value, or leave it out",
    },
    { when: "an empty token", hook: seedHook({ token: "" }), message: EMPTY },
    { when: "an empty token, which proves nothing", hook: seedHook({ token: "" }), message: NO_PROOF },
    { when: "no rule", hook: typedHook({}, { "trigger-rule": undefined }), message: NO_PROOF },
    { when: "a rule of nothing", hook: typedHook({}, { "trigger-rule": { and: [] } }), message: NO_PROOF },
    { when: "a rule on ns alone", hook: typedHook({}, { "trigger-rule": urlMatch("ns", "web") }), message: NO_PROOF },
    {
      when: "a way around the token",
      hook: typedHook({}, { "trigger-rule": { or: [urlMatch("token", "0123456789abcdef"), urlMatch("ns", "web")] } }),
      message: NO_PROOF,
    },
    {
      when: "an action that is no map",
      hook: typedHook({}, { "image-upgrade": "yes" }),
      message: "image-upgrade must be a map of keys, not a scalar",
    },
    {
      when: "methods that an upgrade does not answer",
      hook: typedHook({}, { "http-methods": ["GET", "delete"] }),
      message: "http-methods: an upgrade answers POST and PUT only",
    },
    {
      when: "methods that are no list",
      hook: typedHook({}, { "http-methods": "POST" }),
      message: "http-methods: must be a list, not a scalar",
    },
    {
      when: "a method that is no text",
      hook: typedHook({}, { "http-methods": ["POST", {}] }),
      message: "http-methods: must be a list of texts",
    },
    {
      when: "a flag that is none",
      hook: typedHook({}, { "include-command-output-in-response": "maybe" }),
      message: "include-command-output-in-response: must be true or false",
    },
    {
      when: "a message that is a map",
      hook: typedHook({}, { "response-message": {} }),
      message: "response-message: must be a text, not a map",
    },
    {
      when: "headers that are no list",
      hook: typedHook({}, { "response-headers": { a: "b" } }),
      message: "response-headers: must be a list, not a map",
    },
    {
      when: "a header that is no map",
      hook: typedHook({}, { "response-headers": ["a"] }),
      message: "response-headers must be a map of keys, not a scalar",
    },
    {
      when: "environment that is no map",
      hook: { ...seedHook(), "pass-environment-to-command": ["a"] },
      message: "pass-environment-to-command must be a map of keys, not a scalar",
    },
  ];
  for (const { when, hook, message } of refusals) {
    it(`refuses ${when}`, () => {
      assertRefused(hook, message);
    });
  }

  const headers = [
    { name: "", value: "x" },
    { name: "a b", value: "x" },
    { name: "a:b", value: "x" },
    { name: "a", value: "x\r\nSet-Cookie: y" },
    { name: "a", value: "☃" },
  ];
  for (const header of headers) {
    it(`refuses the header ${JSON.stringify(header)}`, () => {
      const message = `name: "${header.name}" with this value is not an HTTP header`;
      assertRefused(typedHook({}, { "response-headers": [header] }), message);
    });
  }

  it("places a warning about a key that is not known, and goes on", () => {
    const [reading] = readAll(JSON.stringify([typedHook({}, { Keep: 1 })], null, 2));
    assert.equal(reading?.hook?.id, "website");
    assert.deepEqual(
      reading.issues.map(({ severity, at }) => ({ severity, at })),
      [{ severity: "warning", at: { line: 21, column: 13 } }],
    );
    assert.match(reading.issues[0]?.message ?? "", /^Keep: unknown key, ignored; known are id, execute-command, /);
  });

  it("warns of a token that can be guessed, and does not show it", () => {
    const message =
      'trigger-rule: the value of url "token" has less than 16 characters and can be guessed: make one with openssl rand -hex 20';
    assertWarned(seedHook({ token: "s3cr3t" }), message);
    assertWarned(seedHook({ token: "0123456789abcde" }), message);
    assertWarned(seedHook({ token: "0123456789abcdef" }));
  });

  it("serves an upgrade that says itself that it is insecure, and warns", () => {
    assertWarned(typedHook({ insecure: true }, { "trigger-rule": undefined }), NO_PROOF);
  });

  it("shows no token in any issue", () => {
    const hook = { ...seedHook({ token: "s3cr3t", ns: "A B" }), Unknown: "s3cr3t", "http-methods": "s3" };
    assert.ok(issuesOf(hook).length >= 4);
    for (const issue of issuesOf(hook)) assert.ok(!issue.includes("s3cr3t"), issue);
  });
});

describe("readHook(field, file) of the answer", () => {
  const statuses = [
    { text: "500", status: 500 },
    { text: 202, status: 202 },
    { text: 418, status: 418 },
    { text: "", status: 200 },
    { text: 0, status: 200 },
    { text: undefined, status: 200 },
  ];
  for (const { text, status } of statuses) {
    it(`reads the status ${JSON.stringify(text ?? "absent")}`, () => {
      const hook = typedHook(
        {},
        { "success-http-response-code": text, "trigger-rule-mismatch-http-response-code": text },
      );
      const { successStatus, mismatchStatus } = readServed(hook).response;
      assert.deepEqual([successStatus, mismatchStatus], [status, status]);
    });
  }

  for (const text of [
    "99",
    "100",
    "209",
    "225",
    "227",
    "299",
    "306",
    "419",
    "427",
    "430",
    "499",
    "509",
    "512",
    "600",
    "200.5",
    "OK",
    "-1",
    "NaN",
  ]) {
    it(`answers 200 instead of ${text} and warns`, () => {
      const message = `"${text}" is not an HTTP status: 200 is answered; write one, such as 403`;
      const hook = assertWarned(
        typedHook({}, { "success-http-response-code": text, "trigger-rule-mismatch-http-response-code": text }),
        `success-http-response-code: ${message}`,
        `trigger-rule-mismatch-http-response-code: ${message}`,
      );
      assert.deepEqual([hook.response.successStatus, hook.response.mismatchStatus], [200, 200]);
    });
  }

  const messages = [
    { when: "no message", keys: {}, message: null },
    { when: "a message", keys: { "response-message": "done" }, message: "done" },
    {
      when: "a message and no output",
      keys: { "response-message": "done", "include-command-output-in-response": "no" },
      message: "done",
    },
    {
      when: "a message and output",
      keys: { "response-message": "done", "include-command-output-in-response": "Yes" },
      message: null,
    },
    { when: "output alone", keys: { "include-command-output-in-response": true }, message: null },
  ];
  for (const { when, keys, message } of messages) {
    it(`answers ${message === null ? "the output lines" : "the message"} with ${when}`, () => {
      assert.equal(readServed(typedHook({}, keys)).response.message, message);
    });
  }

  const methods = [
    { given: undefined, expected: ["POST", "PUT"] },
    { given: [], expected: ["POST", "PUT"] },
    { given: "", expected: ["POST", "PUT"] },
    { given: [" post "], expected: ["POST"] },
    { given: ["GET", "put", "Post"], expected: ["POST", "PUT"] },
  ];
  for (const { given, expected } of methods) {
    it(`answers ${expected.join(" and ")} with the methods ${JSON.stringify(given ?? "absent")}`, () => {
      assert.deepEqual(readServed(typedHook({}, { "http-methods": given })).methods, expected);
    });
  }

  it("reads response headers", () => {
    const headersGiven = [
      { name: "Access-Control-Allow-Origin", value: "*" },
      { name: "X-A", value: 1 },
      { name: "X-B" },
    ];
    assert.deepEqual(readServed(typedHook({}, { "response-headers": headersGiven })).response.headers, [
      { name: "Access-Control-Allow-Origin", value: "*" },
      { name: "X-A", value: "1" },
      { name: "X-B", value: "" },
    ]);
  });

  for (const id of ["__proto__", "constructor", "a/b", "有", "<a", "<>"]) {
    it(`takes the id ${id}`, () => {
      assert.equal(readOne({ ...typedHook(), id }).hook?.id, id);
    });
  }
});
