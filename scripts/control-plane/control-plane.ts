import { existsSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openApi, type Api } from "./api.ts";
import {
  apiServerArguments,
  controllerManagerArguments,
  etcdArguments,
  kwokArguments,
  schedulerArguments,
} from "./arguments.ts";
import type { Places } from "./arguments.ts";
import { findBinaries, type Binaries } from "./binaries.ts";
import { startComponent, untilReady, type Component } from "./component.ts";
import { writeApiServerFiles, writeCertificateAuthority, writeKubeconfig } from "./files.ts";
import { freePort, hostAddress } from "./network.ts";
import { createNode } from "./node.ts";
import { run } from "./run.ts";
import { startWatchdog, type Watchdog } from "./watchdog.ts";

/** What to tell about the start, and whether the API server keeps an audit log (default yes; benches do without). */
export interface ControlPlaneOptions {
  readonly say?: (line: string) => void;
  readonly audit?: boolean;
}

/** A running Kubernetes control plane with one node whose pods kwok plays. */
export interface ControlPlane {
  readonly kubeconfig: string;
  readonly server: string;
  readonly caFile: string;
  readonly adminToken: string;
  readonly folder: string;
  /** One JSON line per request, in the file before the request is answered. */
  readonly auditLog: string;
  /** An address of this host that an EndpointSlice may name; nothing of the control plane listens on it. */
  readonly hostAddress: string;
  readonly binaries: Binaries;
  readonly call: Api["call"];
  readonly kubectl: (args: readonly string[], stdin?: string) => Promise<string>;
  readonly helm: (args: readonly string[], stdin?: string) => Promise<string>;
  readonly stopApiServer: () => Promise<void>;
  readonly startApiServer: () => Promise<void>;
  readonly pauseApiServer: () => void;
  readonly resumeApiServer: () => void;
  /** The processes that run now, the watchdog among them. */
  readonly pids: () => number[];
  readonly stop: () => Promise<void>;
}

interface Parts {
  readonly places: Places;
  readonly binaries: Binaries;
  readonly watchdog: Watchdog;
  readonly server: string;
  readonly audit: boolean;
  /** In the order of their start; stopped in the reverse order, so that etcd outlives the API server. */
  readonly components: Map<string, Component>;
}

async function choosePlaces(folder: string): Promise<Places> {
  return {
    folder,
    etcdPort: await freePort(),
    etcdPeerPort: await freePort(),
    apiPort: await freePort(),
    hostAddress: await hostAddress(),
    kubeconfig: join(folder, "kubeconfig"),
    caFile: join(folder, "ca.crt"),
    auditLog: join(folder, "audit.log"),
  };
}

async function start(parts: Parts, name: string, binary: string, args: readonly string[]): Promise<Component> {
  const { folder } = parts.places;
  const component = await startComponent({ name, binary, args, folder, watchdog: parts.watchdog });
  parts.components.set(name, component);
  return component;
}

async function startApiServer(parts: Parts, token: string): Promise<string> {
  const { places, binaries, server } = parts;
  if (parts.components.has("kube-apiserver")) throw new Error("the API server runs already");
  const args = apiServerArguments(places, parts.audit);
  const component = await start(parts, "kube-apiserver", binaries.kubeApiserver, args);
  const certificate = join(places.folder, "apiserver", "apiserver.crt");
  const involved = [component, ...parts.components.values()] as const;
  await untilReady(involved, 60_000, () => Promise.resolve(existsSync(certificate)));
  const authority = await writeCertificateAuthority(places);
  const probe = openApi(server, authority, token);
  const isReady = (): Promise<boolean> =>
    probe.call("GET", "/readyz").then(
      ({ status }) => status === 200,
      () => false,
    );
  await untilReady(involved, 60_000, isReady).finally(probe.close);
  return authority;
}

async function stopApiServer(parts: Parts): Promise<void> {
  await parts.components.get("kube-apiserver")?.stop();
  parts.components.delete("kube-apiserver");
}

const stopOrder = ["kwok", "kube-scheduler", "kube-controller-manager", "kube-apiserver", "etcd"];

async function stopAll(parts: Parts): Promise<void> {
  for (const name of stopOrder) {
    await parts.components.get(name)?.stop();
    parts.components.delete(name);
  }
  await parts.watchdog.finish();
}

function toolEnvironment({ folder, kubeconfig }: Places): NodeJS.ProcessEnv {
  return {
    ...process.env,
    KUBECONFIG: kubeconfig,
    KUBECACHEDIR: join(folder, "kubectl-cache"),
    HELM_CACHE_HOME: join(folder, "helm", "cache"),
    HELM_CONFIG_HOME: join(folder, "helm", "config"),
    HELM_DATA_HOME: join(folder, "helm", "data"),
  };
}

type Tool = (args: readonly string[], stdin?: string) => Promise<string>;

function tool(binary: string, env: NodeJS.ProcessEnv): Tool {
  return async (args, stdin = "") => (await run(binary, args, { env, stdin })).stdout;
}

async function startParts(parts: Parts, say: (line: string) => void): Promise<ControlPlane> {
  const { places, binaries, server, components } = parts;
  const adminToken = await writeApiServerFiles(places);
  await start(parts, "etcd", binaries.etcd, etcdArguments(places));
  const authority = await startApiServer(parts, adminToken);
  say(`kube-apiserver is ready at ${server}`);
  await writeKubeconfig(places, server, adminToken);
  const manager = await start(
    parts,
    "kube-controller-manager",
    binaries.kubeControllerManager,
    controllerManagerArguments(places),
  );
  await start(parts, "kube-scheduler", binaries.kubeScheduler, schedulerArguments(places));
  await start(parts, "kwok", binaries.kwok, kwokArguments(places));
  const api = openApi(server, authority, adminToken);
  await createNode(api, [manager, ...components.values()]).catch((error: unknown) => {
    api.close();
    throw error;
  });
  say("kube-controller-manager, kube-scheduler and kwok run; one node is ready");
  for (const { failed } of components.values())
    failed.catch((error: unknown) => {
      say(String(error));
    });
  const env = toolEnvironment(places);
  let stopped: Promise<void> | undefined;
  return {
    ...places,
    server,
    adminToken,
    binaries,
    call: api.call,
    kubectl: tool(binaries.kubectl, env),
    helm: tool(binaries.helm, env),
    stopApiServer: () => stopApiServer(parts),
    startApiServer: async () => {
      await startApiServer(parts, adminToken);
    },
    pauseApiServer: () => components.get("kube-apiserver")?.signal("SIGSTOP"),
    resumeApiServer: () => components.get("kube-apiserver")?.signal("SIGCONT"),
    pids: () => [...components.values(), parts.watchdog].map(({ pid }) => pid),
    stop: () => {
      api.close();
      stopped ??= stopAll(parts);
      return stopped;
    },
  };
}

/** Starts a control plane on free loopback ports with all its state in one temporary folder; its processes never outlive this one. */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const say = options.say ?? ((): void => undefined);
  const binaries = await findBinaries(say);
  const folder = await mkdtemp(join(tmpdir(), "imagehook-cluster-"));
  const watchdog = await startWatchdog(folder);
  try {
    const places = await choosePlaces(folder);
    const server = `https://127.0.0.1:${String(places.apiPort)}`;
    const audit = options.audit ?? true;
    const parts: Parts = { places, binaries, watchdog, server, audit, components: new Map() };
    return await startParts(parts, say).catch(async (error: unknown) => {
      await stopAll(parts);
      throw error;
    });
  } catch (error) {
    await watchdog.finish();
    throw error;
  }
}
