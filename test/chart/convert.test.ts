import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { createPush, type AcceptedPush, type PushParts } from "../../src/flow/push.ts";
import { ask, deliverTo, serve, storeOf, type HttpKit } from "../http/http-kit.ts";
import { SEED_VALUES, seedHook, urlMatch } from "../unit/core/hook/hooks-files.ts";
import { convert } from "./convert-kit.ts";
import { at, find, helm, render, type Manifest } from "./helm.ts";

const repository = ["--set", "image.repository=registry.example.com/team/imagehook"];

// The token files of the pod: what the volume takes from the converted Secret.
function tokenFiles(manifests: readonly Manifest[], secret: unknown): (path: string) => readonly string[] {
  const pod = at(find(manifests, "Deployment", "ih-imagehook"), "spec", "template", "spec");
  const items = at(pod, "volumes", 1, "projected", "sources", 1, "secret", "items") as { key: string; path: string }[];
  assert.equal(at(pod, "volumes", 1, "projected", "sources", 1, "secret", "name"), at(secret, "metadata", "name"));
  const files = new Map(items.map(({ key, path }) => [path, String(at(secret, "stringData", key))]));
  return (path) => [files.get(path.replace("/etc/imagehook/tokens/", "")) ?? []].flat();
}

interface Side {
  readonly kit: HttpKit;
  readonly pushes: AcceptedPush[];
}

async function start(hooks: string, tokensOf: (path: string) => readonly string[]): Promise<Side> {
  const pushes: AcceptedPush[] = [];
  const upgrade: PushParts["upgrade"] = (accepted) => {
    pushes.push(accepted);
    return Promise.resolve({ kind: "ignored", reason: "let in" });
  };
  const push = createPush({ tokensOf, clock: { now: () => new Date() } }, { upgrade, onRefused: () => undefined });
  return { kit: await serve(deliverTo(storeOf(hooks), push)), pushes };
}

const BODIES = {
  aliyun: {
    push_data: { tag: "2", digest: "", pushed_at: "2019-03-13 23:38:07" },
    repository: { region: "cn-shanghai", repo_full_name: "team/website", name: "website", namespace: "team" },
  },
  dockerhub: { push_data: { tag: "2" }, repository: { repo_name: "team/website", name: "website", namespace: "team" } },
  custom: {
    push_data: { tag: "2" },
    repository: { repo_url: "registry.example.com", namespace: "team", name: "website" },
  },
  test: { push_data: {}, repository: {} },
};

