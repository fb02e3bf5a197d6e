import { fail, type Result } from "../core/result.ts";
import type { ClusterFailure } from "../core/rollout/cluster-failure.ts";
import type {
  Clock,
  Diagnosis,
  Election,
  EventRecorder,
  Log,
  Nodes,
  PullSecrets,
  Rights,
  StateArchive,
  States,
  Workloads,
} from "../flow/ports.ts";
import { createCertificateSecret } from "./certificate-secret.ts";
import { createWebhookConfigurations } from "./webhook-configurations.ts";
import type { CertificateSecret, WebhookConfigurations } from "../flow/admission/certificate-ports.ts";
import { createKubeClient, type KubeClient } from "./client.ts";
import {
  kubeconfigCredentials,
  podCredentials,
  podIdentity,
  type Credentials,
  type PodIdentity,
} from "./credentials.ts";
import { createDiagnosis, type DiagnosisOptions } from "./diagnosis.ts";
import { createEventRecorder } from "./events.ts";
import { createElection } from "./leader.ts";
import { createNodes } from "./nodes.ts";
import { createPullSecrets } from "./pull-secrets.ts";
import { createRights } from "./rights.ts";
import { createStateArchive } from "./state-archive.ts";
import { createStates } from "./states.ts";
import { createWorkloads } from "./workloads.ts";

/** How to find the cluster. */
export type ClusterSource =
  | { readonly kind: "pod"; readonly directory: string; readonly host: string; readonly port: string }
  | { readonly kind: "kubeconfig"; readonly file: string; readonly context: string }
  | { readonly kind: "none" };

/** Who this process is among its like, and whether one of them is elected. */
export interface Candidacy {
  readonly identity: string;
  /** The name of the Lease in the namespace of the state objects. */
  readonly lease: string;
  /** False: it leads always, whoever else does. */
  readonly isElected: boolean;
}

/** Where certificates of the admission port are kept, and who is told their authority. */
interface KeptCertificates {
  readonly namespace: string;
  readonly secret: CertificateSecret;
  readonly configurations: WebhookConfigurations;
}

/** The cluster behind its ports. */
export interface Cluster {
  readonly workloads: Workloads;
  readonly states: States;
  readonly archive: StateArchive;
  readonly events: EventRecorder;
  readonly diagnosis: Diagnosis;
  readonly rights: Rights;
  readonly nodes: Nodes;
  readonly pullSecrets: PullSecrets;
  readonly election: Election;
  /** The Secret and the webhook configurations of these names; null without a cluster. */
  readonly certificates: (names: {
    readonly secret: string;
    readonly configuration: string;
  }) => KeptCertificates | null;
  /** Whether the API server answers now, in words for people. */
  readonly reachability: () => Promise<string>;
  readonly close: () => Promise<void>;
}

const PROBE_TIMEOUT_MS = 1_000;
const EVENT_CONNECTIONS = 16;

/**
 * Opens the cluster; nothing is asked of it yet, so that a service starts while its API server is away. A process that is
 * no candidate never leads.
 */
export async function openCluster(
  source: ClusterSource,
  stateNamespace: string,
  { clock, log, diagnose = { events: false, logs: false }, candidacy = null }: ClusterParts,
): Promise<Cluster> {
  if (source.kind === "none") {
    log.warn({}, "no cluster is configured: in a pod it is its own, elsewhere set --kubeconfig or KUBECONFIG");
    return withoutCluster();
  }
  const credentials = await credentialsOf(source);
  const identity = source.kind === "pod" ? await podIdentity(source.directory) : null;
  const home = homeOf(identity, stateNamespace);
  const client = createKubeClient(credentials);
  // Nobody waits for Events, so they hold up no answer; and nothing holds up the Lease.
  const eventClient = createKubeClient(credentials, { connections: EVENT_CONNECTIONS });
  const leaseClient = createKubeClient(credentials, { connections: 1 });
  return {
    workloads: createWorkloads(client),
    states: createStates(client, home.namespace, home.owner),
    archive: createStateArchive(client, home.namespace),
    diagnosis: createDiagnosis(client, diagnose, log),
    events: createEventRecorder(eventClient, clock, log),
    rights: createRights(client, home.namespace),
    nodes: createNodes(client, clock),
    pullSecrets: createPullSecrets(client),
    election: electionOf(candidacy, leaseClient, { ...home, clock, log }),
    certificates: ({ secret, configuration }) => ({
      namespace: home.namespace,
      secret: createCertificateSecret(client, { namespace: home.namespace, name: secret }),
      configurations: createWebhookConfigurations(client, configuration),
    }),
    reachability: () => reachability(client),
    close: async () => {
      await Promise.all([client, eventClient, leaseClient].map((each) => each.close()));
    },
  };
}

