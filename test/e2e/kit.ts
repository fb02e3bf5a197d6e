import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ControlPlane } from "../../scripts/control-plane/control-plane.ts";
import { startLocalPod, type LocalPod } from "../../scripts/pod/local-pod.ts";
import { freshNamespace } from "../support/cluster.ts";

/** A token that hooks of these tests are installed with. */
export const TOKEN = "4f1c9e6b27d84a5f8b7c3d21";

/** imagehook installed by real helm into a namespace of its own, and its pod played by a local process. */
export interface Installation {
  readonly cluster: ControlPlane;
  /** The release's namespace. */
  readonly namespace: string;
  /** A namespace for workloads. */
  readonly web: string;
  /** Below it lies what the kubelet would mount into the first pod. */
  readonly folder: string;
  readonly pod: LocalPod;
  /** Starts another pod of the Deployment: a replica of those that run, or what comes after one that was killed. */
  readonly startReplica: (env?: NodeJS.ProcessEnv) => Promise<LocalPod>;
  readonly post: (path: string, body: unknown, init?: RequestInit) => Promise<Answer>;
  readonly upgrade: (values: object) => Promise<void>;
  readonly remove: () => Promise<void>;
}

/** An answer of the service. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
  readonly tookMs: number;
}

/** How to install. */
export interface InstallOptions {
  /** Chart values, given the workloads' namespace. */
  readonly values: (web: string) => object;
  /** Prepares both namespaces before helm runs. */
  readonly prepare?: (namespaces: { readonly namespace: string; readonly web: string }) => Promise<void>;
  readonly env?: NodeJS.ProcessEnv;
  /** How pods reach the API server, where not directly: such as by a fault proxy. */
  readonly api?: ApiAccess;
}

/** The API server's address, and the PEM of the authority that vouches for it. */
interface ApiAccess {
  readonly server: string;
  readonly ca: string;
}

const RELEASE = "ih";
const DEPLOYMENT = "ih-imagehook";
const chart = join(import.meta.dirname, "../../charts/imagehook");
const program = join(import.meta.dirname, "../../src/main.ts");

/** Installs the chart and starts the service under the service account that the chart made. */
export async function install(cluster: ControlPlane, options: InstallOptions): Promise<Installation> {
  const namespace = await freshNamespace(cluster, "hooks");
  const web = await freshNamespace(cluster, "web");
  await options.prepare?.({ namespace, web });
  const root = await mkdtemp(join(tmpdir(), "imagehook-e2e-"));
  const helm = async (action: "install" | "upgrade", values: object): Promise<void> => {
    const file = join(root, "values.json");
    await writeFile(file, JSON.stringify({ image: { repository: "registry.example.com/imagehook" }, ...values }));
    await cluster.helm([action, RELEASE, chart, "--namespace", namespace, "-f", file]);
  };
  await helm("install", options.values(web));
  const { api, env = {} } = options;
  const pods: LocalPod[] = [];
  const start = async (own: string, more: NodeJS.ProcessEnv): Promise<LocalPod> => {
    const where = { namespace, deployment: DEPLOYMENT, folder: own, env: { ...env, ...more } };
    const started = await startPod(cluster, api === undefined ? where : { ...where, api });
    pods.push(started);
    return started;
  };
  const newFolder = (): Promise<string> => mkdtemp(join(root, "pod-"));
  const folder = await newFolder();
  const pod = await start(folder, {});
  return {
    cluster,
    namespace,
    web,
    folder,
    pod,
    startReplica: async (more = {}) => start(await newFolder(), more),
    post: (path, body, init) => post(pod, path, body, init),
    upgrade: async (values) => {
      await helm("upgrade", values);
      await Promise.all(pods.map((each) => each.sync()));
    },
    remove: async () => {
      await Promise.all(pods.map((each) => each.stop()));
      await cluster.helm(["uninstall", RELEASE, "--namespace", namespace]);
      await rm(root, { recursive: true });
    },
  };
}

