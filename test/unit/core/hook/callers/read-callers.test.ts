import assert from "node:assert/strict";
import { assertRefused, issuesOf, readOne, readServed, typedHook } from "../hooks-files.ts";
import { FILE } from "./requests.ts";

const withCallers = (callers: unknown, more: object = {}): object => ({
  ...typedHook({ callers }),
  "trigger-rule-mismatch-http-response-code": 403,
  ...more,
});
const file = { file: FILE };

describe("readCallers(upgrade)", () => {
  const cases: readonly { entry: object; read: object }[] = [
    { entry: { token: file }, read: { kind: "token", name: "token", file: FILE } },
    { entry: { token: { ...file, name: "secret" } }, read: { kind: "token", name: "secret", file: FILE } },
    { entry: { bearer: file }, read: { kind: "bearer", file: FILE } },
    { entry: { basic: file }, read: { kind: "basic", file: FILE } },
    { entry: { header: { ...file, name: "X-Token" } }, read: { kind: "header", name: "X-Token", file: FILE } },
    {
      entry: { hmac: { ...file, header: "X-Signature", algorithm: "sha512" } },
      read: {
        kind: "hmac",
        signer: "hmac",
        headers: [{ header: "X-Signature", algorithm: "sha512" }],
        takesSecret: false,
        file: FILE,
      },
    },
    {
      entry: { GitHub: file },
      read: {
        kind: "hmac",
        signer: "github",
        headers: [
          { header: "X-Hub-Signature-256", algorithm: "sha256" },
          { header: "X-Hub-Signature", algorithm: "sha1" },
        ],
        takesSecret: false,
        file: FILE,
      },
    },
    {
      entry: { nexus: file },
      read: {
        kind: "hmac",
        signer: "nexus",
        headers: [{ header: "X-Nexus-Webhook-Signature", algorithm: "sha1" }],
        takesSecret: false,
        file: FILE,
      },
    },
    {
      entry: { jfrog: file },
      read: {
        kind: "hmac",
        signer: "jfrog",
        headers: [{ header: "X-JFrog-Event-Auth", algorithm: "sha256" }],
        takesSecret: true,
        file: FILE,
      },
    },
    { entry: { "standard-webhooks": file }, read: { kind: "standard-webhooks", file: FILE } },
  ];
  for (const { entry, read } of cases) {
    it(`reads ${JSON.stringify(entry)}`, () => {
      assert.deepEqual(readServed(withCallers([entry])).upgrade.callers, [read]);
    });
  }

  it("reads networks, with blanks between them or one by one", () => {
    const [entry, ...others] = readServed(withCallers([{ networks: ["192.0.2.0/24 ", "2001:db8::1"] }])).upgrade
      .callers;
    assert.ok(entry?.kind === "networks" && others.length === 0);
    const holding = (address: string): boolean => entry.ranges.some((range) => range.holds(address));
    assert.deepEqual(["192.0.2.7:1", "[2001:db8::1]:1", "192.0.3.7:1", "[2001:db8::2]:1"].map(holding), [
      true,
      true,
      false,
      false,
    ]);
  });

  it("reads several, in their order", () => {
    const callers = [{ github: file }, { token: file }, { networks: ["192.0.2.7"] }];
    const kinds = readServed(withCallers(callers)).upgrade.callers.map(({ kind }) => kind);
    assert.deepEqual(kinds, ["hmac", "token", "networks"]);
  });

  const known = "token, bearer, basic, header, hmac, github, nexus, jfrog, standard-webhooks, networks, oidc, sns";
  const path = "file: must be an absolute path, such as /etc/imagehook/callers/website";
  const refusals: readonly { when: string; callers: unknown; message: string }[] = [
    { when: "a text", callers: "token", message: "callers: must be a list, not a scalar" },
    { when: "a map", callers: { token: file }, message: "callers: must be a list, not a map" },
    {
      when: "a text in the list",
      callers: ["token"],
      message: "an entry of callers must be a map of keys, not a scalar",
    },
    { when: "an empty entry", callers: [{}], message: `callers: an entry names none of ${known}` },
    { when: "a kind without a value", callers: [{ token: null }], message: `callers: an entry names none of ${known}` },
    { when: "a slip", callers: [{ tokn: file }], message: "tokn: unknown key; did you mean token?" },
    {
      when: "what there is not yet",
      callers: [{ certificate: {} }],
      message: `certificate: unknown key; known are ${known}`,
    },
    {
      when: "two kinds in one entry",
      callers: [{ token: file, networks: ["192.0.2.7"], github: file }],
      message: "token: stands beside github, networks: any one entry suffices, so give each its own",
    },
    { when: "no file", callers: [{ token: {} }], message: path },
    { when: "an empty file", callers: [{ github: { file: "" } }], message: path },
    { when: "a relative file", callers: [{ bearer: { file: "tokens/website" } }], message: path },
    {
      when: "a file in the place of its map",
      callers: [{ basic: FILE }],
      message: "basic must be a map of keys, not a scalar",
    },
    {
      when: "a slip in the map",
      callers: [{ nexus: { ...file, flie: "/x" } }],
      message: "flie: unknown key; did you mean file?",
    },
    {
      when: "a name where there is none",
      callers: [{ bearer: { ...file, name: "x" } }],
      message: "name: unknown key; known are file",
    },
    {
      when: "an empty parameter",
      callers: [{ token: { ...file, name: "" } }],
      message: "name: must be the name of a parameter, such as token",
    },
    {
      when: "a long parameter",
      callers: [{ token: { ...file, name: "x".repeat(101) } }],
      message: "name: must be the name of a parameter, such as token",
    },
    {
      when: "a parameter of the target",
      callers: [{ token: { ...file, name: "ns" } }],
      message: "name: ns says what is meant, and not who calls",
    },
    { when: "no header", callers: [{ header: file }], message: 'name: "" is not the name of a header' },
    {
      when: "a header with a colon",
      callers: [{ header: { ...file, name: "X-A:" } }],
      message: 'name: "X-A:" is not the name of a header',
    },
    {
      when: "no header of a signature",
      callers: [{ hmac: { ...file, algorithm: "sha1" } }],
      message: 'header: "" is not the name of a header',
    },
    {
      when: "another algorithm",
      callers: [{ hmac: { ...file, header: "X-A", algorithm: "md5" } }],
      message: 'algorithm: "md5" is none of sha1, sha256, sha512',
    },
    {
      when: "no algorithm",
      callers: [{ hmac: { ...file, header: "X-A" } }],
      message: 'algorithm: "" is none of sha1, sha256, sha512',
    },
    {
      when: "a network that is none",
      callers: [{ networks: ["192.0.2.0/33"] }],
      message: 'networks: "192.0.2.0/33" is no address or range',
    },
    {
      when: "a name for an address",
      callers: [{ networks: ["registry.example.com"] }],
      message: 'networks: "registry.example.com" is no address or range',
    },
    {
      when: "no network",
      callers: [{ networks: [] }],
      message: "networks: names no address or range, such as 192.0.2.0/24",
    },
    {
      when: "a network that is a text",
      callers: [{ networks: "192.0.2.7" }],
      message: "networks: must be a list, not a scalar",
    },
    ...["0.0.0.0/0", "::/0", "10.0.0.0/00"].map((network) => ({
      when: `the network ${network}`,
      callers: [{ networks: ["192.0.2.7", network] }],
      message: "networks: a network of every address proves nobody: leave it out, or say insecure: true",
    })),
    {
      when: "eleven entries",
      callers: Array.from({ length: 11 }, () => ({ token: file })),
      message: "callers: has more than 10 entries",
    },
  ];
  for (const { when, callers, message } of refusals) {
    it(`refuses ${when}`, () => {
      assertRefused(withCallers(callers), message);
    });
  }

  it("says where the mistake is", () => {
    const [issue, ...others] = readOne(
      withCallers([{ token: file }, { hmac: { ...file, header: "X-A", algorithm: "md5" } }]),
    ).issues;
    assert.deepEqual([issue?.at, others], [{ line: 18, column: 26 }, []]);
  });
});

