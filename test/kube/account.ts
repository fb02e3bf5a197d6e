import { createKubeClient, type KubeClient } from "../../src/kube/client.ts";
import { kubeconfigCredentials } from "../../src/kube/credentials.ts";
import type { ControlPlane } from "../../scripts/control-plane/control-plane.ts";
import { apply } from "../support/cluster.ts";

/** A client that speaks as the default service account of a namespace. */
export async function accountClient(cluster: ControlPlane, namespace: string): Promise<KubeClient> {
  const { server, tls } = await kubeconfigCredentials(cluster.kubeconfig, "");
  const token = (await cluster.kubectl(["create", "token", "default", "-n", namespace])).trim();
  return createKubeClient({
    server,
    tls: { ...(tls.ca !== undefined && { ca: tls.ca }) },
    authorization: () => Promise.resolve(`Bearer ${token}`),
  });
}

/** Gives the default service account of a namespace these rights there and no others. */
export async function grant(cluster: ControlPlane, namespace: string, rules: readonly object[]): Promise<void> {
  const apiGroup = "rbac.authorization.k8s.io";
  const metadata = { name: "imagehook", namespace };
  const subjects = [{ kind: "ServiceAccount", name: "default", namespace }];
  const roleRef = { apiGroup, kind: "Role", name: "imagehook" };
  const objects = [
    { kind: "Role", rules },
    { kind: "RoleBinding", roleRef, subjects },
  ];
  const items = objects.map((object) => ({ apiVersion: `${apiGroup}/v1`, metadata, ...object }));
  await apply(cluster, { apiVersion: "v1", kind: "List", items });
}
