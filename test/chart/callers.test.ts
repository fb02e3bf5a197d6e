import assert from "node:assert/strict";
import { readHooks } from "../../src/core/hook/read-hooks.ts";
import { at, chart, containerOf, find, helm, hooksOf, render, renderNotes, valuesFile, type Manifest } from "./helm.ts";

const mounted = (secret: string, key: string): string => `/etc/imagehook/callers/${secret}/${key}`;

describe("the callers of the chart's hooks", () => {
  let manifests: readonly Manifest[];
  before(async () => {
    manifests = await render({ values: ["callers"] });
  });

  it("stand in the hooks file by the files that their Secrets are mounted as", () => {
    const hooks = hooksOf(manifests) as readonly Record<string, unknown>[];
    const callers = hooks.map((hook) => [hook["id"], at(hook, "image-upgrade", "callers"), "trigger-rule" in hook]);
    assert.deepEqual(callers, [
      ["both", [{ networks: ["192.0.2.7"] }], true],
      [
        "cloud",
        [
          {
            oidc: {
              issuer: "https://accounts.google.com",
              audience: "https://hooks.example.com",
              email: "push@example.com",
            },
          },
          { sns: { "topic-arn": "arn:aws:sns:us-west-2:123456789012:images" } },
        ],
        false,
      ],
      [
        "ghcr",
        [
          { github: { file: mounted("registries", "ghcr") } },
          { token: { file: mounted("registries", "url"), name: "secret" } },
          { networks: ["192.0.2.0/24", "2001:db8::/48"] },
        ],
        false,
      ],
      [
        "nexus",
        [
          { hmac: { file: mounted("registries", "ghcr"), header: "X-Signature", algorithm: "sha256" } },
          { "standard-webhooks": { file: mounted("senders", "svix.key") } },
        ],
        false,
      ],
    ]);
  });

  it("are read without an issue", () => {
    const text = find(manifests, "ConfigMap", "ih-imagehook-hooks").data?.["hooks.json"] ?? "";
    const read = readHooks(text, "hooks.json");
    assert.ok(read.kind === "ok" && read.value.kind === "hooks");
    assert.deepEqual(
      read.value.hooks.map(({ id, hook, issues }) => [id, hook?.kind, issues]),
      ["both", "cloud", "ghcr", "nexus"].map((id) => [id, "upgrade", []]),
    );
  });

  it("have their Secrets mounted, each key once", () => {
    const spec = at(find(manifests, "Deployment", "ih-imagehook"), "spec", "template", "spec");
    const volumes = at(spec, "volumes") as readonly { readonly name: string; readonly projected?: unknown }[];
    assert.deepEqual(volumes.find(({ name }) => name === "callers")?.projected, {
      defaultMode: 0o440,
      sources: [
        {
          secret: {
            name: "registries",
            items: [
              { key: "ghcr", path: "registries/ghcr" },
              { key: "url", path: "registries/url" },
            ],
          },
        },
        { secret: { name: "senders", items: [{ key: "svix.key", path: "senders/svix.key" }] } },
      ],
    });
    const mounts = at(containerOf(manifests), "volumeMounts") as readonly { readonly name: string }[];
    assert.deepEqual(
      mounts.filter(({ name }) => name === "callers"),
      [{ name: "callers", mountPath: "/etc/imagehook/callers", readOnly: true }],
    );
  });

  it("need no volume where no hook names a Secret", async () => {
    assert.equal(JSON.stringify(await render({ values: ["map"] })).includes("/etc/imagehook/callers"), false);
  });

  it("have trigger URLs with the token where there is one", async () => {
    const notes = await renderNotes({ values: ["callers"] });
    const tokenOf = (secret: string, key: string): string =>
      `$(kubectl get secret -n hooks ${secret} -o jsonpath='{.data.${key}}' | base64 -d | head -n 1)`;
    for (const line of [
      `/hooks/both?token=${tokenOf("ih-imagehook-tokens", "both")}"`,
      `/hooks/ghcr?secret=${tokenOf("registries", "url")}"`,
      '/hooks/nexus"',
    ])
      assert.ok(notes.includes(`  echo "http://127.0.0.1:9000${line}\n`), `${line}\nis not in\n${notes}`);
  });

  const ghcr = "hooks.ghcr.callers";
  for (const [when, set, says] of [
    ["a kind is misspelt", `${ghcr}[0].githb.secretRef.name=x`, /additional properties 'githb' not allowed/],
    ["a key is missing", `${ghcr}[0].nexus.secretRef.name=x`, /missing property 'key'/],
    [
      "a key is a path",
      `${ghcr}[0].nexus.secretRef.name=x,${ghcr}[0].nexus.secretRef.key=../x`,
      /does not match pattern/,
    ],
    ["an entry has two kinds", `${ghcr}[0].networks={192.0.2.7},${ghcr}[0].token.secretRef.name=x`, /maxProperties/],
  ] as const) {
    it(`are refused where ${when}`, async () => {
      const args = ["template", "ih", chart, "-f", valuesFile("callers"), "--set", set];
      await assert.rejects(helm(args), says);
    });
  }
});