describe("imagehook convert: the seed's template as values of the chart", () => {
  let folder: string;
  let original: Side;
  let converted: Side;

  before(async () => {
    folder = join(await mkdtemp(join(tmpdir(), "imagehook-convert-")), "moved");
    await convert(folder, [seedHook()]);
    const manifests = await render({ args: ["-f", join(folder, "values.yaml"), ...repository] });
    const hooks = find(manifests, "ConfigMap", "ih-imagehook-hooks").data?.["hooks.json"] ?? "";
    const secret: unknown = parse(await readFile(join(folder, "secret.yaml"), "utf8"));
    original = await start(JSON.stringify([seedHook()]), () => []);
    converted = await start(hooks, tokenFiles(manifests, secret));
  });
  after(async () => {
    await original.kit.server.drain();
    await converted.kit.server.drain();
    await rm(join(folder, ".."), { recursive: true });
  });

  const { token, ns, workload, container } = SEED_VALUES;
  const right = { token, ns, workload, container, repo_type: "aliyun" };

  interface Asked {
    readonly query: Readonly<Record<string, string>> | string;
    readonly body: unknown;
    readonly method?: string;
  }
  async function seenBy({ kit, pushes }: Side, { query, body, method = "POST" }: Asked): Promise<unknown> {
    pushes.splice(0);
    const path = `/hooks/${SEED_VALUES.id}?${new URLSearchParams(query).toString()}`;
    const { status, body: text } = await ask(kit, path, { method, body: JSON.stringify(body) });
    const [push] = pushes;
    return {
      status,
      text,
      push: push && {
        target: push.hook.upgrade.target,
        container: push.hook.upgrade.container,
        allowed: push.hook.upgrade.repository,
        mailTo: push.hook.upgrade.mailTo,
        network: push.network,
        events: push.events,
      },
    };
  }

  const cases: readonly (Asked & { readonly when: string; readonly status: number })[] = [
    { when: "its trigger URL", query: right, body: BODIES.aliyun, status: 200 },
    { when: "net_type=vpc", query: { ...right, net_type: "vpc" }, body: BODIES.aliyun, status: 200 },
    { when: "net_type=internal", query: { ...right, net_type: "INTERNAL" }, body: BODIES.aliyun, status: 200 },
    { when: "an unknown net_type", query: { ...right, net_type: "moon" }, body: BODIES.aliyun, status: 400 },
    { when: "Docker Hub", query: { ...right, repo_type: "dockerhub" }, body: BODIES.dockerhub, status: 200 },
    { when: "a test message", query: { ...right, repo_type: "dockerhub" }, body: BODIES.test, status: 200 },
    { when: "a builder", query: { ...right, repo_type: "custom" }, body: BODIES.custom, status: 200 },
    { when: "another registry's body", query: { ...right, repo_type: "custom" }, body: BODIES.aliyun, status: 400 },
    { when: "an unknown repo_type", query: { ...right, repo_type: "harbour" }, body: BODIES.aliyun, status: 500 },
    { when: "no repo_type", query: { token, ns, workload, container }, body: BODIES.dockerhub, status: 200 },
    { when: "a wrong token", query: { ...right, token: "0123456789abcdeF" }, body: BODIES.aliyun, status: 500 },
    { when: "a longer token", query: { ...right, token: `${token}0` }, body: BODIES.aliyun, status: 500 },
    { when: "an empty token", query: { ...right, token: "" }, body: BODIES.aliyun, status: 500 },
    { when: "no parameters", query: {}, body: BODIES.aliyun, status: 500 },
    { when: "a wrong token and namespace", query: { ...right, token: "x", ns: "y" }, body: BODIES.aliyun, status: 500 },
    { when: "two tokens", query: `token=${token}&token=${token}&repo_type=aliyun`, body: BODIES.aliyun, status: 400 },
    { when: "a body that is no object", query: right, body: "text", status: 400 },
    { when: "GET", query: right, body: BODIES.aliyun, method: "GET", status: 405 },
  ];
  for (const { when, status, ...asked } of cases) {
    it(`answers ${String(status)} to ${when}, as the original file does`, async () => {
      const [before, after] = [await seenBy(original, asked), await seenBy(converted, asked)];
      assert.equal(at(before, "status"), status);
      assert.deepEqual(after, before);
      assert.equal(at(before, "push") !== undefined, status === 200 && asked.body !== BODIES.test);
    });
  }

  for (const other of [{ ns: "kube-system" }, { workload: "deployment/other" }, { container: "other" }]) {
    it(`refuses ${JSON.stringify(other)} too, with the reason instead of the rule's status`, async () => {
      const asked = { query: { ...right, ...other }, body: BODIES.aliyun };
      assert.deepEqual(await seenBy(original, asked), {
        status: 500,
        text: "Hook rules were not satisfied.",
        push: undefined,
      });
      const after = await seenBy(converted, asked);
      assert.equal(at(after, "status"), 403);
      assert.match(String(at(after, "text")), /^this hook (is for|has)/);
      assert.equal(at(after, "push"), undefined);
    });
  }

  it("takes a URL of the token alone as well, for the same workload", async () => {
    const short = await seenBy(converted, { query: { token, repo_type: "aliyun" }, body: BODIES.aliyun });
    assert.deepEqual(short, await seenBy(original, { query: right, body: BODIES.aliyun }));
  });
});