/** Plays a Deployment's pod under the service account that it names. */
export async function startPod(
  cluster: ControlPlane,
  where: {
    readonly namespace: string;
    readonly deployment: string;
    readonly folder: string;
    readonly env: NodeJS.ProcessEnv;
    readonly api?: ApiAccess;
  },
): Promise<LocalPod> {
  const { server, ca } = where.api ?? { server: cluster.server, ca: await readFile(cluster.caFile, "utf8") };
  return startLocalPod({
    kubectl: cluster.kubectl,
    ...where,
    env: { SHUTDOWN_DELAY: "200ms", ...where.env },
    access: { kind: "service-account", server, ca },
    program,
  });
}

/** Posts a body as a registry does. */
export async function post(pod: LocalPod, path: string, body: unknown, init: RequestInit = {}): Promise<Answer> {
  const startedMs = performance.now();
  const answer = await fetch(`${pod.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
    ...init,
  });
  const text = await answer.text();
  return { status: answer.status, text, headers: answer.headers, tookMs: performance.now() - startedMs };
}

/** The path of a hook's trigger URL. */
export const hookPath = (id: string, query: Readonly<Record<string, string>> = {}): string =>
  `/hooks/${id}?${new URLSearchParams({ token: TOKEN, ...query }).toString()}`;

/** A Deployment with one container of an image, and what a real one has besides. */
export const aDeployment = (namespace: string, name: string, image: string, more: object = {}): object => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, namespace, labels: { team: "shop" } },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: {
        containers: [
          { name: "web", image, env: [{ name: "MODE", value: "production" }] },
          { name: "web-sidecar", image: "docker.io/library/busybox:1" },
        ],
        ...more,
      },
    },
  },
});

/** A body as Aliyun Container Registry sends it, in the shape of the first seed's document. */
export const aliyunBody = (tag: string, repository = "rancher_cn/webhook", digest = ""): object => ({
  push_data: { digest, pushed_at: "2026-03-13 23:38:07", tag },
  repository: {
    date_created: "2019-03-05 13:47:43",
    name: repository.split("/")[1] ?? "",
    namespace: repository.split("/")[0] ?? "",
    region: "cn-shanghai",
    repo_authentication_type: "NO_CERTIFIED",
    repo_full_name: repository,
    repo_origin_type: "NO_CERTIFIED",
    repo_type: "PUBLIC",
  },
});

/** A body as Docker Hub sends it. */
export const dockerHubBody = (tag: string, repository = "hongxiaolu/iperf3"): object => ({
  push_data: { pushed_at: 1552553567, images: [], tag, pusher: "builder" },
  callback_url: "",
  repository: {
    status: "Active",
    is_trusted: true,
    repo_url: "",
    owner: "builder",
    name: repository.split("/")[1] ?? "",
    namespace: repository.split("/")[0] ?? "",
    repo_name: repository,
    dockerfile: "# ",
  },
});

/** A body as a builder such as Jenkins posts it. */
export const customBody = (tag: string): object => ({
  push_data: { tag },
  repository: { repo_url: "registry.example.com", namespace: "team", name: "app" },
});

/** Reads an object by kubectl. */
export async function read(cluster: ControlPlane, namespace: string, kind: string, name: string): Promise<Live> {
  return JSON.parse(await cluster.kubectl(["get", kind, name, "-n", namespace, "-o", "json"])) as Live;
}

/** An object of the API server, as far as these tests look at it. */
export interface Live {
  readonly metadata: {
    readonly generation: number;
    readonly resourceVersion: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly uid: string;
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string; readonly uid: string }[];
  };
  readonly spec: {
    readonly template: {
      readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
      readonly spec: {
        readonly containers: readonly {
          readonly name: string;
          readonly image: string;
          readonly imagePullPolicy: string;
        }[];
      };
    };
  };
  readonly status: Readonly<Record<string, unknown>>;
  readonly data?: Readonly<Record<string, string>>;
}

/** The image of a container of a live workload. */
export const imageOf = (workload: Live, container = "web"): string | undefined =>
  workload.spec.template.spec.containers.find(({ name }) => name === container)?.image;

/** The log lines that the pod has written so far, parsed. */
export const logOf = (pod: LocalPod): readonly Readonly<Record<string, unknown>>[] =>
  pod
    .output()
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);

// Lines wait 50 ms for others at most.
const WRITTEN_WITHIN_MS = 200;

/** Waits until what has happened so far stands in the pod's log. */
export const logWritten = (): Promise<void> => sleep(WRITTEN_WITHIN_MS);