describe("readHook(field, file): who may call", () => {
  const unproven = { "trigger-rule": undefined };

  it("serves a hook whose callers prove themselves, without a trigger rule", () => {
    assert.deepEqual(issuesOf(withCallers([{ token: file }], unproven)), []);
  });

  it("serves one whose trigger rule asks for something else besides", () => {
    const rule = { match: { type: "value", value: "main", parameter: { source: "payload", name: "branch" } } };
    const regex = { match: { type: "regex", regex: "^v", parameter: { source: "payload", name: "tag" } } };
    for (const one of [rule, regex]) {
      const issues = issuesOf(withCallers([{ token: file }], { "trigger-rule": one }));
      assert.deepEqual(
        issues.filter((issue) => issue.includes("prove")),
        [],
      );
      assert.ok(readOne(withCallers([{ token: file }], { "trigger-rule": one })).hook);
    }
  });

  const anyone = /^trigger-rule: does not prove who calls/;
  for (const callers of [undefined, []]) {
    it(`refuses one with callers: ${JSON.stringify(callers)} and no rule`, () => {
      assertRefused(withCallers(callers, unproven), anyone);
    });
  }

  it("serves one that is insecure with a warning, and with callers without it", () => {
    const insecure = (callers: unknown): readonly string[] =>
      issuesOf({ ...typedHook({ callers, insecure: true }), ...unproven }).map((issue) => issue.slice(0, 45));
    assert.deepEqual(insecure(undefined), ["warning: trigger-rule: does not prove who cal"]);
    assert.deepEqual(insecure([{ token: file }]), []);
  });

  it("does not say of a hook with a mistake in its callers that it lets anyone in", () => {
    const issues = issuesOf(withCallers([{ token: {} }], unproven));
    assert.equal(issues.length, 1);
  });
});
