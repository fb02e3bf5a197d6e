import assert from "node:assert/strict";
import { stringify } from "yaml";
import { ANY_TAG } from "../../../../src/core/image/tag-policy.ts";
import type { Hook } from "../../../../src/core/hook/hook.ts";
import { readHooks } from "../../../../src/core/hook/read-hooks.ts";
import { expandTemplate } from "../../../../src/core/hook/template/expand-template.ts";
import { OPEN_GATE } from "../../../../src/core/rollout/gate.ts";
import { readAll, seedHook } from "./hooks-files.ts";
import { and, matches } from "./requests.ts";

// Two services in one file, in the template's own shape and layout.
const seedText = (id: string, more: { ns: string; workload: string; container: string; mailTo: string }): string => `  {
    "id": "${id}",
    "execute-command": "/webhooks.sh",
    "command-working-directory": "/home",
    "response-message": "I got the payload!",
    "include-command-output-in-response": true,
    "include-command-output-in-response-on-error": true,
    "trigger-rule-mismatch-http-response-code": 500,
    "response-headers": [
      {
        "name": "Access-Control-Allow-Origin",
        "value": "*"
      }
    ],
    "pass-arguments-to-command": [
      {
        "source": "entire-payload"
      }
    ],
    "pass-environment-to-command": [
      { "envname": "APP_NS", "source": "url", "name": "ns" },
      { "envname": "APP_WORKLOAD", "source": "url", "name": "workload" },
      { "envname": "APP_CONTAINER", "source": "url", "name": "container" },
      { "envname": "REPO_TYPE", "source": "url", "name": "repo_type" },
      { "envname": "NET_TYPE", "source": "url", "name": "net_type" },
      { "envname": "MAIL_TO", "source": "string", "name": "${more.mailTo}" }
    ],
    "trigger-rule": {
      "and": [
        { "match": { "type": "value", "value": "0123456789abcdef", "parameter": { "source": "url", "name": "token" } } },
        { "match": { "type": "value", "value": "${more.ns}", "parameter": { "source": "url", "name": "ns" } } },
        { "match": { "type": "value", "value": "${more.workload}", "parameter": { "source": "url", "name": "workload" } } },
        { "match": { "type": "value", "value": "${more.container}", "parameter": { "source": "url", "name": "container" } } }
      ]
    }
  }`;

const argument = (name: string, envname: string): unknown => ({
  kind: "argument",
  argument: { source: "url", name, envname },
});

function expectedHook(
  line: number,
  hook: Pick<Hook, "id"> & { ns: string; workload: string; container: string },
): unknown {
  return {
    kind: "upgrade",
    id: hook.id,
    file: "cnrancher.json",
    at: { line, column: 3 },
    methods: ["POST", "PUT"],
    softSignatures: false,
    contentType: "",
    jsonParameters: [],
    rule: and(
      matches("url", "token", "0123456789abcdef"),
      matches("url", "ns", hook.ns),
      matches("url", "workload", hook.workload),
      matches("url", "container", hook.container),
    ),
    response: {
      message: null,
      headers: [{ name: "Access-Control-Allow-Origin", value: "*" }],
      successStatus: 200,
      mismatchStatus: 500,
    },
  };
}

