import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { REGISTRY_TYPES } from "../../src/core/event/dialects.ts";
import type { LocalPod } from "../../scripts/pod/local-pod.ts";
import { makeAuthority } from "../support/certificate.ts";
import { apply, freshNamespace, useCluster } from "../support/cluster.ts";
import { startSink, type Sink } from "../support/smtp-sink.ts";
import { aDeployment, aliyunBody, customBody, imageOf, post, read, startPod, TOKEN, logWritten } from "./kit.ts";
import { seedHook } from "./seed.ts";

const ALIYUN = "registry.cn-shanghai.aliyuncs.com/rancher_cn/webhook";
const PASSWORD = "smtp-canary-8e20";

describe("the original tool's own Deployment, with only the image changed", function () {
  this.timeout(60_000);
  const cluster = useCluster();
  let namespace: string;
  let web: string;
  let folder: string;
  let pod: LocalPod;
  let sink: Sink;

  const url = (id: string, more: Readonly<Record<string, string>> = {}): string => {
    const target = { token: TOKEN, ns: web, workload: "deployment/website", container: "web", repo_type: "aliyun" };
    return `/hooks/${id}?${new URLSearchParams({ ...target, ...more }).toString()}`;
  };

  // What its manual has people write: the service account `cattle` as cluster-admin, MAIL_* variables, a ConfigMap volume.
  const manifest = (ca: string): object[] => [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "cattle", namespace } },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name: `cattle-${namespace}` },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
      subjects: [{ kind: "ServiceAccount", name: "cattle", namespace }],
    },
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "webhook-config", namespace },
      data: {
        "cnrancher.json": JSON.stringify(
          [
            seedHook({
              id: "cnrancher_website",
              token: TOKEN,
              namespace: web,
              workload: "deployment/website",
              container: "web",
              mailTo: "Ops@example.com",
            }),
            seedHook({ id: "app", token: TOKEN, namespace: web, workload: "deploy/app", container: "web" }),
          ],
          null,
          2,
        ),
        "second.json": JSON.stringify([
          seedHook({
            id: "from-environment",
            token: '{{ getenv "HOOK_TOKEN" | js }}',
            namespace: web,
            workload: "deployment/website",
            container: "web",
          }),
          seedHook({
            id: "unset",
            token: '{{ getenv "NOT_SET" | js }}',
            namespace: web,
            workload: "deployment/website",
            container: "web",
          }),
          seedHook({
            id: "placeholder",
            token: "<token>",
            namespace: web,
            workload: "deployment/website",
            container: "web",
          }),
        ]).replaceAll('\\"', "`"),
        "notes.json": "{}",
      },
    },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "webhooks", namespace },
      spec: {
        selector: { matchLabels: { app: "webhooks" } },
        template: {
          metadata: { labels: { app: "webhooks" } },
          spec: {
            serviceAccount: "cattle",
            serviceAccountName: "cattle",
            containers: [
              {
                name: "webhooks",
                image: "registry.example.com/team/imagehook:0.1.0",
                env: [
                  { name: "WEBHOOK_CMD", value: "-template" },
                  { name: "MAIL_SMTP_PORT", value: String(sink.port) },
                  { name: "MAIL_SMTP_SERVER", value: "127.0.0.1" },
                  { name: "MAIL_FROM", value: "imagehook@example.com" },
                  { name: "MAIL_PASSWORD", value: Buffer.from(`${PASSWORD}\n`).toString("base64") },
                  {
                    name: "MAIL_CACERT",
                    value: (
                      Buffer.from(ca)
                        .toString("base64")
                        .match(/.{1,76}/g) ?? []
                    ).join("\n"),
                  },
                  { name: "MAIL_TLS_CHECK", value: "true" },
                  { name: "MAIL_LANGUAGE", value: "zh" },
                  { name: "HOOK_TOKEN", value: TOKEN },
                ],
                ports: [{ containerPort: 9000 }],
                volumeMounts: [{ name: "config", mountPath: "/etc/webhook/source" }],
              },
            ],
            volumes: [{ name: "config", configMap: { name: "webhook-config" } }],
          },
        },
      },
    },
  ];

  before(async () => {
    namespace = await freshNamespace(cluster(), "system");
    web = await freshNamespace(cluster(), "web");
    folder = await mkdtemp(join(tmpdir(), "imagehook-seed-"));
    const authority = makeAuthority();
    const login = { user: "imagehook@example.com", password: PASSWORD };
    sink = await startSink({ tls: "implicit", certificate: authority.issue(), login });
    for (const object of manifest(authority.cert)) await apply(cluster(), object);
    await apply(cluster(), aDeployment(web, "website", `${ALIYUN}:v1`));
    await apply(cluster(), aDeployment(web, "app", "registry.example.com/team/app:1"));
    pod = await startPod(cluster(), { namespace, deployment: "webhooks", folder, env: {} });
  });
  after(async () => {
    await sink.close();
    await pod.stop();
    await rm(folder, { recursive: true });
    await cluster().kubectl(["delete", "clusterrolebinding", `cattle-${namespace}`]);
  });

  it("serves the seed's hooks files, and says of those that it cannot serve why", async () => {
    await logWritten();
    const output = pod.output();
    for (const id of ["cnrancher_website", "app", "from-environment"]) {
      assert.match(output, new RegExp(`"hook":"${id}","file":"[a-z]+\\.json".*"hook is served"`));
    }
    assert.match(output, /"hook":"unset","reason":"trigger-rule: a match has an empty value/);
    assert.match(output, /"hook":"placeholder","reason":"trigger-rule: <token> is a placeholder/);
    assert.match(output, /"file":"notes.json".*"file is no hooks file; ignored"/);
    assert.equal(output.includes(TOKEN), false);
  });

  it("upgrades by the seed's trigger URL and mails in Chinese under the original's subject", async () => {
    const answer = await post(
      pod,
      url("cnrancher_website"),
      aliyunBody("v2", "rancher_cn/webhook", "sha256:f66d aa12"),
    );
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.text.split("\n")[0], "deployment.apps/website image updated");
    assert.equal(answer.headers.get("access-control-allow-origin"), "*");
    assert.equal(imageOf(await read(cluster(), web, "deployment", "website")), `${ALIYUN}:v2`);
    const [mail] = await sink.waitFor(1);
    const subject = /^Subject: (.*(?:\r\n[ \t].*)*)/m.exec(mail?.raw ?? "")?.[1] ?? "";
    const decoded = [...subject.matchAll(/=\?UTF-8\?([BQ])\?(.*?)\?=/gi)].map(([, kind, text = ""]) =>
      kind?.toUpperCase() === "B"
        ? Buffer.from(text, "base64").toString("utf8")
        : decodeURIComponent(text.replaceAll("_", " ").replaceAll("=", "%")),
    );
    assert.equal(decoded.join(""), `Webhooks通知: ${web}-deployment/website-web 更新结果: 成功`);
    assert.deepEqual(mail?.to, ["ops@example.com"]);
  });

  it("takes the network from the URL, the public one where it names none", async () => {
    const vpc = await post(pod, url("cnrancher_website", { net_type: "vpc" }), aliyunBody("v3"));
    assert.equal(vpc.status, 200, vpc.text);
    const image = imageOf(await read(cluster(), web, "deployment", "website"));
    assert.equal(image, "registry-vpc.cn-shanghai.aliyuncs.com/rancher_cn/webhook:v3");
    const unknown = await post(pod, url("cnrancher_website", { net_type: "moon" }), aliyunBody("v4"));
    assert.deepEqual(
      [unknown.status, unknown.text],
      [400, "net_type: is not a network: use one of keep, public, vpc, internal"],
    );
    const absent = await post(pod, url("cnrancher_website"), aliyunBody("v5"));
    assert.equal(absent.status, 200, absent.text);
    assert.equal(imageOf(await read(cluster(), web, "deployment", "website")), `${ALIYUN}:v5`);
  });

  it("takes a token from a template, with the original's parameters", async () => {
    const answer = await post(pod, url("from-environment"), aliyunBody("v6"));
    assert.equal(answer.status, 200, answer.text);
    const wrong = await post(pod, url("from-environment", { token: "" }), aliyunBody("v7"));
    assert.deepEqual([wrong.status, wrong.text], [500, "Hook rules were not satisfied."]);
    const open = await post(pod, url("unset", { token: "" }), aliyunBody("v7"));
    assert.deepEqual([open.status, open.text], [404, "Hook not found."]);
  });

  it("redeploys for each custom body that comes again more than ten seconds later", async () => {
    const target = { workload: "deploy/app", repo_type: "custom" };
    const change = await post(pod, url("app", target), customBody("2"));
    assert.equal(change.status, 200, change.text);
    const changed = await read(cluster(), web, "deployment", "app");
    const stamps: (string | undefined)[] = [];
    for (const round of [1, 2]) {
      await sleep(12_000);
      const answer = await post(pod, url("app", target), customBody("2"));
      assert.equal(
        answer.text,
        "deployment.apps/app restarted\nweb: registry.example.com/team/app:2, same image redeployed",
      );
      const now = await read(cluster(), web, "deployment", "app");
      stamps.push(now.spec.template.metadata.annotations?.["imagehook.dev/redeployed-at"]);
      assert.equal(now.spec.template.spec.containers[0]?.imagePullPolicy, "Always");
      assert.ok(now.metadata.generation >= changed.metadata.generation + round);
    }
    assert.notEqual(stamps[0], stamps[1]);
    const soon = await post(pod, url("app", target), customBody("2"));
    assert.match(soon.text, /unchanged: web already runs .* \(duplicate\)$/);
  });

  it("ignores a body without a tag, as Docker Hub's test message", async () => {
    const answer = await post(pod, url("cnrancher_website", { repo_type: "dockerhub" }), {
      push_data: {},
      repository: {},
    });
    assert.deepEqual([answer.status, answer.text], [200, "ignored: no tag"]);
  });

  it("refuses the seed's own broken example, naming the field", async () => {
    const body =
      '{"push_data":{"tag":"${images_tag}"},"repository":{"repo_url":"registry.example.com","namespace":"team","name":"app"}}';
    const answer = await post(pod, url("app", { workload: "deploy/app", repo_type: "custom" }), body);
    assert.equal(answer.status, 400);
    assert.match(answer.text, /^push_data.tag: holds a variable that the shell did not replace/);
  });

  it("names the registry types that it knows when asked for another", async () => {
    const answer = await post(pod, url("cnrancher_website", { repo_type: "harbour" }), aliyunBody("v9"));
    assert.deepEqual(
      [answer.status, answer.text],
      [500, `unsupported registry type "harbour": use one of ${REGISTRY_TYPES.join(", ")}`],
    );
  });
});