describe("imagehook convert: what Go reads of the files", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "imagehook-convert-"));
  });
  after(() => rm(folder, { recursive: true }));

  // Renders what helm understood of a YAML file.
  async function readByGo(file: string): Promise<unknown> {
    const chart = join(folder, "echo");
    await mkdir(join(chart, "templates"), { recursive: true });
    await writeFile(join(chart, "Chart.yaml"), "apiVersion: v2\nname: echo\nversion: 1.0.0\n");
    await writeFile(join(chart, "templates/echo.yaml"), "kind: Echo\nspec: {{ .Values | toJson }}\n");
    const { stdout } = await helm(["template", "echo", chart, "-f", file]);
    return at(parse(stdout) as unknown, "spec");
  }

  it("is every id and every token as it stood in the hooks file", async () => {
    const ids = ["yes", "0o17", "1e3", "0x1F", "on", "null", "2019-03-13", "a.b", "12345678901234567890", "Y"];
    const tokens = ["yes", "0o17", "1:30", "1_000", "~", "# no", "a: b", "'", '"', " edges ", "\\n", "%41&=+", "…木"];
    const hooks = tokens.map((token, index) => seedHook({ id: ids[index] ?? `id-${String(index)}`, token }));
    await convert(join(folder, "odd"), hooks);
    const expected = Object.fromEntries(hooks.map((hook, index) => [String(hook["id"]), tokens[index]]));
    assert.deepEqual(at(await readByGo(join(folder, "odd/secret.yaml")), "stringData"), expected);
    const manifests = await render({ args: ["-f", join(folder, "odd/values.yaml"), ...repository] });
    const read = JSON.parse(find(manifests, "ConfigMap", "ih-imagehook-hooks").data?.["hooks.json"] ?? "") as object[];
    assert.deepEqual(new Set(read.map((hook) => at(hook, "id"))), new Set(Object.keys(expected)));
  });

  it("is a ConfigMap that serves the hooks which the values have no words for, and the rights for them", async () => {
    const kept = [
      {
        ...seedHook({ id: "with/slash", workload: "sts/db", ns: "data" }),
        "response-message": "a\u2028b\u0085c # \ufeff",
      },
      { ...seedHook({ id: "headers" }), "response-headers": [{ name: "X-Odd", value: 'yes: "no" # 1' }] },
      {
        ...seedHook({ id: "two" }),
        "pass-environment-to-command": constantEnvironment,
        "trigger-rule": { or: [urlMatch("token", "0x1F"), urlMatch("other", "1e3")] },
      },
    ];
    await convert(join(folder, "kept"), [seedHook(), ...kept]);
    const map = await readByGo(join(folder, "kept/configmap.yaml"));
    const store = storeOf(String(at(map, "data", "hooks.yaml")));
    const original = storeOf(JSON.stringify(kept));
    const withoutPlaces = (hooks: readonly object[]): unknown =>
      JSON.parse(JSON.stringify(hooks, (key, value: unknown) => (["at", "file"].includes(key) ? undefined : value)));
    assert.equal(store.hooks().length, 3);
    assert.deepEqual(withoutPlaces(store.hooks()), withoutPlaces(original.hooks()));
    const manifests = await render({ args: ["-f", join(folder, "kept/values.yaml"), ...repository] });
    const volumes = at(find(manifests, "Deployment", "ih-imagehook"), "spec", "template", "spec", "volumes");
    assert.equal(at(volumes, 0, "projected", "sources", 0, "configMap", "name"), at(map, "metadata", "name"));
    const roles = manifests.filter(({ kind, metadata }) => kind === "Role" && metadata.namespace === "data");
    assert.match(JSON.stringify(roles.map(({ rules }) => rules)), /"statefulsets".*"db"/);
  });
});

const constantEnvironment = [
  { envname: "APP_NS", source: "string", name: "default" },
  { envname: "APP_WORKLOAD", source: "string", name: "deployment/website" },
  { envname: "APP_CONTAINER", source: "string", name: "web" },
];
