import assert from "node:assert/strict";
import PostalMime from "postal-mime";
import { makeAuthority } from "../support/certificate.ts";
import { apply, useCluster } from "../support/cluster.ts";
import { startSink, type Sink } from "../support/smtp-sink.ts";
import { customBody, hookPath, install, TOKEN, type Installation } from "./kit.ts";

const APP = "registry.example.com/team/app";
const PASSWORD = "smtp-canary-77aa";

interface PodTemplate {
  readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: {
    readonly containers: readonly { readonly image: string; readonly imagePullPolicy: string }[];
    readonly initContainers?: readonly { readonly image: string }[];
  };
}

const template = (name: string, more: object = {}): object => ({
  metadata: { labels: { app: name } },
  spec: { containers: [{ name: "web", image: `${APP}:1` }], ...more },
});
const selector = (name: string): object => ({ matchLabels: { app: name } });

const workloads = (namespace: string): readonly object[] => [
  {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "db", namespace },
    spec: { replicas: 2, serviceName: "db", selector: selector("db"), template: template("db") },
  },
  {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: "agent", namespace },
    spec: { selector: selector("agent"), template: template("agent") },
  },
  {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { name: "report", namespace },
    spec: {
      schedule: "0 3 * * *",
      suspend: true,
      jobTemplate: { spec: { template: template("report", { restartPolicy: "Never" }) } },
    },
  },
  {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "migrated", namespace },
    spec: {
      replicas: 1,
      selector: selector("migrated"),
      template: template("migrated", {
        containers: [{ name: "web", image: "registry.example.com/team/other:1" }],
        initContainers: [{ name: "migrate", image: `${APP}:1` }],
      }),
    },
  },
];

// What becomes of each workload: how the chart names it, which part of it changes, and what the mail says of the end.
const cases = [
  {
    id: "db",
    workload: "sts/db",
    type: "statefulset",
    name: "db",
    container: "web",
    says: /StatefulSet|statefulset\/db/,
    status: { updatedReplicas: 2, readyReplicas: 2 },
  },
  {
    id: "agent",
    workload: "ds/agent",
    type: "daemonset",
    name: "agent",
    container: "web",
    says: /daemonset\/agent/,
    status: { updatedNumberScheduled: 1, numberAvailable: 1 },
  },
  {
    id: "report",
    workload: "cj/report",
    type: "cronjob",
    name: "report",
    container: "web",
    says: /cronjob\/report/,
    status: {},
  },
  {
    id: "migrate",
    workload: "deploy/migrated",
    type: "deployment",
    name: "migrated",
    container: "migrate",
    says: /migrate/,
    status: { updatedReplicas: 1, availableReplicas: 1 },
  },
] as const;

describe("every kind of workload", function () {
  this.timeout(60_000);
  const cluster = useCluster();
  let installed: Installation;
  let sink: Sink;

  const templateOf = async ({ type, name }: (typeof cases)[number]): Promise<PodTemplate> => {
    const text = await cluster().kubectl(["get", type, name, "-n", installed.web, "-o", "json"]);
    const { spec } = JSON.parse(text) as {
      spec: { template: PodTemplate; jobTemplate?: { spec: { template: PodTemplate } } };
    };
    return spec.jobTemplate?.spec.template ?? spec.template;
  };

  const statusOf = async ({ type, name }: (typeof cases)[number]): Promise<Readonly<Record<string, unknown>>> => {
    const text = await cluster().kubectl(["get", type, name, "-n", installed.web, "-o", "json"]);
    return (JSON.parse(text) as { status: Readonly<Record<string, unknown>> }).status;
  };
  const pick = (from: Readonly<Record<string, unknown>>, keys: readonly string[]): object =>
    Object.fromEntries(keys.map((key) => [key, from[key]]));

  before(async () => {
    const authority = makeAuthority();
    const login = { user: "imagehook@example.com", password: PASSWORD };
    sink = await startSink({ tls: "starttls", certificate: authority.issue(), login });
    installed = await install(cluster(), {
      prepare: async ({ web }) => {
        for (const workload of workloads(web)) await apply(cluster(), workload);
        await cluster().kubectl(["rollout", "status", "sts/db", "-n", web, "--timeout=30s"]);
      },
      values: (web) => ({
        hooks: Object.fromEntries(
          cases.map(({ id, workload, container }) => [
            id,
            { namespace: web, workload, container, repoType: "custom", token: TOKEN, mailTo: "ops@example.com" },
          ]),
        ),
        mail: {
          from: "imagehook@example.com",
          smtpServer: "127.0.0.1",
          smtpPort: sink.port,
          tlsMode: "starttls",
          password: PASSWORD,
          caCert: authority.cert,
        },
      }),
    });
  });
  after(async () => {
    await sink.close();
    await installed.remove();
  });

  for (const one of cases) {
    it(`rolls a ${one.type}'s ${one.container} forward, follows it to its end and mails it over STARTTLS`, async () => {
      const seen = sink.mails.length;
      const answer = await installed.post(hookPath(one.id), customBody("2"));
      assert.equal(answer.status, 200, answer.text);
      assert.match(answer.text, new RegExp(`^${one.type}\\.(apps|batch)/${one.name} image updated`));
      const { spec } = await templateOf(one);
      const image = one.container === "migrate" ? spec.initContainers?.[0]?.image : spec.containers[0]?.image;
      assert.equal(image, `${APP}:2`);
      const mails = await sink.waitFor(seen + 1);
      const parsed = await PostalMime.parse(Buffer.from(mails.at(-1)?.raw ?? "", "latin1"));
      assert.match(parsed.subject ?? "", /: complete$/);
      assert.match(parsed.text ?? "", one.says);
      assert.deepEqual(pick(await statusOf(one), Object.keys(one.status)), one.status);
    });
  }

  it("redeploys a workload whose template had no annotations when the same image comes again with a new digest", async () => {
    const [db] = cases;
    const digest = `sha256:${"ab".repeat(32)}`;
    const body = { ...customBody("2"), push_data: { tag: "2", digest } };
    const answer = await installed.post(hookPath("db"), body);
    assert.equal(answer.text, `statefulset.apps/db restarted\nweb: ${APP}:2, same image redeployed`);
    const after = await templateOf(db);
    assert.ok(after.metadata?.annotations?.["imagehook.dev/redeployed-at"]);
    assert.equal(after.spec.containers[0]?.imagePullPolicy, "Always");
    const again = await installed.post(hookPath("db"), {
      ...body,
      push_data: { ...body.push_data, pushed_at: "2026-11-01T00:00:00Z" },
    });
    assert.equal(again.text, `statefulset.apps/db unchanged: web already runs ${APP}:2 (already-running)`);
  });
});
