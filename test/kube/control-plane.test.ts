import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { z } from "zod";
import { startControlPlane, type ControlPlane } from "../../scripts/control-plane/control-plane.ts";
import { apply, freshNamespace, useCluster, waitFor } from "../support/cluster.ts";

const deployment = (namespace: string, name: string, image: string, annotations: object = {}): object => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { namespace, name },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name }, annotations },
      spec: { containers: [{ name: "web", image }] },
    },
  },
});

const deploymentSchema = z.object({
  metadata: z.object({ uid: z.string() }),
  status: z.object({ availableReplicas: z.number().default(0), unavailableReplicas: z.number().default(0) }),
});
const podsSchema = z.object({
  items: z.array(
    z.object({
      status: z.object({
        phase: z.string(),
        containerStatuses: z
          .array(
            z.object({ ready: z.boolean(), state: z.object({ waiting: z.object({ reason: z.string() }).optional() }) }),
          )
          .default([]),
      }),
    }),
  ),
});

type Deployment = z.infer<typeof deploymentSchema>;
type Pods = z.infer<typeof podsSchema>["items"];

async function read(cluster: ControlPlane, namespace: string, name: string): Promise<Deployment> {
  const answer = await cluster.call("GET", `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return deploymentSchema.parse(answer.body);
}

async function readPods(cluster: ControlPlane, namespace: string, name: string): Promise<Pods> {
  const answer = await cluster.call("GET", `/api/v1/namespaces/${namespace}/pods?labelSelector=app%3D${name}`);
  return podsSchema.parse(answer.body).items;
}

const untilAvailable = (cluster: ControlPlane, namespace: string, name: string): Promise<Deployment> =>
  waitFor(
    () => read(cluster, namespace, name),
    ({ status }) => status.availableReplicas === 1,
    { timeoutMs: 20_000, what: `deployment ${name} becomes available` },
  );

const waitingReason = (pods: Pods): string | undefined => pods[0]?.status.containerStatuses[0]?.state.waiting?.reason;

function isRunning(pid: number): boolean {
  // Zombies, whose parent has not yet asked for their end, count as gone.
  return (
    existsSync(`/proc/${String(pid)}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${String(pid)}/status`, "utf8"))
  );
}

const untilGone = (pids: readonly number[], folder: string): Promise<unknown> =>
  waitFor(
    () => Promise.resolve({ running: pids.filter(isRunning), folder: existsSync(folder) }),
    ({ running, folder: exists }) => running.length === 0 && !exists,
    { timeoutMs: 15_000, what: "every process of the control plane is gone, and its folder" },
  );

describe("startControlPlane(options)", function () {
  this.timeout(90_000);
  const cluster = useCluster();

  it("serves the pinned Kubernetes version", async () => {
    const { body } = await cluster().call("GET", "/version");
    assert.match(z.object({ gitVersion: z.string() }).parse(body).gitVersion, /^v1\.36\.\d+$/);
  });

  it("rolls out a Deployment with a ReplicaSet and pods that become ready", async () => {
    const namespace = await freshNamespace(cluster(), "rollout");
    await apply(cluster(), deployment(namespace, "web", "registry.example.com/team/web:v1"));
    await untilAvailable(cluster(), namespace, "web");
    const sets = await cluster().kubectl(["get", "replicaset", "-n", namespace, "-o", "name"]);
    assert.match(sets, /^replicaset\.apps\/web-[0-9a-z]+\n$/);
    const [pod] = await readPods(cluster(), namespace, "web");
    assert.equal(pod?.status.phase, "Running");
  });

  it("completes a Job", async () => {
    const namespace = await freshNamespace(cluster(), "job");
    await cluster().kubectl(["create", "job", "once", "-n", namespace, "--image=registry.example.com/team/job:v1"]);
    await cluster().kubectl(["wait", "--for=condition=complete", "job/once", "-n", namespace, "--timeout=20s"]);
  });

  const faults = [
    { when: "never-ready by annotation", annotation: "never-ready", tag: "v1", phase: "Running", reason: undefined },
    {
      when: "crash-loop by annotation",
      annotation: "crash-loop",
      tag: "v1",
      phase: "Running",
      reason: "CrashLoopBackOff",
    },
    {
      when: "image-pull by annotation",
      annotation: "image-pull",
      tag: "v1",
      phase: "Pending",
      reason: "ImagePullBackOff",
    },
    { when: "never-ready by tag", annotation: "", tag: "v2-never-ready", phase: "Running", reason: undefined },
    { when: "crash-loop by tag", annotation: "", tag: "v2-crash-loop", phase: "Running", reason: "CrashLoopBackOff" },
    { when: "image-pull by tag", annotation: "", tag: "v2-image-pull", phase: "Pending", reason: "ImagePullBackOff" },
  ];
  for (const { when, annotation, tag, phase, reason } of faults) {
    it(`keeps a Deployment unavailable whose pod is ${when}`, async () => {
      const namespace = await freshNamespace(cluster(), "fault");
      const annotations = annotation === "" ? {} : { "imagehook.test/pod": annotation };
      await apply(cluster(), deployment(namespace, "web", `registry.example.com/team/web:${tag}`, annotations));
      const pods = await waitFor(
        () => readPods(cluster(), namespace, "web"),
        (seen) => seen[0]?.status.containerStatuses[0] !== undefined,
        { timeoutMs: 20_000, what: "the pod has a container status" },
      );
      assert.equal(pods[0]?.status.phase, phase);
      assert.equal(waitingReason(pods), reason);
      assert.equal(pods[0].status.containerStatuses[0]?.ready, false);
      await waitFor(
        () => read(cluster(), namespace, "web"),
        ({ status }) => status.availableReplicas === 0 && status.unavailableReplicas === 1,
        { timeoutMs: 20_000, what: "the deployment counts its pod as unavailable" },
      );
    });
  }

  it("starts a pod only after the time that its annotation names", async () => {
    const namespace = await freshNamespace(cluster(), "slow");
    const annotations = { "imagehook.test/ready-after": "2s" };
    const image = "registry.example.com/team/web:v1";
    const applied = Date.now();
    await apply(cluster(), deployment(namespace, "web", image, annotations));
    await waitFor(
      () => readPods(cluster(), namespace, "web"),
      (pods) => waitingReason(pods) === "ContainerCreating",
      { timeoutMs: 20_000, what: "the pod is being created" },
    );
    await untilAvailable(cluster(), namespace, "web");
    assert.ok(Date.now() - applied >= 2_000, `available after ${String(Date.now() - applied)} ms`);
  });

  it("has written a request to the audit log when the request is answered", async () => {
    const path = `/api/v1/namespaces/default/configmaps/audit-${String(Date.now())}`;
    await cluster().call("GET", path);
    const entry = readFileSync(cluster().auditLog, "utf8")
      .split("\n")
      .find((line) => line.includes(path));
    assert.match(entry ?? "no entry", /"username":"admin"/);
  });

  it("keeps its data while the API server is stopped and started", async () => {
    const namespace = await freshNamespace(cluster(), "restart");
    await apply(cluster(), deployment(namespace, "web", "registry.example.com/team/web:v1"));
    const before = await untilAvailable(cluster(), namespace, "web");
    await cluster().stopApiServer();
    await assert.rejects(cluster().call("GET", "/version"), { code: "ECONNREFUSED" });
    await cluster().startApiServer();
    const after = await read(cluster(), namespace, "web");
    assert.equal(after.metadata.uid, before.metadata.uid);
    await apply(cluster(), deployment(namespace, "later", "registry.example.com/team/web:v1"));
    await untilAvailable(cluster(), namespace, "later");
  });

  it("answers nothing while the API server is paused, and everything afterwards", async () => {
    cluster().pauseApiServer();
    let answered = false;
    const call = cluster()
      .call("GET", "/version")
      .finally(() => {
        answered = true;
      });
    await new Promise((resolve) => setTimeout(resolve, 500));
    const answeredWhilePaused = answered;
    cluster().resumeApiServer();
    assert.equal((await call).status, 200);
    assert.equal(answeredWhilePaused, false);
  });

  it("runs beside another one and leaves no process and no file behind", async () => {
    const second = await startControlPlane();
    const pids = second.pids();
    assert.equal(pids.length, 6);
    assert.deepEqual(pids.filter(isRunning), pids);
    const { body } = await second.call("GET", "/api/v1/namespaces");
    assert.doesNotMatch(JSON.stringify(body), /restart-/);
    await second.stop();
    assert.deepEqual(pids.filter(isRunning), []);
    await untilGone(pids, second.folder);
    assert.equal((await cluster().call("GET", "/readyz")).status, 200);
  });

  it("leaves nothing behind when the process that started it is killed", async () => {
    const program = `
      import { startControlPlane } from ${JSON.stringify(import.meta.resolve("../../scripts/control-plane/control-plane.ts"))};
      const { folder, pids } = await startControlPlane();
      console.log(JSON.stringify({ folder, pids: pids() }));`;
    const parent = spawn(process.execPath, ["--input-type=module", "--eval", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const lines = createInterface(parent.stdout);
    const line = await once(lines, "line");
    const { folder, pids } = z
      .object({ folder: z.string(), pids: z.array(z.number()) })
      .parse(JSON.parse(String(line[0])));
    assert.deepEqual(pids.filter(isRunning), pids);
    parent.kill("SIGKILL");
    await untilGone(pids, folder);
  });
});
