import { readFile } from "node:fs/promises";
import { delimiter, dirname } from "node:path";
import { startControlPlane } from "../control-plane/control-plane.ts";
import type { LocalPodOptions } from "../pod/local-pod.ts";
import { openTools, type Programs, type Tools } from "./tools.ts";

/** The cluster that the demo runs on. */
export interface Place {
  readonly tools: Tools;
  /** How the service reaches it. */
  readonly access: LocalPodOptions["access"];
  readonly createNamespaces: (names: readonly string[]) => Promise<void>;
  /** What to type so that the commands shown work in another terminal. */
  readonly exports: readonly string[];
  /** What a person should know of it, a line each. */
  readonly about: readonly string[];
  readonly close: () => Promise<void>;
}

/** Lists the exports for another terminal; programs that are on PATH already need none. */
export function exportsOf({ kubeconfig, kubectl, helm }: Programs): string[] {
  const known = (process.env["PATH"] ?? "").split(delimiter);
  const folders = new Set([kubectl, helm].map((path) => dirname(path)).filter((folder) => !known.includes(folder)));
  const path = folders.size === 0 ? [] : [`export PATH=${[...folders, "$PATH"].join(delimiter)}`];
  return [`export KUBECONFIG=${kubeconfig}`, ...path];
}

/** Starts a control plane of the demo's own; closing it takes all of it away. */
export async function startOwnCluster(signal: AbortSignal, say: (line: string) => void): Promise<Place> {
  const cluster = await startControlPlane({
    say: (line) => {
      if (!signal.aborted) say(line);
    },
    audit: false,
  });
  const { kubeconfig, folder, binaries, server } = cluster;
  const programs = { kubectl: binaries.kubectl, helm: binaries.helm, kubeconfig, folder };
  const tools = openTools(programs, signal);
  return {
    tools,
    access: { kind: "service-account", server, ca: await readFile(cluster.caFile, "utf8") },
    createNamespaces: async (names) => {
      for (const name of names) await tools.kubectl(["create", "namespace", name]);
    },
    exports: exportsOf(programs),
    about: [
      "Everything here is real but the kubelet: kwok plays the node and its pods.",
      `Logs of the control plane: ${folder}`,
    ],
    close: cluster.stop,
  };
}
