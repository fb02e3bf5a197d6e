import assert from "node:assert/strict";
import type { CommandHook } from "../../../../src/core/hook/hook.ts";
import { issuesOf, readOne } from "./hooks-files.ts";

const TOKEN_RULE = {
  match: { type: "value", value: "a long enough token", parameter: { source: "url", name: "token" } },
};
const hookOf = (keys: object = {}): object => ({
  id: "deploy",
  "execute-command": "/usr/bin/deploy",
  "trigger-rule": TOKEN_RULE,
  ...keys,
});

function served(keys: object = {}): CommandHook {
  const { hook } = readOne(hookOf(keys));
  assert.ok(hook?.kind === "command", issuesOf(hookOf(keys)).join("\n"));
  return hook;
}

const NO_COMMAND =
  "execute-command: is missing, so that the hook does nothing but answer: name a command, /webhooks.sh, or use image-upgrade";

describe("readCommand(hook, environment, reading)", () => {
  it("takes a hook without an action for one that only answers, with a warning", () => {
    for (const keys of [{ "execute-command": "" }, { "execute-command": undefined }]) {
      assert.ok(issuesOf(hookOf(keys)).includes(`warning: ${NO_COMMAND}`));
      assert.equal(served(keys).command.path, "");
    }
  });

  it("reads a hook with the key that it needs", () => {
    assert.deepEqual(issuesOf(hookOf()), []);
    assert.deepEqual(served().command, {
      path: "/usr/bin/deploy",
      directory: "",
      arguments: [],
      environment: [],
      files: [],
      output: "hidden",
      limits: { timeoutMs: null, concurrency: null, queue: null },
      at: { line: 4, column: 24 },
    });
  });

  it("reads a hook with every key", () => {
    const keys = {
      "command-working-directory": "/srv",
      "pass-arguments-to-command": [{ source: "payload", name: "a.b" }, { source: "entire-headers" }],
      "pass-environment-to-command": [{ source: "url", name: "tag", envname: "TAG" }],
      "pass-file-to-command": [
        { source: "payload", name: "binary", envname: "FILE", base64decode: true },
        { source: "raw-request-body" },
      ],
      "include-command-output-in-response": true,
      "include-command-output-in-response-on-error": true,
      "command-timeout": "1m30s",
      "max-concurrency": 2,
      "max-queue": 0,
      "http-methods": [" get ", "Head"],
    };
    assert.deepEqual(issuesOf(hookOf(keys)), []);
    const { command, methods } = served(keys);
    assert.deepEqual(methods, ["GET", "HEAD"]);
    assert.deepEqual(
      { ...command, at: null },
      {
        path: "/usr/bin/deploy",
        directory: "/srv",
        arguments: [
          { source: "payload", name: "a.b", envname: "" },
          { source: "entire-headers", name: "", envname: "" },
        ],
        environment: [{ source: "url", name: "tag", envname: "TAG" }],
        files: [
          { argument: { source: "payload", name: "binary", envname: "FILE" }, isBase64: true },
          { argument: { source: "raw-request-body", name: "", envname: "" }, isBase64: false },
        ],
        output: "shown-of-failures-too",
        limits: { timeoutMs: 90_000, concurrency: 2, queue: 0 },
        at: null,
      },
    );
  });

  const outputs = [
    { shown: false, onError: false, output: "hidden" },
    { shown: false, onError: true, output: "hidden" },
    { shown: true, onError: false, output: "shown" },
    { shown: true, onError: true, output: "shown-of-failures-too" },
  ];
  for (const { shown, onError, output } of outputs) {
    it(`reads output ${String(shown)} and on error ${String(onError)} as ${output}`, () => {
      const keys = {
        "include-command-output-in-response": shown,
        "include-command-output-in-response-on-error": onError,
      };
      assert.equal(served(keys).command.output, output);
    });
  }

  const limits = [
    { key: "command-timeout", text: "1ms", limit: 1 },
    { key: "command-timeout", text: "24h", limit: 86_400_000 },
    { key: "max-concurrency", text: 1, limit: 1 },
    { key: "max-concurrency", text: "1000", limit: 1_000 },
    { key: "max-queue", text: 0, limit: 0 },
    { key: "max-queue", text: "1000", limit: 1_000 },
    { key: "max-queue", text: "", limit: null },
    { key: "max-concurrency", text: "", limit: null },
    { key: "command-timeout", text: "", limit: null },
  ] as const;
  for (const { key, text, limit } of limits) {
    it(`takes ${key} ${JSON.stringify(text)}`, () => {
      const { timeoutMs, concurrency, queue } = served({ [key]: text }).command.limits;
      const read = { "command-timeout": timeoutMs, "max-concurrency": concurrency, "max-queue": queue };
      assert.equal(read[key], limit);
    });
  }

  const refusals = [
    ...["0s", "24h1ms", "90", "soon", "-1s"].map((text) => ({
      key: "command-timeout",
      text,
      message: `command-timeout: "${text}" is no time between 1ms and 24h, such as 90s or 5m`,
    })),
    ...["0", "1001", "-1", "1.5", "99999", "two"].map((text) => ({
      key: "max-concurrency",
      text,
      message: `max-concurrency: "${text}" is no number from 1 to 1000`,
    })),
    ...["-1", "1001", "x"].map((text) => ({
      key: "max-queue",
      text,
      message: `max-queue: "${text}" is no number from 0 to 1000`,
    })),
  ];
  for (const { key, text, message } of refusals) {
    it(`refuses ${key} "${text}"`, () => {
      assert.ok(issuesOf(hookOf({ [key]: text })).includes(`error: ${message}`));
      assert.equal(readOne(hookOf({ [key]: text })).hook, null);
    });
  }

  it("keeps the place of an argument whose source there is not, and leaves out such variables and files, with warnings", () => {
    const arg = { source: "cookie", name: "x" };
    const keys = {
      "pass-arguments-to-command": [{ source: "string", name: "a" }, arg, { source: "string", name: "b" }],
      "pass-environment-to-command": [arg, { source: "request", name: "nothing" }],
      "pass-file-to-command": [arg],
      "parse-parameters-as-json": [arg],
    };
    const { command, jsonParameters } = served(keys);
    assert.deepEqual(
      command.arguments.map((argument) => argument?.name),
      ["a", undefined, "b"],
    );
    assert.deepEqual([command.environment, command.files, jsonParameters], [[], [], []]);
    const issues = issuesOf(hookOf(keys));
    assert.equal(issues.length, 5, issues.join("\n"));
    for (const issue of issues) assert.match(issue, /^warning: (?:source: "cookie" is not served|name: "nothing")/);
  });

  for (const key of ["pass-arguments-to-command", "pass-file-to-command", "parse-parameters-as-json"]) {
    it(`refuses an entry of ${key} that is no map, as adnanh/webhook does the whole file`, () => {
      assert.deepEqual(issuesOf(hookOf({ [key]: ["a"] })), [`error: ${key} must be a map of keys, not a scalar`]);
    });
  }
});

describe("readHook(field, file) of a command", () => {
  const warned = [
    {
      when: "no rule",
      keys: { "trigger-rule": undefined },
      message: /^warning: trigger-rule: does not prove who calls/,
    },
    { when: "a placeholder as its id", keys: { id: "<id>" }, message: /^warning: id: <id> is a placeholder/ },
    {
      when: "an empty token",
      keys: { "trigger-rule": { match: { ...TOKEN_RULE.match, value: "" } } },
      message: /^warning: trigger-rule: a match has an empty value/,
    },
    {
      when: "a placeholder in its environment",
      keys: { "pass-environment-to-command": [{ source: "string", name: "<value>", envname: "A" }] },
      message: /^warning: pass-environment-to-command: A holds the placeholder <value>/,
    },
  ];
  for (const { when, keys, message } of warned) {
    it(`serves a hook with ${when}, and warns`, () => {
      assert.equal(served(keys).kind, "command");
      assert.ok(
        issuesOf(hookOf(keys)).some((issue) => message.test(issue)),
        issuesOf(hookOf(keys)).join("\n"),
      );
    });
  }

  it("takes every method where none is named", () => {
    assert.deepEqual(served().methods, []);
  });
});
