import assert from "node:assert/strict";
import type { Hook } from "../../../../src/core/hook/hook.ts";
import { printTrigger } from "../../../../src/core/hook/print-trigger.ts";
import { triggerOf, type Trigger } from "../../../../src/core/hook/trigger-url.ts";
import { readOne, seedHook, SEED_VALUES, typedHook, urlMatch } from "./hooks-files.ts";

type Json = Readonly<Record<string, unknown>>;

const BASE = "https://hooks.example.com";
const { token } = SEED_VALUES;

function hookOf(json: unknown): Hook {
  const { hook, issues } = readOne(json);
  assert.ok(hook !== null, JSON.stringify(issues));
  return hook;
}
const trigger = (json: unknown, isMasked = false): Trigger => triggerOf(hookOf(json), BASE, isMasked);
const urlsOf = (json: unknown): readonly (readonly [string, string])[] =>
  trigger(json).urls.map(({ caller, url }) => [caller, url.replace(BASE, "")]);
const typed = (upgrade: Json, rule: unknown = urlMatch("token", token)): Json =>
  typedHook(upgrade, { "trigger-rule": rule });
const command = (rule?: unknown): Json => ({
  id: "job",
  "execute-command": "/bin/true",
  ...(rule !== undefined && { "trigger-rule": rule }),
});
const match = (source: string, name: string, more: Json): Json => ({
  match: { type: "value", parameter: { source, name }, ...more },
});

const TARGET = [
  { envname: "APP_NS", source: "string", name: "default" },
  { envname: "APP_WORKLOAD", source: "string", name: "deployment/website" },
  { envname: "APP_CONTAINER", source: "string", name: "web" },
];

describe("triggerOf(hook, baseUrl, isMasked): the URLs", () => {
  const seed = "/hooks/cnrancher_website?token=0123456789abcdef&ns=default&workload=deployment%2Fwebsite&container=web";
  it("are those of every registry and network that the seed's hook may get", () => {
    assert.deepEqual(urlsOf(seedHook()), [
      ["aliyun, public network", `${seed}&repo_type=aliyun`],
      ["aliyun, VPC", `${seed}&repo_type=aliyun&net_type=vpc`],
      ["aliyun, classic network", `${seed}&repo_type=aliyun&net_type=internal`],
      ["dockerhub", `${seed}&repo_type=dockerhub`],
      ["custom", `${seed}&repo_type=custom`],
      ["any other registry", seed],
    ]);
  });

  const withRules = (...more: readonly unknown[]): Json => ({
    ...seedHook(),
    "trigger-rule": { and: [...((seedHook()["trigger-rule"] as Json)["and"] as readonly unknown[]), ...more] },
  });
  it("are those of the registry and the network that the rule demands", () => {
    const rules = [urlMatch("repo_type", "Aliyun"), urlMatch("net_type", "vpc")];
    assert.deepEqual(urlsOf(withRules(...rules)), [["aliyun", `${seed}&repo_type=Aliyun&net_type=vpc`]]);
  });

  it("name no registry and no network that the hook fixes", () => {
    const own = "/hooks/website?token=0123456789abcdef";
    assert.deepEqual(urlsOf(typed({ registry: "custom" })), [["custom", own]]);
    assert.deepEqual(urlsOf(typed({ registry: "aliyun", network: "auto" })), [
      ["aliyun, public network", own],
      ["aliyun, VPC", `${own}&net_type=vpc`],
      ["aliyun, classic network", `${own}&net_type=internal`],
    ]);
    const script = { ...seedHook(), "pass-environment-to-command": TARGET };
    assert.deepEqual(
      urlsOf(script).map(([caller]) => caller),
      ["aliyun", "dockerhub", "custom", "any other registry"],
    );
  });

  it("name a registry type by its own name, and are none where it is none", () => {
    const demanding = (name: string): Json => withRules(urlMatch("repo_type", name), urlMatch("net_type", "vpc"));
    assert.deepEqual(urlsOf(demanding("Aliyun-ACR")), [["aliyun", `${seed}&repo_type=Aliyun-ACR&net_type=vpc`]]);
    assert.deepEqual(urlsOf(demanding("harbour")), []);
  });

  it("leave the network to the request where any registry may send it", () => {
    const auto = `${seed}&repo_type=auto`;
    assert.deepEqual(urlsOf(withRules(urlMatch("repo_type", "auto"))), [
      ["aliyun, public network", auto],
      ["aliyun, VPC", `${auto}&net_type=vpc`],
      ["aliyun, classic network", `${auto}&net_type=internal`],
      ["dockerhub", auto],
      ["custom", auto],
      ["any other registry", auto],
    ]);
  });

  it("are percent-encoded, but for the slashes of an id", () => {
    const odd = `it's 100% a&b=c+d#e?f/"(*)!…`;
    const hook = { ...typed({ registry: "custom" }, urlMatch("token", odd)), id: "team a/web?" };
    const printed = trigger(hook).urls[0]?.url ?? "";
    const url = new URL(printed);
    assert.equal(decodeURIComponent(url.pathname), "/hooks/team a/web?");
    assert.equal(url.searchParams.get("token"), odd);
    assert.match(printed, /^[A-Za-z0-9:/?&=%._~-]+$/);
  });

  it("give a parameter that two matches name once", () => {
    const rule = { and: [urlMatch("token", token), urlMatch("token", token), urlMatch("b", "2")] };
    assert.deepEqual(urlsOf(typed({ registry: "custom" }, rule)), [["custom", `/hooks/website?token=${token}&b=2`]]);
  });

  it("are one for a command, with what its rule demands or without a query", () => {
    assert.deepEqual(urlsOf(command()), [["any caller", "/hooks/job"]]);
    assert.deepEqual(urlsOf(command(urlMatch("branch", "main"))), [["any caller", "/hooks/job?branch=main"]]);
  });

  it("have TOKEN where the token stands in a file, and … where secrets are hidden", () => {
    const file = trigger(typedHook({ registry: "custom" }));
    assert.deepEqual(
      [file.urls[0]?.url, file.notes],
      [`${BASE}/hooks/website?token=TOKEN`, ["TOKEN stands for a line of the file /etc/imagehook/tokens/website"]],
    );
    const masked = trigger(seedHook(), true);
    assert.match(masked.urls[0]?.url ?? "", /\?token=…&ns=default&workload=/);
    const rule = { and: [match("header", "X-Token", { value: token }), match("payload", "secret", { value: token })] };
    assert.equal(JSON.stringify(trigger(typed({}, rule), true)).includes(token), false);
  });
});

