import assert from "node:assert/strict";
import type { Result } from "../../src/core/result.ts";
import type { ClusterFailure } from "../../src/core/rollout/cluster-failure.ts";
import type { Target } from "../../src/core/rollout/target.ts";
import type { Workload } from "../../src/core/rollout/workload.ts";
import type { States, Workloads } from "../../src/flow/ports.ts";

/** A cluster under contract: the ports, and someone else who works on it too. */
export interface ContractCluster {
  readonly workloads: Workloads;
  readonly states: States;
  /** Creates a workload with these containers, without annotations; gives where it really is. */
  readonly deploy: (
    target: Target,
    images: Readonly<Record<string, string>>,
    labels?: Readonly<Record<string, string>>,
  ) => Promise<Target>;
  /** Someone else's write of a workload's state object; null deletes it. */
  readonly storeText: (target: Target, text: string | null) => Promise<void>;
  readonly editImage: (target: Target, container: string, image: string) => Promise<void>;
}

/** An image of the shop's website. */
export const image = (tag: string): string => `registry.example.com/shop/website:${tag}`;
/** The time that a call is given. */
export const soon = (): AbortSignal => AbortSignal.timeout(10_000);

/** The value of a call that succeeds. */
export function valueOf<T>(result: Result<T, ClusterFailure>): T {
  if (result.kind === "error") assert.fail(JSON.stringify(result.error));
  return result.value;
}

/** Why a call failed. */
export const failureOf = (result: Result<unknown, ClusterFailure>): string =>
  result.kind === "error" ? result.error.kind : "it succeeded";

/** The image of a workload's container. */
export const imageOf = (workload: Workload, name: string): string | undefined =>
  workload.containers.find((container) => container.name === name)?.image;
