import assert from "node:assert/strict";
import { freePort } from "../../scripts/control-plane/network.ts";
import type { LocalPod } from "../../scripts/pod/local-pod.ts";
import { apply, useCluster, waitFor } from "../support/cluster.ts";
import { install, TOKEN, type Installation } from "./kit.ts";

const SERVICE = "ih-imagehook-admission";
const SECRET = "ih-imagehook-admission-tls";

const BROKEN_HOOKS = `- id: website
  image-upgrade: {namespace: web, workload: deployment/website, container: web, regsitry: aliyun}
`;

const ADMISSION = {
  enabled: true,
  images: {
    failurePolicy: "Fail",
    rules: [{ name: "own-registry", allow: ["registry.example.com/*"], forbidTags: ["latest"] }],
  },
  defaults: {
    rules: [
      {
        name: "who",
        match: { resources: ["deployments.apps"], operations: ["CREATE"] },
        set: { "/metadata/annotations/example.com~1created-by": "${user}", "/metadata/labels/team": "web" },
      },
    ],
  },
  fields: {
    failurePolicy: "Fail",
    rules: [
      {
        name: "replicas",
        match: { resources: ["deployments.apps"] },
        path: "/spec/replicas",
        min: 0,
        max: 20,
      },
    ],
  },
};

const deployment = (name: string, image: string, replicas = 0): object => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: "web", image }] } },
  },
});
const GOOD = "registry.example.com/team/app:v1";

const valuesFor = (web: string, more: object = {}): object => ({
  hooks: {
    website: { namespace: web, workload: "deployment/website", container: "web", repoType: "custom", token: TOKEN },
  },
  // Pods of the Deployment find no node, so that nothing but the test stands behind the Service.
  nodeSelector: { nowhere: "true" },
  admission: { ...ADMISSION, ...more },
});