describe("readHooks(text, file)", () => {
  it("reads the original tool's file", () => {
    const text = `[\n${seedText("cnrancher_website", {
      ns: "default",
      workload: "deployment/website",
      container: "web",
      mailTo: "ops@example.com",
    })},\n${seedText("cnrancher_Agent", {
      ns: "Kube-System",
      workload: "DaemonSet/Agent",
      container: "Agent",
      mailTo: "Ops@Example.com,team@example.com",
    })}\n]\n`;
    const upgrade = {
      registry: argument("repo_type", "REPO_TYPE"),
      registryHost: "",
      network: argument("net_type", "NET_TYPE"),
      tags: ANY_TAG,
      digest: "ignore",
      check: null,
      signatureKeys: "",
      isDryRun: false,
      registryTimeZone: "",
      language: null,
      channels: [],
      deadlineMs: null,
      onFailure: "keep",
      gate: OPEN_GATE,
    } as const;
    const website = { id: "cnrancher_website", ns: "default", workload: "deployment/website", container: "web" };
    const agent = { id: "cnrancher_Agent", ns: "Kube-System", workload: "DaemonSet/Agent", container: "Agent" };
    assert.deepEqual(readHooks(text, "cnrancher.json"), {
      kind: "ok",
      value: {
        kind: "hooks",
        hooks: [
          {
            id: "cnrancher_website",
            issues: [],
            hook: {
              ...(expectedHook(2, website) as Hook),
              upgrade: {
                ...upgrade,
                target: { kind: "deployment", namespace: "default", name: "website" },
                container: "web",
                repository: { kind: "own" },
                hostAliases: [],
                registryHost: "",
                mailTo: ["ops@example.com"],
                style: "script",
                isInsecure: false,
                callers: [],
              },
            },
          },
          {
            id: "cnrancher_Agent",
            issues: [],
            hook: {
              ...(expectedHook(38, agent) as Hook),
              upgrade: {
                ...upgrade,
                target: { kind: "daemonset", namespace: "kube-system", name: "agent" },
                container: "agent",
                repository: { kind: "own" },
                hostAliases: [],
                registryHost: "",
                mailTo: ["ops@example.com", "team@example.com"],
                style: "script",
                isInsecure: false,
                callers: [],
              },
            },
          },
        ],
      },
    });
  });

  it("reads the same hook out of YAML, and with its keys in other letters", () => {
    const json = readAll(JSON.stringify([seedHook()]));
    const upper = readAll(
      JSON.stringify([seedHook()]).replace(/"([a-z-]+)":/g, (_whole, key: string) => `"${key.toUpperCase()}":`),
    );
    const yaml = readAll(stringify([seedHook()]));
    const strip = (hooks: typeof json): unknown => hooks.map(({ hook }) => hook && { ...hook, at: null });
    assert.deepEqual(strip(upper), strip(json));
    assert.deepEqual(strip(yaml), strip(json));
  });

  it("reads a YAML file with an anchor", () => {
    const [first, second] = readAll(`
- id: one
  image-upgrade: &upgrade
    namespace: web
    workload: deploy/one
    container: web
  trigger-rule: &rule
    match: {type: value, parameter: {source: header, name: X-Token}, value-from: {file: /tokens/one}}
- id: two
  image-upgrade: *upgrade
  trigger-rule: *rule
`);
    assert.deepEqual(first?.issues, []);
    assert.ok(first.hook?.kind === "upgrade" && second?.hook?.kind === "upgrade");
    assert.deepEqual(first.hook.upgrade, second.hook.upgrade);
    assert.deepEqual(
      [first.hook.at, second.hook.at],
      [
        { line: 2, column: 3 },
        { line: 9, column: 3 },
      ],
    );
  });

  it("finds a hook invalid whose token is a variable that is not set, and serves the others", () => {
    const text = JSON.stringify([seedHook({ id: "a", token: "{{ getenv `TOKEN_A` }}" }), seedHook({ id: "b" })]);
    const expanded = expandTemplate(text, { getenv: () => undefined, readFile: () => undefined });
    const [a, b] = readAll(expanded.kind === "ok" ? expanded.value.text : assert.fail(expanded.error.message));
    assert.equal(a?.hook, null);
    assert.match(a.issues[0]?.message ?? "", /a match has an empty value \(a variable that is not set\?\)/);
    assert.equal(b?.hook?.id, "b");
  });

  const others = [
    { when: "no hooks at all", text: "[]", expected: { kind: "hooks", hooks: [] } },
    { when: "a map", text: "a: 1", expected: { kind: "not-hooks", reason: "it holds a map, not a list of hooks" } },
    {
      when: "a text",
      text: "hello",
      expected: { kind: "not-hooks", reason: "it holds a scalar, not a list of hooks" },
    },
  ];
  for (const { when, text, expected } of others) {
    it(`reads ${when}`, () => {
      assert.deepEqual(readHooks(text, "x.json"), { kind: "ok", value: expected });
    });
  }

  for (const text of ["", "\n# nothing\n", "null"]) {
    it(`refuses ${JSON.stringify(text)} as a file that is being written`, () => {
      assert.deepEqual(readHooks(text, "x.json"), {
        kind: "error",
        error: { at: { line: 1, column: 1 }, message: "the file is empty; no hooks at all is []" },
      });
    });
  }

  it("gives the place of a problem", () => {
    assert.deepEqual(readHooks('[\n {"id": "a"\n', "x.json"), {
      kind: "error",
      error: {
        at: { line: 3, column: 1 },
        message: "Flow map in block collection must be sufficiently indented and end with a }",
      },
    });
  });

  for (const item of ['"text"', "[]", "5", "null"]) {
    it(`finds ${item} among the hooks invalid`, () => {
      const [reading, good] = readAll(`[\n  ${item},\n ${JSON.stringify(seedHook())}]`);
      const kind = item === "[]" ? "list" : "scalar";
      assert.deepEqual(reading, {
        id: "",
        hook: null,
        issues: [
          { severity: "error", at: { line: 2, column: 3 }, message: `a hook must be a map of keys, not a ${kind}` },
        ],
      });
      assert.equal(good?.hook?.id, "cnrancher_website");
    });
  }
});
