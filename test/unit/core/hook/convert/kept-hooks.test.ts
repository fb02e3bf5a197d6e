import assert from "node:assert/strict";
import { seedHook, SEED_VALUES, typedHook, urlMatch } from "../hooks-files.ts";
import {
  constant,
  convert,
  SEED_RULES,
  withRules,
  without,
  withVariable,
  withVariables,
  type Json,
} from "./convert-kit.ts";

const { token } = SEED_VALUES;

describe("convertHooks(files, { isExpanded }): hooks that stay hooks of a file", () => {
  const match = (more: Json): Json => ({ match: { parameter: { source: "url", name: "token" }, ...more } });
  const header = { match: { type: "value", value: token, parameter: { source: "header", name: "X-Token" } } };
  const cases: readonly (readonly [string, Json, RegExp])[] = [
    [
      "a command",
      { id: "a", "execute-command": "/bin/true", "trigger-rule": match({ type: "value", value: token }) },
      /^it runs the command \/bin\/true: set commands\.enabled/,
    ],
    ["an id with a slash", seedHook({ id: "a/b" }), /^its id: the chart takes letters/],
    ["an id of 64 characters", seedHook({ id: "a".repeat(64) }), /^its id/],
    ["an id that begins with a dot", seedHook({ id: ".a" }), /^its id/],
    ["response headers", { ...seedHook(), "response-headers": [{ name: "X-A", value: "1" }] }, /^its response-headers/],
    [
      "another status of success",
      { ...seedHook(), "success-http-response-code": 202 },
      /^its success-http-response-code/,
    ],
    ["one method", { ...seedHook(), "http-methods": ["POST"] }, /^its http-methods/],
    [
      "decoded parameters",
      { ...seedHook(), "parse-parameters-as-json": [{ source: "url", name: "x" }] },
      /^its parse-parameters-as-json/,
    ],
    [
      "a caller whose file is not in the chart's mount",
      typedHook({ callers: [{ networks: ["192.0.2.7"] }, { bearer: { file: "/etc/imagehook/callers/website" } }] }),
      /^its callers\[1\]\.bearer: the file \/etc\/imagehook\/callers\/website is not where the chart mounts one, \/etc\//m,
    ],
    ...[
      "/run/callers/a/b",
      "/etc/imagehook/callers/a/b/c",
      "/etc/imagehook/callers/A/b",
      "/etc/imagehook/callers/a/",
    ].map((file): readonly [string, Json, RegExp] => [
      `a caller whose file is ${file}`,
      typedHook({ callers: [{ github: { file } }] }),
      /^its callers\[0\]\.github: the file \/\S* is not where the chart mounts one/m,
    ]),
    [
      "a caller with an odd parameter",
      typedHook({ callers: [{ token: { file: "/etc/imagehook/callers/a/b", name: "to ken" } }] }),
      /^its callers\[0\]\.token: the chart takes no parameter named "to ken"/m,
    ],
    [
      "keys of signatures",
      typedHook({ image: { signature: { key: { file: "/etc/keys/cosign.pub" } } } }),
      /^its image\.signature: the chart's hooks have no file of keys/m,
    ],
    [
      "callers and a rule of something else",
      typedHook(
        { callers: [{ bearer: { file: "/etc/imagehook/callers/a/b" } }] },
        { "trigger-rule": urlMatch("branch", "main") },
      ),
      /^its trigger-rule compares url "branch"/,
    ],
    [
      "no proof of the caller",
      without(typedHook({ insecure: true }), "trigger-rule"),
      /^insecure: the chart's hooks demand a token or callers\nits trigger-rule: the chart's hooks compare a token alone/,
    ],
    [
      "an or",
      { ...seedHook(), "trigger-rule": { and: [...SEED_RULES, { or: [urlMatch("token", token)] }] } },
      /without or and not/,
    ],
    ["a not", withRules({ not: urlMatch("x", "1") }), /without or and not/],
    ["another match", withRules(match({ type: "regex", regex: "a" })), /no match of type regex/],
    ["a signature", withRules(match({ type: "payload-hmac-sha256", secret: "s" })), /no match of type hmac/],
    ["a token of a file", typedHook(), /^its token stands in the file \/etc\/imagehook\/tokens\/website, not/],
    ["a token of a header", withRules(header), /compares header "X-Token", which/],
    ["another parameter", withRules(urlMatch("branch", "main")), /compares url "branch", which/],
    ["several tokens", withRules(urlMatch("token", "another token 123")), /compares token more than once/],
    [
      "no token",
      typedHook({}, { "trigger-rule": { match: { type: "ip-whitelist", "ip-range": "10.0.0.0/8" } } }),
      /type ip-whitelist/,
    ],
    [
      "no match on a token",
      typedHook({ insecure: true }, { "trigger-rule": urlMatch("ns", "web") }),
      /it compares no token/,
    ],
    ["a token of two lines", seedHook({ token: "0123456789\nabcdefgh" }), /^its token holds a control character/],
    ["a token of blanks", seedHook({ token: "                 " }), /^its token/],
    ["no REPO_TYPE", withVariable({ envname: "REPO_TYPE" }), /^its REPO_TYPE is neither/],
    ["another REPO_TYPE", constant("REPO_TYPE", "harbour"), /^its REPO_TYPE is neither/],
    [
      "a REPO_TYPE of a header",
      withVariable({ envname: "REPO_TYPE", source: "header", name: "repo_type" }),
      /^its REPO_TYPE is neither/,
    ],
    [
      "a REPO_TYPE of another parameter",
      withVariable({ envname: "REPO_TYPE", source: "url", name: "type" }),
      /^its REPO_TYPE is neither/,
    ],
    [
      "a registry without a host",
      constant("REPO_TYPE", "nexus"),
      /^its registry is nexus, and there .* a registryHost$/,
    ],
    ["another NET_TYPE", constant("NET_TYPE", "moon"), /^its NET_TYPE is neither/],
    [
      "a NET_TYPE of the body",
      withVariable({ envname: "NET_TYPE", source: "payload", name: "net" }),
      /^its NET_TYPE is neither/,
    ],
    [
      "a network for a builder",
      withVariables(constant("REPO_TYPE", "custom"), "NET_TYPE"),
      /custom, and there the chart takes no netType public/,
    ],
    [
      "a rule for another namespace than the target's",
      constant("APP_NS", "web"),
      /^its rule and its target do not agree: this hook is for/,
    ],
  ];
  for (const [what, hook, reason] of cases) {
    it(`are those with ${what}`, () => {
      const { carried, kept, refused } = convert(hook);
      assert.deepEqual([carried, refused], [[], []]);
      assert.equal(kept.length, 1);
      assert.match(kept[0]?.reasons.join("\n") ?? "", reason);
    });
  }

  it("have all their reasons said", () => {
    const [kept] = convert({ ...seedHook({ id: "a/b" }), "success-http-response-code": 202 }).kept;
    assert.deepEqual(
      kept?.reasons.map((reason) => reason.split(":")[0]),
      ["its id", "its success-http-response-code"],
    );
  });
});
