import { join } from "node:path";

/** Where the parts of one control plane listen and keep their files. */
export interface Places {
  readonly folder: string;
  readonly etcdPort: number;
  readonly etcdPeerPort: number;
  readonly apiPort: number;
  readonly hostAddress: string;
  readonly kubeconfig: string;
  readonly caFile: string;
  readonly auditLog: string;
}

/** Lists etcd's arguments: loopback only, and no fsync, since the data does not outlive the test. */
export function etcdArguments(places: Places): string[] {
  const client = `http://127.0.0.1:${String(places.etcdPort)}`;
  const peer = `http://127.0.0.1:${String(places.etcdPeerPort)}`;
  return [
    `--data-dir=${join(places.folder, "etcd")}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    "--unsafe-no-fsync=true",
    "--log-level=warn",
  ];
}

const auditArguments = (places: Places): string[] => [
  `--audit-policy-file=${join(places.folder, "audit-policy.yaml")}`,
  `--audit-log-path=${places.auditLog}`,
  "--audit-log-format=json",
  // An entry is in the file before the client has its answer, so that tests need not wait for it.
  "--audit-log-mode=blocking",
];

/** Lists kube-apiserver's arguments: RBAC on, webhook Services resolved from EndpointSlices since there is no kube-proxy. */
export function apiServerArguments(places: Places, audit: boolean): string[] {
  const { folder } = places;
  return [
    `--etcd-servers=http://127.0.0.1:${String(places.etcdPort)}`,
    "--bind-address=127.0.0.1",
    `--secure-port=${String(places.apiPort)}`,
    `--advertise-address=${places.hostAddress}`,
    `--cert-dir=${join(folder, "apiserver")}`,
    `--token-auth-file=${join(folder, "tokens.csv")}`,
    "--authorization-mode=Node,RBAC",
    "--allow-privileged=true",
    "--service-cluster-ip-range=10.96.0.0/16",
    "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
    `--service-account-key-file=${join(folder, "service-account.pub")}`,
    `--service-account-signing-key-file=${join(folder, "service-account.key")}`,
    "--enable-aggregator-routing=true",
    // Ends open watches at shutdown; by default the server waits for their clients to leave.
    "--shutdown-watch-termination-grace-period=1s",
    "--profiling=false",
    ...(audit ? auditArguments(places) : []),
  ];
}

const clientArguments = (places: Places): string[] => [
  `--kubeconfig=${places.kubeconfig}`,
  "--leader-elect=false",
  "--secure-port=0",
  "--profiling=false",
  "--kube-api-qps=500",
  "--kube-api-burst=1000",
];

/** Lists kube-controller-manager's arguments: many workers, and a node stays ready while a test stops the API server. */
export function controllerManagerArguments(places: Places): string[] {
  return [
    ...clientArguments(places),
    `--service-account-private-key-file=${join(places.folder, "service-account.key")}`,
    `--root-ca-file=${places.caFile}`,
    "--concurrent-deployment-syncs=20",
    "--concurrent-replicaset-syncs=20",
    "--concurrent-serviceaccount-token-syncs=20",
    "--concurrent-namespace-syncs=20",
    "--node-monitor-grace-period=24h",
  ];
}

/** Lists kube-scheduler's arguments. */
export const schedulerArguments = (places: Places): string[] => clientArguments(places);

/** Lists kwok's arguments: no node leases, since one kwok owns the only node. */
export function kwokArguments(places: Places): string[] {
  return [
    `--kubeconfig=${places.kubeconfig}`,
    `--config=${join(import.meta.dirname, "kwok-stages.yaml")}`,
    "--manage-all-nodes=true",
    "--node-lease-duration-seconds=0",
    "--node-ip=10.244.0.1",
    "--cidr=10.244.0.1/16",
  ];
}
