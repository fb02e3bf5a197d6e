import assert from "node:assert/strict";
import { convertHooks } from "../../../../../src/core/hook/convert/convert-hooks.ts";
import { seedHook, SEED_VALUES, typedHook, urlMatch } from "../hooks-files.ts";
import { constant, convert, withRules, without, withVariable, withVariables, type Json } from "./convert-kit.ts";

const { token } = SEED_VALUES;
const SEED_CARRIED = {
  namespace: "default",
  workload: "deployment/website",
  container: "web",
  repoType: "auto",
  netType: "auto",
  mailTo: ["ops@example.com"],
  mismatchStatus: 500,
};

const TYPED_CARRIED = {
  namespace: "web",
  workload: "deployment/website",
  container: "web",
  repoType: "aliyun",
  mismatchStatus: 200,
};

describe("convertHooks(files, { isExpanded }): hooks that the values carry", () => {
  it("are those of the seed's template, with their tokens apart", () => {
    const { carried, kept, refused } = convert(seedHook());
    assert.deepEqual([kept, refused], [[], []]);
    assert.deepEqual(carried, [
      {
        id: "cnrancher_website",
        values: SEED_CARRIED,
        token,
        place: "hooks.json:1",
        notes: [
          "response-message is left out: the answer is the output, as before",
          "response-headers: Access-Control-Allow-Origin is left out: only browsers read it",
        ],
      },
    ]);
  });

  const cases: readonly (readonly [string, Json, Json])[] = [
    [
      "a repo_type that the rule fixes",
      withRules(urlMatch("repo_type", "Aliyun")),
      { ...SEED_CARRIED, repoType: "aliyun" },
    ],
    ["a net_type that the rule fixes", withRules(urlMatch("net_type", "vpc")), { ...SEED_CARRIED, netType: "vpc" }],
    ["a REPO_TYPE of the file", constant("REPO_TYPE", "custom"), { ...SEED_CARRIED, repoType: "custom" }],
    ["a NET_TYPE of the file", constant("NET_TYPE", "internal"), { ...SEED_CARRIED, netType: "internal" }],
    [
      "no NET_TYPE, which was the public network",
      withVariable({ envname: "NET_TYPE" }),
      { ...SEED_CARRIED, netType: "public" },
    ],
    [
      "Docker Hub in a network that it does not have",
      withVariables(constant("REPO_TYPE", "dockerhub"), "NET_TYPE"),
      { ...without(SEED_CARRIED, "netType"), repoType: "dockerhub" },
    ],
    ["any repository", constant("APP_REPOSITORY", "any"), { ...SEED_CARRIED, image: { repository: "any" } }],
    [
      "a repository",
      constant("APP_REPOSITORY", "registry.example.com/team/app"),
      { ...SEED_CARRIED, image: { repository: "registry.example.com/team/app" } },
    ],
    [
      "the registry's host",
      constant("APP_REGISTRY_HOST", "Hub.example.com:5000"),
      { ...SEED_CARRIED, registryHost: "hub.example.com:5000" },
    ],
    ["no recipients", withVariable({ envname: "MAIL_TO" }), without(SEED_CARRIED, "mailTo")],
    [
      "a message that has an effect",
      { ...seedHook(), "include-command-output-in-response": false },
      { ...SEED_CARRIED, responseMessage: "I got the payload!" },
    ],
    [
      "the chart's own status",
      { ...seedHook(), "trigger-rule-mismatch-http-response-code": 403 },
      without(SEED_CARRIED, "mismatchStatus"),
    ],
    [
      "the format's own status",
      without(seedHook(), "trigger-rule-mismatch-http-response-code"),
      { ...SEED_CARRIED, mismatchStatus: 200 },
    ],
    [
      "a typed hook",
      typedHook({ registry: "aliyun", network: "keep" }, { "trigger-rule": urlMatch("token", token) }),
      TYPED_CARRIED,
    ],
    ...[
      [{}, {}],
      [
        { tag: true, digest: false, wait: "10s" },
        { digest: false, wait: "10s" },
      ],
      [
        { tag: false, platform: false, wait: "1.5s", "pull-secret": "login" },
        { tag: false, platform: false, wait: "1500ms", pullSecret: "login" },
      ],
    ].map(
      ([check, carried]) =>
        [
          `the check ${JSON.stringify(check)}`,
          typedHook(
            { registry: "aliyun", network: "keep", image: { check } },
            { "trigger-rule": urlMatch("token", token) },
          ),
          { ...TYPED_CARRIED, image: { check: carried } },
        ] as const,
    ),
  ];
  for (const [what, hook, values] of cases) {
    it(`may have ${what}`, () => {
      const { carried, kept } = convert(hook);
      assert.deepEqual(kept, []);
      assert.deepEqual(carried[0]?.values, values);
    });
  }

  it("come with the warnings of their files", () => {
    const [carried] = convert(seedHook({ token: "short" })).carried;
    assert.match(
      carried?.notes[0] ?? "",
      /^hooks\.json:1:\d+: warning: cnrancher_website: trigger-rule: the value of url "token" has less than 16/,
    );
  });
});