describe("triggerOf(hook, baseUrl, isMasked): what stands beside the URL", () => {
  const hmac = { type: "payload-hmac-sha256", secret: "a long secret here" };
  const cases: readonly (readonly [string, unknown, RegExp | null, boolean])[] = [
    [
      "an address",
      typed({}, { and: [urlMatch("token", token), { match: { type: "ip-whitelist", "ip-range": "10.0.0.0/8" } }] }),
      /^only the addresses of its ip-range may call$/,
      true,
    ],
    [
      "a signature",
      typed({}, match("header", "X-Hub-Signature", hmac)),
      /^the body must be signed: header "X-Hub-Signature" holds its HMAC-SHA256 .*; a URL cannot$/,
      false,
    ],
    [
      "Scalr",
      typed({}, { match: { type: "scalr-signature", secret: "s" } }),
      /^the request must be signed by Scalr/,
      false,
    ],
    [
      "an expression",
      typed({}, { and: [urlMatch("token", token), match("url", "ref", { type: "regex", regex: "^v[0-9]" })] }),
      /^url "ref" must match the regular expression \^v\[0-9\]$/,
      false,
    ],
    [
      "a value of the body",
      command(match("payload", "ref", { value: "main" })),
      /^payload "ref" must be main; a URL cannot say it$/,
      false,
    ],
    [
      "a match that is none",
      command(match("url", "a", { type: "equal" })),
      /^no request satisfies its trigger-rule: "equal" is not served/,
      false,
    ],
    ["an empty rule", command({}), /^no request satisfies its trigger-rule: it is empty$/, false],
    ["an empty or", command({ or: [] }), /^no request satisfies its trigger-rule: it is an empty or$/, false],
    [
      "a not",
      typed({}, { and: [urlMatch("token", token), { not: urlMatch("a", "1") }] }),
      /^its trigger-rule excludes some requests/,
      true,
    ],
    [
      "an or",
      typed({}, { or: [match("header", "X-Hub-Signature", hmac), urlMatch("token", token)] }),
      /^its trigger-rule has an or: this is one of several ways$/,
      true,
    ],
    [
      "an or of headers",
      typed({}, { or: [match("header", "X-Token", { value: token })] }),
      /^its trigger-rule has an or/,
      true,
    ],
    [
      "a registry of a header",
      { ...seedHook(), "pass-environment-to-command": withoutUrl(seedHook()) },
      /^the registry type comes from header "X-Type", not from the URL$/,
      true,
    ],
    ["nothing", seedHook(), null, true],
  ];
  for (const [what, hook, note, isComplete] of cases) {
    it(`says of ${what} what it is`, () => {
      const found = trigger(hook);
      assert.equal(found.isComplete, isComplete);
      if (note === null) assert.equal(found.notes.length, 1);
      else assert.match(found.notes.at(-1) ?? "", note);
    });
  }

  const told = "any registry but tcr, swr and gitlab is told by what it sends; name these";
  const places: readonly (readonly [string, unknown, readonly string[]])[] = [
    ["whose URL takes one", seedHook(), [`${told} in the URL, such as repo_type=tcr`]],
    [
      "that takes one of a header",
      { ...seedHook(), "pass-environment-to-command": withoutUrl(seedHook()) },
      [`${told} in header "X-Type"`, 'the registry type comes from header "X-Type", not from the URL'],
    ],
    ["that takes none", { ...seedHook(), "pass-environment-to-command": TARGET }, [`${told} in the hook`]],
    [
      "whose rule demands auto",
      typed({}, { and: [urlMatch("token", token), urlMatch("repo_type", "AUTO")] }),
      [`${told} in the hook`],
    ],
    ["of one registry", typed({ registry: "custom" }), []],
    ["of a command", command(urlMatch("token", token)), []],
  ];
  for (const [what, hook, notes] of places) {
    it(`says where the registry type is named of a hook ${what}`, () => {
      assert.deepEqual(trigger(hook).notes, notes);
    });
  }

  it("takes the way of an or that a URL satisfies", () => {
    const rule = { or: [match("header", "X-Token", { value: token }), urlMatch("token", token)] };
    const { urls, headers } = trigger(typed({ registry: "custom" }, rule));
    assert.deepEqual([urls[0]?.url, headers], [`${BASE}/hooks/website?token=${token}`, []]);
  });
});

