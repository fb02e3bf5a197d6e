import assert from "node:assert/strict";
import { toObservation } from "../../src/kube/objects.ts";
import { createDiagnosis, type DiagnosisOptions } from "../../src/kube/diagnosis.ts";
import { createKubeClient, type KubeClient } from "../../src/kube/client.ts";
import { kubeconfigCredentials } from "../../src/kube/credentials.ts";
import { KINDS, type WorkloadKind } from "../../src/core/rollout/target.ts";
import type { Observation } from "../../src/flow/ports.ts";
import { apply, freshNamespace, useCluster, waitFor } from "../support/cluster.ts";
import { createFakeLog } from "../support/fake-log.ts";
import { accountClient, grant } from "./account.ts";
import { playKubelet } from "./played-kubelet.ts";

const PODS = { apiGroups: [""], resources: ["pods"], verbs: ["list"] };
const EVENTS = { apiGroups: [""], resources: ["events"], verbs: ["list"] };
const IMAGE = "registry.example.com/shop/website:2.0";
const soon = (): AbortSignal => AbortSignal.timeout(10_000);

interface Manifest {
  readonly kind?: Exclude<WorkloadKind, "cronjob">;
  readonly replicas?: number;
  readonly image?: string;
  readonly annotations?: object;
  readonly pod?: object;
  readonly container?: object;
}