describe("convertHooks(files, { isExpanded }): what cannot be converted", () => {
  it("is a hook that is not served, with every error and its place", () => {
    const { carried, kept, refused } = convert(
      seedHook(),
      seedHook({ id: "b", token: "<token>", workload: "rs/x" }),
      7,
    );
    assert.deepEqual([carried.length, kept.length], [1, 0]);
    assert.deepEqual(
      refused.map((line) => line.replace(/:\d+: /, ":…: ").slice(0, 60)),
      [
        "hooks.json:1:…: error: b: pass-environment-to-command: a replica".slice(0, 60),
        "hooks.json:1:…: error: b: trigger-rule: <token> is a placeholder".slice(0, 60),
        "hooks.json:1:…: error: a hook must be a map of keys, not a scalar".slice(0, 60),
      ],
    );
  });

  it("is the second hook of an id, in whatever file", () => {
    const text = JSON.stringify([seedHook()]);
    const converted = convertHooks(
      [
        { file: "a.json", text, warnings: [] },
        { file: "b.json", text, warnings: [] },
      ],
      { isExpanded: false },
    );
    assert.ok(converted.kind === "ok");
    assert.equal(converted.value.carried.length, 1);
    assert.deepEqual(converted.value.refused, [
      "b.json:1:2: error: cnrancher_website: the id is taken by a hook before it",
    ]);
  });

  const cases: readonly (readonly [string, string, RegExp])[] = [
    [
      "a template",
      'a\n- token: "{{ getenv `X` }}"',
      /^f:2:11: error: holds a template \(\{\{ … \}\}\): give --template, and the variables/,
    ],
    ["broken YAML", "- [", /^f:1:\d+: error: /],
    ["an empty file", "", /^f:1:1: error: it holds no list of hooks$/],
    ["a map", "a: 1", /^f:1:1: error: it holds no list of hooks$/],
  ];
  for (const [what, text, error] of cases) {
    it(`is a file with ${what}`, () => {
      const converted = convertHooks([{ file: "f", text, warnings: [] }], { isExpanded: false });
      assert.ok(converted.kind === "error" && converted.error.length === 1);
      assert.match(converted.error[0] ?? "", error);
    });
  }

  it("is a file among others that could be", () => {
    const text = JSON.stringify([seedHook()]);
    const files = ["", text, "a: 1"].map((each, index) => ({ file: `f${String(index)}`, text: each, warnings: [] }));
    const converted = convertHooks(files, { isExpanded: false });
    assert.deepEqual(converted, {
      kind: "error",
      error: ["f0:1:1: error: it holds no list of hooks", "f2:1:1: error: it holds no list of hooks"],
    });
  });

  it("is no expanded file with braces in it", () => {
    const text = JSON.stringify([seedHook({ token: "{{0123456789abcdef}}" })]);
    const converted = convertHooks([{ file: "f", text, warnings: [] }], { isExpanded: true });
    assert.ok(converted.kind === "ok");
    assert.equal(converted.value.carried[0]?.token, "{{0123456789abcdef}}");
  });
});
