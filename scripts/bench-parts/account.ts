import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ControlPlane } from "../control-plane/control-plane.ts";
import { NAMESPACE, SERVICE_ACCOUNT } from "./names.ts";

/** Who both sides are to the API server. */
export interface Account {
  readonly uid: string;
  readonly token: string;
  /** The environment of a process that has the account as a pod has it. */
  readonly env: NodeJS.ProcessEnv;
}

const RULES = [
  { apiGroups: ["apps"], resources: ["deployments"], verbs: ["get", "list", "watch", "patch"] },
  { apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list", "watch", "create", "update"] },
  { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["get", "create", "update"] },
  { apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] },
  { apiGroups: [""], resources: ["events"], verbs: ["create"] },
];

/** Creates an object; a refusal is thrown. */
export async function createObject(cluster: ControlPlane, path: string, object: object): Promise<unknown> {
  const { status, body } = await cluster.call("POST", path, object);
  if (status !== 201) throw new Error(`POST ${path} was answered ${String(status)}: ${JSON.stringify(body)}`);
  return body;
}

/** Creates the namespace with a service account that may what an upgrade needs, and lays its token out as the kubelet does. */
export async function createAccount(cluster: ControlPlane, folder: string): Promise<Account> {
  const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${NAMESPACE}`;
  const accounts = `/api/v1/namespaces/${NAMESPACE}/serviceaccounts`;
  const metadata = { name: SERVICE_ACCOUNT };
  await createObject(cluster, "/api/v1/namespaces", { metadata: { name: NAMESPACE } });
  const account = (await createObject(cluster, accounts, { metadata })) as { metadata: { uid: string } };
  await createObject(cluster, `${rbac}/roles`, { metadata, rules: RULES });
  await createObject(cluster, `${rbac}/rolebindings`, {
    metadata,
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: SERVICE_ACCOUNT },
    subjects: [{ kind: "ServiceAccount", namespace: NAMESPACE, name: SERVICE_ACCOUNT }],
  });
  const request = { spec: { expirationSeconds: 3_600 } };
  const issued = await createObject(cluster, `${accounts}/${SERVICE_ACCOUNT}/token`, request);
  const { token } = (issued as { status: { token: string } }).status;
  const directory = join(folder, "serviceaccount");
  await mkdir(directory);
  await writeFile(join(directory, "token"), token);
  await writeFile(join(directory, "namespace"), NAMESPACE);
  await copyFile(cluster.caFile, join(directory, "ca.crt"));
  const { hostname, port } = new URL(cluster.server);
  return {
    uid: account.metadata.uid,
    token,
    env: { SERVICE_ACCOUNT_DIR: directory, KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port },
  };
}