describe("createDiagnosis(client, options, log), of a real API server", function () {
  this.timeout(120_000);
  const cluster = useCluster();
  let admin: KubeClient;
  const namespaces: string[] = [];

  before(async () => {
    admin = createKubeClient(await kubeconfigCredentials(cluster().kubeconfig, ""));
  });
  after(async () => {
    await admin.close();
    await cluster().kubectl(["delete", "namespace", ...namespaces, "--wait=false"]);
  });

  async function namespace(): Promise<string> {
    const name = await freshNamespace(cluster(), "diagnosis");
    namespaces.push(name);
    return name;
  }

  async function deploy(space: string, { kind = "deployment", replicas = 1, ...rest }: Manifest): Promise<void> {
    const labels = { app: "website" };
    const containers = [{ name: "web", image: rest.image ?? IMAGE, ...rest.container }];
    const { apiVersion, kind: apiKind } = KINDS[kind];
    await apply(cluster(), {
      apiVersion,
      kind: apiKind,
      metadata: { name: "website", namespace: space },
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels, annotations: rest.annotations ?? {} }, spec: { containers, ...rest.pod } },
        ...(kind !== "daemonset" && { replicas }),
        ...(kind === "statefulset" && { serviceName: "website" }),
      },
    });
  }

  async function observe(space: string, kind: WorkloadKind = "deployment"): Promise<Observation> {
    const text = await cluster().kubectl(["get", kind, "website", "-n", space, "-o", "json"]);
    return toObservation({ kind, namespace: space, name: "website" }, JSON.parse(text));
  }

  /** Looks again until the sentence is the one: the controllers and kwok need their moments. */
  async function explains(
    space: string,
    pattern: RegExp,
    { kind = "deployment", ...options }: Partial<DiagnosisOptions> & { readonly kind?: WorkloadKind } = {},
  ): Promise<string> {
    const diagnosis = createDiagnosis(admin, { events: true, logs: false, ...options }, createFakeLog());
    return waitFor(
      async () => diagnosis.explain(await observe(space, kind), soon()),
      (told) => pattern.test(told),
      { timeoutMs: 20_000, what: `a sentence like ${String(pattern)}` },
    );
  }

  // What a kubelet reports of a container, which kwok does not.
  async function warn(space: string, reason: string, message: string): Promise<void> {
    const text = await cluster().kubectl(["get", "pods", "-n", space, "-o", "json"]);
    const { items } = JSON.parse(text) as { items: { metadata: { name: string; uid: string } }[] };
    for (const { metadata } of items) {
      const { name, uid } = metadata;
      const event = {
        apiVersion: "v1",
        kind: "Event",
        metadata: { generateName: "website.", namespace: space },
        involvedObject: { kind: "Pod", namespace: space, name, uid, fieldPath: "spec.containers{web}" },
        type: "Warning",
        reason,
        message,
        lastTimestamp: new Date().toISOString(),
      };
      const created = await cluster().call("POST", `/api/v1/namespaces/${space}/events`, event);
      assert.equal(created.status, 201);
    }
  }

  it("tells nothing of a rollout that is well", async () => {
    const space = await namespace();
    await deploy(space, {});
    await cluster().kubectl(["rollout", "status", "deployment/website", "-n", space, "--timeout=30s"]);
    await explains(space, /^$/);
  });

  it("tells that an image cannot be pulled, with the registry's message", async () => {
    const space = await namespace();
    await deploy(space, { image: `${IMAGE}-image-pull` });
    await explains(
      space,
      /^pod website-\S+: the container web cannot pull the image registry\.example\.com\/shop\/website:2\.0-image-pull: failed to pull and unpack image .*: not found$/,
    );
  });

  it("tells of a crash loop, by how many pods show it, beside old ones that run", async () => {
    const space = await namespace();
    await deploy(space, { replicas: 2 });
    await cluster().kubectl(["rollout", "status", "deployment/website", "-n", space, "--timeout=30s"]);
    await deploy(space, { replicas: 2, image: `${IMAGE}-crash-loop`, pod: { terminationGracePeriodSeconds: 0 } });
    await explains(space, /^pod website-\S+: the container web keeps crashing: exit code 1, 3 restarts$/);
    await deploy(space, { replicas: 4, image: `${IMAGE}-crash-loop` });
    await explains(space, /^\d of \d new pods: the container web keeps crashing: exit code 1, 3 restarts$/);
  });

  it("tells that a pod is not ready, and what its probe said where Events may be listed", async () => {
    const space = await namespace();
    const readinessProbe = { httpGet: { path: "/", port: 80 } };
    await deploy(space, { image: `${IMAGE}-never-ready`, container: { readinessProbe } });
    const plain = /: the container web runs and is not ready: its readiness probe does not pass$/;
    await explains(space, plain);
    await warn(space, "Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503");
    await explains(space, /runs and is not ready: Readiness probe failed: HTTP probe failed with statuscode: 503$/);
    await explains(space, plain, { events: false });
  });

  it("tells that no node takes the pod, in the scheduler's words", async () => {
    const space = await namespace();
    await deploy(space, { container: { resources: { requests: { cpu: "5000" } } } });
    await explains(space, /^pod website-\S+: no node takes it: 0\/\d+ nodes are available: .*Insufficient cpu/);
  });

  it("tells of a volume that cannot be mounted", async () => {
    const space = await namespace();
    await deploy(space, { annotations: { "imagehook.test/ready-after": "1h" } });
    await explains(space, /^pod website-\S+: its containers are still being made$/);
    await warn(space, "FailedMount", 'MountVolume.SetUp failed for volume "site": configmap "site" not found');
    await explains(space, /: a volume cannot be mounted: MountVolume\.SetUp failed .*: configmap "site" not found$/);
  });

  for (const kind of ["deployment", "statefulset", "daemonset"] as const)
    it(`tells that a quota allows no pod of a ${kind}`, async () => {
      const space = await namespace();
      const spec = { hard: { pods: "0" } };
      await apply(cluster(), {
        apiVersion: "v1",
        kind: "ResourceQuota",
        metadata: { name: "none", namespace: space },
        spec,
      });
      await waitFor(
        () => cluster().call("GET", `/api/v1/namespaces/${space}/resourcequotas/none`),
        ({ body }) => JSON.stringify(body).includes('"used"'),
        { timeoutMs: 20_000, what: "the quota to count" },
      );
      await deploy(space, { kind });
      const told = await explains(space, /quota/, { kind });
      assert.equal(
        told,
        "a quota allows no more pods: exceeded quota: none, requested: pods=1, used: pods=0, limited: pods=0",
      );
    });

  it("tells that Pod Security refuses the pods", async () => {
    const space = await namespace();
    await cluster().kubectl(["label", "namespace", space, "pod-security.kubernetes.io/enforce=restricted"]);
    await deploy(space, {});
    await explains(
      space,
      /^Pod Security refuses the new pods: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false .*securityContext/,
    );
  });

  it("tells that the service account is missing", async () => {
    const space = await namespace();
    await deploy(space, { pod: { serviceAccountName: "nobody" } });
    await explains(space, /^new pods cannot be made: error looking up service account \S+\/nobody: /);
  });

  it("says once which right is missing, and tells what it can see", async () => {
    const space = await namespace();
    await deploy(space, { image: `${IMAGE}-crash-loop` });
    const told = await explains(space, /keeps crashing/);
    const log = createFakeLog();
    const client = await accountClient(cluster(), space);
    const diagnosis = createDiagnosis(client, { events: true, logs: true }, log);
    const observation = await observe(space);

    assert.equal(await diagnosis.explain(observation, soon()), "");
    assert.equal(await diagnosis.explain(observation, soon()), "");
    const reasons = (): unknown[] => log.lines.map(({ facts }) => facts["reason"]);
    assert.equal(reasons().length, 1, JSON.stringify(log.lines));
    assert.match(String(reasons()[0]), /lacks the right to list pods in namespace .* --verb=list --resource=pods && /);

    await grant(cluster(), space, [PODS]);
    assert.equal(await diagnosis.explain(observation, soon()), told);
    assert.equal(await diagnosis.explain(observation, soon()), told);
    assert.equal(reasons().length, 3, JSON.stringify(log.lines));
    assert.match(String(reasons()[1]), /lacks the right to list events .* --verb=list --resource=events && /);
    assert.match(String(reasons()[2]), /lacks the right to get pods\/log .*create role imagehook-pods-log /);

    await grant(cluster(), space, [PODS, EVENTS]);
    assert.equal(await diagnosis.explain(observation, soon()), told);
    assert.equal(reasons().length, 3);
    await client.close();
  });

  it("reads the last lines of the crashed container for the mail, and says them nowhere else", async () => {
    const space = await namespace();
    const printed = Array.from({ length: 12 }, (_, index) => `line ${String(index)}`).join("\n");
    const kubelet = await playKubelet(cluster(), `${printed}\npassword=canary\n`);
    try {
      await deploy(space, { image: `${IMAGE}-crash-loop`, pod: { nodeName: kubelet.node } });
      await explains(space, /keeps crashing/);
      assert.deepEqual(kubelet.asked, [], "a log was read though that is off");

      const log = createFakeLog();
      const client = await accountClient(cluster(), space);
      await grant(cluster(), space, [PODS, { apiGroups: [""], resources: ["pods/log"], verbs: ["get"] }]);
      const diagnosis = createDiagnosis(client, { events: false, logs: true }, log);
      const observation = await observe(space);
      const { target } = observation.workload;
      const told = await diagnosis.explain(observation, soon());
      const { pod, ...crashLog } =
        diagnosis.crashLog(target) ?? assert.fail(JSON.stringify([log.lines, kubelet.asked]));
      const lines = [...printed.split("\n").slice(-9), "password=canary"];
      assert.deepEqual(crashLog, { container: "web", image: `${IMAGE}-crash-loop`, lines });
      assert.deepEqual(kubelet.asked, [
        `/containerLogs/${space}/${pod}/web?limitBytes=65536&previous=true&tailLines=10`,
      ]);
      assert.doesNotMatch(JSON.stringify([told, log.lines]), /canary/);

      await cluster().kubectl(["delete", "deployment", "website", "-n", space]);
      assert.equal(await diagnosis.explain({ ...observation, podSelector: "" }, soon()), "");
      assert.equal(diagnosis.crashLog(target), null, "the log of an earlier rollout is still there");
      await client.close();
    } finally {
      await kubelet.close();
    }
  });
});