describe("printTrigger(hook, trigger)", () => {
  const print = (json: unknown): string => printTrigger(hookOf(json), trigger(json));

  it("prints calls for builders where the hook takes some, and they need no more than URL and headers", () => {
    const hmac = { type: "payload-hmac-sha256", secret: "a long secret here" };
    assert.match(print(seedHook()), /\ncustom, from a shell\n {2}printf .*\n {4}curl /);
    assert.match(
      print(typed({}, match("header", "X-Token", { value: token }))),
      /\nheaders, besides the URL\n {2}X-Token: 0123456789abcdef\n/,
    );
    for (const hook of [typed({ registry: "aliyun" }), typed({}, match("header", "X-Sig", hmac)), command()]) {
      assert.doesNotMatch(print(hook), /curl|withCredentials/);
    }
  });

  it("leaves the image to the builder where the hook names none that a body could say", () => {
    const image = (repository: string): string => print(typed({ image: { repository } }));
    assert.match(image("registry.example.com/team/app"), /"\$\{TAG:\?\}" 'registry\.example\.com' 'team' 'app' \|/);
    assert.match(image("registry.example.com/app"), /"\$\{TAG:\?\}" "\$\{IMAGE_HOST:\?\}"/);
    assert.match(image("any"), /\n {2}IMAGE_HOST: the registry's host alone\n/);
  });

  it("says what the hook does", () => {
    assert.match(
      print(seedHook()),
      /^cnrancher_website \(hooks\.json:2\): deployment\/website in default, container web\n\n/,
    );
    const all = /: deployment\/website in web, every container that runs the pushed repository\n\n/;
    assert.match(print(typed({ container: "*" })), all);
    assert.match(print(command()), /^job \(hooks\.json:2\): runs \/bin\/true\n\nany caller\n {2}https:.*\n$/);
  });
});

function withoutUrl(hook: Json): readonly Json[] {
  return (hook["pass-environment-to-command"] as readonly Json[]).map((variable) =>
    variable["envname"] === "REPO_TYPE" ? { ...variable, source: "header", name: "X-Type" } : variable,
  );
}