/** The credentials of a cluster that is configured. */
export const credentialsOf = (source: Exclude<ClusterSource, { kind: "none" }>): Promise<Credentials> =>
  source.kind === "pod"
    ? podCredentials(source.directory, source.host, source.port)
    : kubeconfigCredentials(source.file, source.context);

interface ClusterParts {
  readonly clock: Clock;
  readonly log: Log;
  /** What may be read to explain a rollout besides pods; nothing where it is left out. */
  readonly diagnose?: DiagnosisOptions;
  readonly candidacy?: Candidacy | null;
}

function electionOf(
  candidacy: Candidacy | null,
  client: KubeClient,
  parts: Omit<Parameters<typeof createElection>[1], "name" | "identity">,
): Election {
  if (candidacy === null) return neverLeading;
  const { identity, lease: name, isElected } = candidacy;
  return isElected
    ? createElection(client, { ...parts, name, identity })
    : { identity, lead: (work, signal) => work(signal) };
}

const neverLeading: Election = { identity: "", lead: () => Promise.resolve() };

// State in another namespace than the pod's has no owner: an owner must live in the same one.
function homeOf(
  identity: PodIdentity | null,
  named: string,
): { namespace: string; owner: PodIdentity["serviceAccount"] } {
  const own = identity?.namespace ?? "";
  const namespace = named === "" ? own : named;
  if (namespace === "")
    throw new Error("STATE_NAMESPACE is not set: outside of a pod it says in which namespace state objects are kept");
  return { namespace, owner: namespace === own ? (identity?.serviceAccount ?? null) : null };
}

async function reachability(client: KubeClient): Promise<string> {
  const right = { verb: "get", resource: "version", namespace: "", name: "" };
  const signal = AbortSignal.timeout(PROBE_TIMEOUT_MS);
  const answered = await client.request({ method: "GET", path: "/version", right, signal });
  return answered.kind === "ok" ? "reachable" : answered.error.message;
}

function withoutCluster(): Cluster {
  const failure: ClusterFailure = { kind: "unreachable", message: "no cluster is configured" };
  const refuse = () => Promise.resolve(fail(failure));
  return {
    workloads: { recall: refuse, read: refuse, list: refuse, patch: refuse, pods: refuse, watch: nothing },
    states: { recall: refuse, load: refuse, save: refuse, watch: nothing },
    events: { record: () => undefined, recordOnState: () => undefined },
    diagnosis: { explain: () => Promise.resolve(""), crashLog: () => null },
    archive: { pages: () => failing(failure), find: refuse, change: refuse },
    rights: { missing: () => Promise.resolve([failure]) },
    nodes: { platforms: refuse },
    pullSecrets: { read: refuse },
    election: neverLeading,
    certificates: () => null,
    reachability: () => Promise.resolve(failure.message),
    close: () => Promise.resolve(),
  };
}

async function* failing<E>(failure: E): AsyncGenerator<Result<never, E>> {
  yield await Promise.resolve(fail(failure));
}

async function* nothing(): AsyncGenerator<never> {
  // Nothing is ever seen without a cluster.
}
