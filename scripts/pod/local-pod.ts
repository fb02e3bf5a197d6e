import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../control-plane/network.ts";
import type { Watchdog } from "../control-plane/watchdog.ts";
import {
  dataOf,
  getObject,
  type EnvVar,
  type Kubectl,
  type PodTemplate,
  type Volume,
  type VolumeSource,
} from "./objects.ts";
import { nodeOptionsOfImage } from "./entrypoint.ts";
import { layOut, type VolumeFiles } from "./volume.ts";

/** Which Deployment is played, and how the process reaches the cluster. */
export interface LocalPodOptions {
  readonly kubectl: Kubectl;
  readonly namespace: string;
  readonly deployment: string;
  /** A folder of its own: what the kubelet would mount lies below it. */
  readonly folder: string;
  /** The service account's own token, or a kubeconfig of the user's. */
  readonly access:
    | { readonly kind: "service-account"; readonly server: string; readonly ca: string }
    | { readonly kind: "kubeconfig"; readonly env: NodeJS.ProcessEnv; readonly args: readonly string[] };
  /** The program that Node runs. */
  readonly program: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Where it listens on loopback; by default a free port. */
  readonly port?: number;
  /** Ends it when this process dies; Ctrl-C at the terminal then no longer reaches it. */
  readonly watchdog?: Watchdog;
  /** Gets what it prints, as it comes. */
  readonly onOutput?: (chunk: string) => void;
}

/** imagehook's pod, played by a local process: the kubelet's part is done here, the rest is real. */
export interface LocalPod {
  readonly url: string;
  readonly pid: number;
  /** Everything that it has printed so far. */
  readonly output: () => string;
  /** Brings ConfigMaps and Secrets up to date, as the kubelet does once a minute. */
  readonly sync: () => Promise<void>;
  /** Sends a signal and waits for the end; gives the exit code, null when a signal ended it. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<number | null>;
}

const READY_WITHIN_MS = 20_000;
// TokenRequest's default is an hour; the kubelet renews at four fifths.
const TOKEN_AGE_MS = 40 * 60_000;
const SERVICE_ACCOUNT_DIR = "/var/run/secrets/kubernetes.io/serviceaccount";

/** Starts the Deployment's one container as a process of this machine and waits until it is ready. */
export async function startLocalPod(options: LocalPodOptions): Promise<LocalPod> {
  const template = await readTemplate(options);
  await syncVolumes(options, template);
  const port = options.port ?? (await freePort());
  const env: NodeJS.ProcessEnv = {
    PATH: process.env["PATH"],
    NODE_V8_COVERAGE: process.env["NODE_V8_COVERAGE"],
    ...(await readEnvironment(options, template)),
    ...(await accessEnvironment(options, template)),
    // There as in a container without the chart's volume for it, a path that cannot be written to.
    TMPDIR: join(options.folder, "tmp"),
    HOOKS: join(options.folder, "/etc/webhook/source"),
    HOST: "127.0.0.1",
    PORT: String(port),
    // Several such pods are on one machine: any free port, which the log tells.
    OPERATIONS_PORT: "0",
    ...options.env,
  };
  let tokenAt = Date.now();
  const { child, output } = startProgram(options, env);
  const url = `http://127.0.0.1:${String(port)}`;
  await untilReady(child, url, output);
  return {
    url,
    pid: child.pid ?? 0,
    output,
    sync: async () => {
      const current = await readTemplate(options);
      await syncVolumes(options, current);
      if (Date.now() - tokenAt < TOKEN_AGE_MS) return;
      await accessEnvironment(options, current);
      tokenAt = Date.now();
    },
    stop: async (signal = "SIGTERM") => {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const ended = once(child, "close");
      child.kill(signal);
      await ended;
      return child.exitCode;
    },
  };
}

interface Program {
  readonly child: ChildProcess;
  readonly output: () => string;
}

function startProgram({ access, program, watchdog, onOutput }: LocalPodOptions, env: NodeJS.ProcessEnv): Program {
  const args = access.kind === "kubeconfig" ? access.args : [];
  const detached = watchdog !== undefined;
  const child = spawn(process.execPath, [...nodeOptionsOfImage(), program, ...args], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
    detached,
  });
  const { pid } = child;
  if (pid !== undefined && watchdog !== undefined) {
    watchdog.watch(pid);
    child.once("exit", () => {
      watchdog.forget(pid);
    });
  }
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
      onOutput?.(chunk);
    });
  }
  return { child, output: () => output };
}

