import assert from "node:assert/strict";
import { readCluster } from "../../src/config.ts";

describe("readCluster(env, { kubeconfig, context })", () => {
  const inPod = { KUBERNETES_SERVICE_HOST: "10.0.0.1", KUBERNETES_SERVICE_PORT: "6443", PORT: "tcp://10.0.0.2:80" };
  const pod = {
    kind: "pod",
    directory: "/var/run/secrets/kubernetes.io/serviceaccount",
    host: "10.0.0.1",
    port: "6443",
  };
  const cases = [
    { when: "in a pod", env: inPod, kubeconfig: "", cluster: pod },
    { when: "in a pod that names a file", env: inPod, kubeconfig: "k", cluster: { kind: "kubeconfig", file: "k" } },
    { when: "by KUBECONFIG", env: { KUBECONFIG: "k" }, kubeconfig: "", cluster: { kind: "kubeconfig", file: "k" } },
    { when: "nowhere", env: {}, kubeconfig: "", cluster: { kind: "none" } },
  ];
  for (const { when, env, kubeconfig, cluster } of cases)
    it(`finds it ${when}, whatever else the environment holds`, () => {
      const context = cluster.kind === "kubeconfig" ? { context: "c" } : {};
      assert.deepEqual(readCluster(env, { kubeconfig, context: "c" }), { ...cluster, ...context });
    });
});
