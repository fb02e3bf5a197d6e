import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { HOSTLESS_TYPES, REGISTRY_TYPES } from "../../src/core/event/dialects.ts";
import { at, chart, find, hooksOf, render, secretOf, type Manifest } from "./helm.ts";

function rule(id: string): object {
  const parameter = { source: "url", name: "token" };
  return { match: { type: "value", parameter, "value-from": { file: `/etc/imagehook/tokens/${id}` } } };
}

function withoutSecrets(manifests: readonly Manifest[]): string {
  return JSON.stringify(manifests.filter(({ kind }) => kind !== "Secret"));
}

describe("the hooks ConfigMap and the tokens", () => {
  it("says what the registry is asked, all of it where nothing is said", async () => {
    const args = ["--set-json", 'hooks.bare={"image": {"check": {}}}'];
    const bare =
      "hooks.bare.namespace=web,hooks.bare.workload=sts/db,hooks.bare.container=db,hooks.bare.repoType=custom";
    const manifests = await render({
      values: ["check"],
      args: [...args, "--set", `${bare},hooks.bare.token=canary-token-of-the-bare`],
    });
    const checks = (hooksOf(manifests) as readonly unknown[]).map((hook) => at(hook, "image-upgrade", "image"));
    const all = { tag: true, digest: true, platform: true, wait: "0s" };
    assert.deepEqual(checks, [
      { check: { ...all, platform: false, "pull-secret": "login" } },
      { repository: "team/api", check: { ...all, digest: false, platform: false, "pull-secret": "hub" } },
      { check: all },
      { check: { ...all, platform: false, wait: "10s", "pull-secret": "login" } },
    ]);
  });

  it("holds the hooks of a map, sorted by id, with the token in a file", async () => {
    const manifests = await render({ values: ["map"] });
    assert.deepEqual(hooksOf(manifests), [
      {
        id: "agent.v2",
        "image-upgrade": {
          namespace: "ops",
          workload: "daemonset/agent",
          container: "agent",
          registry: "custom",
          network: "keep",
          notify: { mail: ["ops@example.com"] },
        },
        "trigger-rule-mismatch-http-response-code": 500,
        "trigger-rule": rule("agent.v2"),
      },
      {
        id: "api",
        "image-upgrade": {
          namespace: "web",
          workload: "deployment/api",
          container: "api",
          registry: "dockerhub",
          network: "keep",
          image: { repository: "team/api" },
        },
        "trigger-rule-mismatch-http-response-code": 403,
        "trigger-rule": rule("api"),
      },
      {
        id: "cnrancher_website",
        "image-upgrade": {
          namespace: "web",
          workload: "deployment/website",
          container: "web",
          registry: "aliyun",
          network: "vpc",
          notify: { mail: ["ops@example.com", "dev@example.com"] },
        },
        "response-message": "I got the payload!",
        "trigger-rule-mismatch-http-response-code": 403,
        "trigger-rule": rule("cnrancher_website"),
      },
    ]);
  });

  it("holds a hook for all containers", async () => {
    const all = "hooks.cnrancher_website.container=*,hooks.cnrancher_website.image.repository=team/web";
    const manifests = await render({ values: ["map"], args: ["--set", all] });
    const { container, image } = at(hooksOf(manifests), 2, "image-upgrade") as Record<string, unknown>;
    assert.deepEqual([container, image], ["*", { repository: "team/web" }]);
  });

  it("holds a hook that selects workloads, its kinds in full and once", async () => {
    const [, hook] = hooksOf(await render({ values: ["selector"] })) as unknown[];
    assert.deepEqual(at(hook, "image-upgrade"), {
      namespace: "web",
      selector: { "app.kubernetes.io/part-of": "website", tier: "1" },
      kinds: ["deployment", "statefulset"],
      container: "*",
      registry: "custom",
      network: "keep",
    });
  });

  it("holds the hooks of a list and none that is switched off", async () => {
    const manifests = await render({ values: ["list"] });
    const hooks = hooksOf(manifests) as Record<string, unknown>[];
    assert.deepEqual(
      hooks.map((hook) => [hook["id"], at(hook, "image-upgrade", "workload")]),
      [
        ["db.primary-1", "statefulset/db"],
        ["web_nightly", "cronjob/nightly"],
      ],
    );
    assert.deepEqual(secretOf(manifests, "ih-imagehook-tokens"), {
      "db.primary-1": "canary-token-of-the-db",
      web_nightly: "canary-token-in-use-now\ncanary-token-of-tomorrow\n",
    });
    assert.doesNotMatch(JSON.stringify(manifests), /elsewhere|switched-off/);
  });

  it("may have every registry type that is served, and auto", async () => {
    const schema = JSON.parse(await readFile(join(chart, "values.schema.json"), "utf8")) as object;
    const types = at(schema, "$defs", "hook", "properties", "repoType", "enum") as string[];
    assert.deepEqual(types.sort(), [...REGISTRY_TYPES, "auto"].sort());
  });

  it("passes on the host of a registry that says none", async () => {
    for (const host of ["registry.example.com:5000", "localhost:5000", "10.0.0.1", "[fd00::1]:5000", "nexus:8083"]) {
      const set = `hooks.api.repoType=nexus,hooks.api.registryHost=${host}`;
      const hooks = hooksOf(await render({ values: ["map"], args: ["--set", set] }));
      assert.equal(at(hooks, 1, "image-upgrade", "registry"), "nexus");
      assert.equal(at(hooks, 1, "image-upgrade", "registry-host"), host);
    }
  });

  for (const type of HOSTLESS_TYPES) {
    it(`demands a host for ${type}`, async () => {
      const args = ["--set", `hooks.api.repoType=${type}`];
      await assert.rejects(render({ values: ["map"], args }), /hooks\.api\.registryHost: \w+ does not say its host/);
    });
  }

  it("loses a hook, its token and its rights when a later file sets it to null", async () => {
    const manifests = await render({
      values: ["map"],
      args: ["--set", "hooks.agent\\.v2=null", "--set", "hooks.api=null"],
    });
    assert.deepEqual(
      (hooksOf(manifests) as object[]).map((hook) => at(hook, "id")),
      ["cnrancher_website"],
    );
    assert.deepEqual(secretOf(manifests, "ih-imagehook-tokens"), { cnrancher_website: "canary-token-of-website" });
    assert.deepEqual(
      manifests.filter(({ metadata }) => metadata.namespace === "ops"),
      [],
    );
  });

  it("takes a Secret of the user's own when a later file takes the token away", async () => {
    const later = "hooks.cnrancher_website.token=null,hooks.cnrancher_website.tokenSecretRef.name=mine";
    const args = ["--set", `${later},hooks.cnrancher_website.tokenSecretRef.key=website`];
    const manifests = await render({ values: ["node-port"], args });
    assert.deepEqual(secretOf(manifests, "ih-imagehook-tokens"), {});
    const volumes = at(find(manifests, "Deployment", "ih-imagehook"), "spec", "template", "spec", "volumes");
    assert.deepEqual(at(volumes, 1, "projected", "sources", 1), {
      secret: { name: "mine", items: [{ key: "website", path: "cnrancher_website" }] },
    });
  });

  for (const values of ["map", "list", "existing-config-map", "node-port", "ingress"]) {
    it(`puts no token into any object but the Secrets (${values})`, async () => {
      const manifests = await render({ values: [values] });
      assert.match(JSON.stringify(secretOf(manifests, "ih-imagehook-tokens")), /canary-token/);
      const plain = withoutSecrets(manifests);
      assert.doesNotMatch(plain, /canary/);
      for (const token of Object.values(find(manifests, "Secret", "ih-imagehook-tokens").data ?? {})) {
        assert.equal(plain.includes(token), false);
      }
    });
  }

  it("mounts one file per hook, from its own Secret or the one that the hook names", async () => {
    const manifests = await render({ values: ["map"] });
    assert.deepEqual(secretOf(manifests, "ih-imagehook-tokens"), {
      api: "canary-token-of-the-api",
      cnrancher_website: "canary-token-of-website",
    });
    const pod = at(find(manifests, "Deployment", "ih-imagehook"), "spec", "template", "spec");
    assert.deepEqual(at(pod, "volumes"), [
      { name: "hooks", configMap: { name: "ih-imagehook-hooks" } },
      {
        name: "tokens",
        projected: {
          defaultMode: 0o440,
          sources: [
            { secret: { name: "ih-imagehook-tokens" } },
            { secret: { name: "builder", items: [{ key: "hook-token", path: "agent.v2" }] } },
          ],
        },
      },
    ]);
    assert.deepEqual(at(pod, "containers", 0, "volumeMounts"), [
      { name: "hooks", mountPath: "/etc/webhook/source", readOnly: true },
      { name: "tokens", mountPath: "/etc/imagehook/tokens", readOnly: true },
    ]);
  });

  it("keeps the pod as it is when a first hook arrives", async () => {
    const repository = ["--set", "image.repository=registry.example.com/team/imagehook"];
    const empty = await render({ args: repository });
    const one = await render({ values: ["node-port"], args: repository });
    assert.deepEqual(hooksOf(empty), []);
    const spec = (manifests: readonly Manifest[]): unknown => at(find(manifests, "Deployment", "ih-imagehook"), "spec");
    assert.deepEqual(spec(one), spec(empty));
  });

  it("serves a ConfigMap of the user's own beside the hooks of the values", async () => {
    const manifests = await render({ values: ["existing-config-map"] });
    const deployment = find(manifests, "Deployment", "ih-imagehook");
    assert.deepEqual(at(deployment, "spec", "template", "spec", "volumes", 0), {
      name: "hooks",
      projected: {
        sources: [
          { configMap: { name: "my-hooks" } },
          {
            configMap: { name: "ih-imagehook-hooks", items: [{ key: "hooks.json", path: "imagehook-values.json" }] },
          },
        ],
      },
    });
    assert.equal(at(hooksOf(manifests), 0, "id"), "typed");
  });
});