async function readTemplate({ kubectl, namespace, deployment }: LocalPodOptions): Promise<PodTemplate> {
  const object = (await getObject(kubectl, namespace, "deployment", deployment)) as { spec: { template: PodTemplate } };
  return object.spec.template;
}

async function untilReady(child: ChildProcess, url: string, output: () => string): Promise<void> {
  const limit = Date.now() + READY_WITHIN_MS;
  while (Date.now() < limit && child.exitCode === null) {
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    if (answer?.ok === true) return;
    await sleep(50);
  }
  child.kill("SIGKILL");
  throw new Error(`imagehook did not become ready; it printed:\n${output()}`);
}

async function syncVolumes(options: LocalPodOptions, { spec }: PodTemplate): Promise<void> {
  for (const { name, mountPath } of spec.containers[0]?.volumeMounts ?? []) {
    const volume = spec.volumes.find((candidate) => candidate.name === name);
    if (volume === undefined) throw new Error(`the pod has no volume ${name}`);
    if (volume.emptyDir !== undefined) await mkdir(join(options.folder, mountPath), { recursive: true });
    else await layOut(join(options.folder, mountPath), await filesOf(volume, options));
  }
}

async function filesOf(volume: Volume, options: LocalPodOptions): Promise<VolumeFiles> {
  const sources = volume.projected?.sources ?? [volume];
  const files = new Map<string, Buffer>();
  for (const { configMap, secret } of sources) {
    const found = await sourceFiles(
      options,
      configMap === undefined ? "secret" : "configmap",
      configMap ?? secret ?? {},
    );
    for (const [path, bytes] of found) files.set(path, relocated(bytes, options.folder));
  }
  return files;
}

async function sourceFiles(
  { kubectl, namespace }: LocalPodOptions,
  kind: "configmap" | "secret",
  source: VolumeSource,
): Promise<VolumeFiles> {
  const name = source.name ?? source.secretName ?? "";
  const data = await dataOf(kubectl, namespace, kind, { ...source, name });
  if (source.items === undefined) return data ?? new Map<string, Buffer>();
  return new Map(
    source.items.flatMap(({ key, path }) => {
      const bytes = data?.get(key);
      return bytes === undefined ? [] : [[path, bytes] as const];
    }),
  );
}

// A process has no mount namespace of its own: the paths that files and variables name are moved below the folder.
const MOUNTED = /(?<![\w/.-])\/etc\/imagehook\//g;
const relocatedText = (text: string, folder: string): string => text.replace(MOUNTED, `${folder}/etc/imagehook/`);
const relocated = (bytes: Buffer, folder: string): Buffer => Buffer.from(relocatedText(bytes.toString("utf8"), folder));

async function readEnvironment(options: LocalPodOptions, { spec }: PodTemplate): Promise<NodeJS.ProcessEnv> {
  const env: NodeJS.ProcessEnv = {};
  for (const variable of spec.containers[0]?.env ?? []) env[variable.name] = await valueOf(variable, options);
  return env;
}

async function valueOf({ value, valueFrom }: EnvVar, { kubectl, namespace, folder }: LocalPodOptions): Promise<string> {
  if (valueFrom === undefined) return relocatedText(value ?? "", folder);
  const { secretKeyRef, configMapKeyRef } = valueFrom;
  const ref = secretKeyRef ?? configMapKeyRef;
  if (ref === undefined)
    throw new Error(`${JSON.stringify(valueFrom)}: only keys of Secrets and ConfigMaps are played`);
  const data = await dataOf(kubectl, namespace, secretKeyRef === undefined ? "configmap" : "secret", ref);
  return textOf(data, ref.key);
}

const textOf = (data: VolumeFiles | null, key: string): string => data?.get(key)?.toString("utf8") ?? "";

async function accessEnvironment(options: LocalPodOptions, { spec }: PodTemplate): Promise<NodeJS.ProcessEnv> {
  const { access, kubectl, namespace, folder } = options;
  if (access.kind === "kubeconfig") return { ...access.env, STATE_NAMESPACE: namespace };
  const directory = join(folder, SERVICE_ACCOUNT_DIR);
  const token = await kubectl(["create", "token", spec.serviceAccountName, "-n", namespace]);
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, "token"), token.trim());
  await writeFile(join(directory, "namespace"), namespace);
  await writeFile(join(directory, "ca.crt"), access.ca);
  const { hostname, port } = new URL(access.server);
  return { SERVICE_ACCOUNT_DIR: directory, KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port };
}
