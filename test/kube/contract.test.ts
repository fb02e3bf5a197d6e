import { createKubeClient, type KubeClient } from "../../src/kube/client.ts";
import { kubeconfigCredentials } from "../../src/kube/credentials.ts";
import { createStates } from "../../src/kube/states.ts";
import { createWorkloads } from "../../src/kube/workloads.ts";
import { stateObjectName } from "../../src/core/rollout/state.ts";
import { KINDS, type Target } from "../../src/core/rollout/target.ts";
import { describeCluster } from "../support/cluster-contract.ts";
import { apply, freshNamespace, useCluster } from "../support/cluster.ts";

const manifest = (
  { kind, namespace, name }: Target,
  images: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>> = {},
): object => {
  const containers = Object.entries(images).map(([container, image]) => ({ name: container, image }));
  const template = { metadata: { labels: { app: name } }, spec: { containers } };
  const selector = { matchLabels: { app: name } };
  const { apiVersion, kind: apiKind } = KINDS[kind];
  const job = { ...template, spec: { ...template.spec, restartPolicy: "Never" } };
  const spec =
    kind === "cronjob"
      ? { schedule: "0 3 * * *", suspend: true, jobTemplate: { spec: { template: job } } }
      : {
          selector,
          template,
          ...(kind === "statefulset" && { serviceName: name }),
          ...(kind !== "daemonset" && { replicas: 0 }),
          // The controller would add an annotation of its own at some moment of the test.
          ...(kind === "deployment" && { paused: true }),
        };
  return { apiVersion, kind: apiKind, metadata: { name, namespace, labels }, spec };
};

const aStateObject = (namespace: string, name: string, text: string): object => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { namespace, name, labels: { "imagehook.dev/state": "rollout" } },
  data: { "state.json": text },
});

describe("the real API server behind the ports", function () {
  this.timeout(60_000);
  const cluster = useCluster();
  let client: KubeClient;

  before(async () => {
    client = createKubeClient(await kubeconfigCredentials(cluster().kubeconfig, ""));
  });
  after(async () => {
    await client.close();
  });

  describeCluster("kube-apiserver", async () => {
    const namespace = await freshNamespace(cluster(), "contract");
    return {
      workloads: createWorkloads(client),
      states: createStates(client, namespace, null),
      deploy: async (target, images, labels) => {
        const placed = { ...target, namespace };
        // Created and not applied: kubectl apply leaves an annotation behind.
        await cluster().kubectl(["create", "-f", "-"], JSON.stringify(manifest(placed, images, labels)));
        return placed;
      },
      storeText: async (target, text) => {
        const args = ["-n", namespace, "--wait=false"];
        const name = stateObjectName(target);
        if (text === null) await cluster().kubectl(["delete", "configmap", name, ...args]);
        else await apply(cluster(), aStateObject(namespace, name, text));
      },
      editImage: async ({ kind, namespace: space, name }, container, image) => {
        await cluster().kubectl(["set", "image", `${kind}/${name}`, `${container}=${image}`, "-n", space]);
      },
    };
  });
});
