import type { RolloutFacts } from "../rollout/status.ts";
import type { Workload } from "../rollout/workload.ts";

/** How a container's process ended. */
export interface Exit {
  readonly exitCode: number;
  /** 0 where the runtime names none. */
  readonly signal: number;
  readonly reason: string;
  readonly message: string;
}

/** What a container does now. One that the kubelet has said nothing of waits without a reason. */
export type ContainerState =
  | { readonly kind: "waiting"; readonly reason: string; readonly message: string }
  | { readonly kind: "running" }
  | ({ readonly kind: "terminated" } & Exit);

/** A container of a pod, as far as it tells why the pod is not ready. */
export interface ContainerFacts {
  readonly name: string;
  readonly image: string;
  /** A sidecar is an init container that goes on running. */
  readonly role: "main" | "init" | "sidecar";
  readonly isReady: boolean;
  readonly hasStarted: boolean;
  readonly hasStartupProbe: boolean;
  readonly hasReadinessProbe: boolean;
  readonly restarts: number;
  readonly state: ContainerState;
  /** How it ended before it was last restarted; null where it never was. */
  readonly lastExit: Exit | null;
}

/** A pod, as far as it tells why it is not ready. Texts are the cluster's own: as long and as odd as it likes. */
export interface PodFacts {
  readonly name: string;
  readonly uid: string;
  readonly isDeleted: boolean;
  /** As it stands in the pod's annotation; null when there is none. */
  readonly redeployedAt: string | null;
  readonly phase: string;
  /** Such as Evicted; empty for most pods. */
  readonly reason: string;
  readonly message: string;
  /** Why no node was found for it; empty where one was. */
  readonly unscheduled: string;
  /** Why it is not ready though its containers are; empty where that is not so. */
  readonly unmetGate: string;
  /** Images by container, as the pod asks for them. */
  readonly images: ReadonlyMap<string, string>;
  /** Init containers first: in the order in which they start. */
  readonly containers: readonly ContainerFacts[];
}

/** An Event of the type Warning. */
export interface EventFacts {
  /** Of the object that it is about. */
  readonly uid: string;
  /** Empty for one about a whole object. */
  readonly container: string;
  readonly reason: string;
  readonly message: string;
  /** RFC 3339, of the last time that it happened. */
  readonly at: string;
}

/** All that an explanation is made of. */
export interface Evidence {
  readonly workload: Workload;
  readonly rollout: RolloutFacts;
  readonly pods: readonly PodFacts[];
  /** The newest first; empty where nobody may list them. */
  readonly events: readonly EventFacts[];
}

/** Why a pod is not ready. */
export interface Fault {
  /** 0: it does not pass by itself; 1: it may, such as a full cluster; 2: it may be a step on the way. */
  readonly rank: 0 | 1 | 2;
  /** The same for pods that have the same fault. */
  readonly key: string;
  /** A clause that goes on behind "pod website-1: ". */
  readonly text: string;
  /** The container whose last lines may tell more; null where it never ran. */
  readonly crashed: string | null;
}
