import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import process from "node:process";
import { readCluster } from "../config.ts";
import type { Election, Log } from "../flow/ports.ts";
import { createKubeClient } from "../kube/client.ts";
import { credentialsOf } from "../kube/cluster.ts";
import { createElection } from "../kube/leader.ts";
import { createLogger, openStandardOutput } from "../telemetry/logger.ts";

/** Which Lease decides who leads, and where it is kept. */
export interface LeaderElectionOptions {
  readonly namespace: string;
  /** Of the Lease. */
  readonly name: string;
  /** A kubeconfig file; left out: in a pod its service account, else the file that KUBECONFIG names. */
  readonly kubeconfig?: string;
  /** Left out: the file's current one. */
  readonly context?: string;
  /** Left out: lines for people on the standard output. */
  readonly log?: Log;
}

/**
 * An election by a Lease, with the times of Kubernetes' own controllers. It asks for the rights to create Leases, and to
 * get and update this one.
 * @example createManager({ election: await leaderElection({ namespace: "web", name: "team-labels" }) })
 */
export async function leaderElection(options: LeaderElectionOptions): Promise<Election> {
  const { namespace, name, kubeconfig = "", context = "" } = options;
  const log = options.log ?? createLogger({ level: "info", format: "text" }, openStandardOutput());
  const source = readCluster(process.env, { kubeconfig, context });
  if (source.kind === "none")
    throw new Error("the leader election finds no cluster: outside of a pod name a kubeconfig file, or set KUBECONFIG");
  const client = createKubeClient(await credentialsOf(source), { connections: 1 });
  const identity = `${hostname()}_${randomUUID()}`;
  return createElection(client, { namespace, name, identity, owner: null, clock: { now: () => new Date() }, log });
}