describe("the admission webhooks that ship, on a real API server", function () {
  // One story: each test goes on from where the one before it left the release.
  this.timeout(120_000);
  const cluster = useCluster();
  let installation: Installation;
  let configuration = "";
  let isRemoved = false;
  const ports = new Map<LocalPod, number>();

  /** Stands pods behind the Service, in the place of the endpoints controller. */
  async function serveBy(...pods: readonly LocalPod[]): Promise<void> {
    const { namespace } = installation;
    for (const [index, pod] of [...ports.keys()].entries()) {
      const isServing = pods.includes(pod);
      await apply(cluster(), {
        apiVersion: "discovery.k8s.io/v1",
        kind: "EndpointSlice",
        metadata: { name: `pod-${String(index)}`, namespace, labels: { "kubernetes.io/service-name": SERVICE } },
        addressType: "IPv4",
        endpoints: [{ addresses: [cluster().hostAddress], conditions: { ready: isServing } }],
        ports: [{ name: "admission", port: ports.get(pod), protocol: "TCP" }],
      });
    }
  }

  const kubectl = (args: readonly string[], object?: object): Promise<string> =>
    cluster().kubectl([...args, "-n", installation.web], object === undefined ? undefined : JSON.stringify(object));

  /** What kubectl says when it is refused. */
  async function refusal(args: readonly string[], object?: object): Promise<string> {
    try {
      await kubectl(args, object);
    } catch (error) {
      return String(error);
    }
    return "";
  }

  const bundles = async (): Promise<readonly string[]> => {
    const found = JSON.parse(
      await cluster().kubectl(["get", "validatingwebhookconfigurations,mutatingwebhookconfigurations", "-o", "json"]),
    ) as { items: { metadata: { name: string }; webhooks?: { clientConfig: { caBundle?: string } }[] }[] };
    const own = found.items.filter(({ metadata }) => metadata.name === configuration);
    return own.flatMap(({ webhooks = [] }) => webhooks.map(({ clientConfig }) => clientConfig.caBundle ?? ""));
  };

  before(async () => {
    const port = await freePort();
    installation = await install(cluster(), {
      values: (web) => valuesFor(web),
      env: { HOST: "0.0.0.0", ADMISSION_PORT: String(port) },
    });
    ports.set(installation.pod, port);
    await serveBy(installation.pod);
    const names = await cluster().kubectl(["get", "validatingwebhookconfigurations", "-o", "name"]);
    configuration = /ih-imagehook-admission-[0-9a-f]{8}/.exec(names)?.[0] ?? "";
  });
  after(async () => {
    if (!isRemoved) await installation.remove();
  });

  it("fills the Secret that the chart made empty, and tells both configurations its authority", async () => {
    await waitFor(bundles, (all) => all.length === 4 && all.every((bundle) => bundle !== ""), {
      timeoutMs: 60_000,
      what: "every webhook knows the authority",
    });
    const secret = JSON.parse(
      await cluster().kubectl(["get", "secret", SECRET, "-n", installation.namespace, "-o", "json"]),
    ) as { type: string; data: Record<string, string> };
    assert.equal(secret.type, "Opaque");
    assert.deepEqual(Object.keys(secret.data).sort(), ["ca.crt", "ca.key", "tls.crt", "tls.key"]);
    const all = await bundles();
    assert.deepEqual([...new Set(all)], [secret.data["ca.crt"]]);
    assert.doesNotMatch(installation.pod.output(), /PRIVATE KEY/);
  });

  it("refuses images, and says which rule, container and image", async () => {
    const said = await refusal(["apply", "-f", "-"], deployment("other", "docker.io/library/nginx:1"));
    assert.match(said, /admission webhook "images\.imagehook\.dev" denied the request: /);
    assert.match(said, /own-registry/);
    assert.match(said, /nginx/);
    assert.match(await refusal(["apply", "-f", "-"], deployment("other", "registry.example.com/team/app")), /latest/);
  });

  it("sets what is absent, and lets what is good in", async () => {
    await kubectl(["apply", "-f", "-"], deployment("website", GOOD));
    const stored = JSON.parse(await kubectl(["get", "deployment", "website", "-o", "json"])) as {
      metadata: { labels: Record<string, string>; annotations: Record<string, string> };
    };
    assert.equal(stored.metadata.labels["team"], "web");
    assert.notEqual(stored.metadata.annotations["example.com/created-by"], undefined);
  });

  it("refuses fields out of their range, by apply and by scale", async () => {
    const said = await refusal(["apply", "-f", "-"], deployment("website", GOOD, 21));
    assert.match(said, /admission webhook "fields\.imagehook\.dev" denied the request: .*replicas/);
    assert.match(said, /20/);
  });

  it("refuses a broken hooks file with its place, and takes a good one", async () => {
    const map = (text: string): object => ({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "more-hooks", namespace: installation.namespace, labels: { "imagehook.dev/hooks": "true" } },
      data: { "more.yaml": text },
    });
    const said = await cluster()
      .kubectl(["apply", "-f", "-"], JSON.stringify(map(BROKEN_HOOKS)))
      .catch(String);
    assert.match(said, /admission webhook "hooks\.imagehook\.dev" denied the request: /);
    assert.match(said, /more\.yaml:\d+:\d+: error: website: /);
    await cluster().kubectl(["apply", "-f", "-"], JSON.stringify(map("[]\n")));
  });

  it("takes up changed rules without a restart", async () => {
    const [rule] = ADMISSION.fields.rules;
    const fields = { ...ADMISSION.fields, rules: [{ ...rule, max: 5, message: "five at most" }] };
    await installation.upgrade(valuesFor(installation.web, { fields }));
    await waitFor(
      () => refusal(["apply", "--dry-run=server", "-f", "-"], deployment("website", GOOD, 6)),
      (said) => said.includes("five at most"),
      { timeoutMs: 10_000, what: "the new rule is served" },
    );
    assert.equal(
      (await bundles()).every((bundle) => bundle !== ""),
      true,
    );
  });

  it("refuses nothing while a replica comes and another one goes", async () => {
    let [running, calls] = [true, 0];
    const load = async (name: string): Promise<void> => {
      const path = `/apis/apps/v1/namespaces/${installation.web}/deployments?dryRun=All`;
      while (running) {
        const { status, body } = await cluster().call("POST", path, deployment(name, GOOD));
        assert.equal(status, 201, JSON.stringify(body));
        calls++;
      }
    };
    const loads = ["a", "b", "c", "d"].map(load);
    const failed = Promise.all(loads);
    const port = await freePort();
    const second = await installation.startReplica({ ADMISSION_PORT: String(port), SHUTDOWN_DELAY: "1s" });
    ports.set(second, port);
    await serveBy(installation.pod, second);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await serveBy(second);
    const code = await installation.pod.stop();
    assert.equal(code, 0);
    await new Promise((resolve) => setTimeout(resolve, 500));
    running = false;
    await failed;
    assert.ok(calls > 100, String(calls));
  });

  it("answers with the Fail policy's refusal where no replica is left, and lets Ignore through", async () => {
    for (const pod of ports.keys()) await pod.stop();
    const said = await refusal(["create", "--dry-run=server", "-f", "-"], deployment("more", GOOD));
    assert.match(said, /failed calling webhook "(?:images|fields)\.imagehook\.dev"/);
    const map = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "hooks", labels: { "imagehook.dev/hooks": "true" } },
    };
    await cluster().kubectl(["create", "-f", "-", "-n", installation.namespace], JSON.stringify(map));
  });

  it("leaves nothing behind that could block the cluster", async () => {
    await installation.remove();
    isRemoved = true;
    assert.deepEqual(await bundles(), []);
    await kubectl(["create", "--dry-run=server", "-f", "-"], deployment("more", "docker.io/library/nginx"));
    const kinds = "secrets,clusterroles,clusterrolebindings,roles,services,configmaps";
    const left = await cluster().kubectl(["get", kinds, "-A", "-o", "name"]);
    assert.doesNotMatch(left, /ih-imagehook/);
  });
});
