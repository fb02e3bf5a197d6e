import assert from "node:assert/strict";
import type { Candidate } from "../../../src/core/rollout/candidate.ts";
import { pushesOf, type PushRecord } from "../../../src/core/rollout/state.ts";
import type { ClusterFailure } from "../../../src/core/rollout/cluster-failure.ts";
import type { ChangedContainer, UpgradeOutcome } from "../../../src/core/delivery/outcome.ts";
import type { AcceptedPush } from "../../../src/flow/push.ts";
import { createUpgrade, type AppliedChange } from "../../../src/flow/upgrade.ts";
import type { Vet } from "../../../src/flow/vet.ts";
import { templateOf } from "../../support/api-object.ts";
import { aTarget } from "../../support/builders.ts";
import { createFakeCluster, type FakeCluster } from "../../support/fake-cluster.ts";
import { createFakeClock, type FakeClock } from "../../support/fake-log.ts";

export const image = (tag: string): string => `registry.example.com/shop/website:${tag}`;

export const UNREACHABLE: ClusterFailure = {
  kind: "unreachable",
  message: "the API server cannot be reached: ETIMEDOUT",
};
export const REFUSED: ClusterFailure = { kind: "refused", message: "denied by a policy", status: 403 };

/** What became of the first container that was changed. */
export const firstOf = (outcome: UpgradeOutcome): Partial<ChangedContainer> =>
  outcome.kind === "changed" ? outcome.containers[0] : {};

/** An upgrade on a cluster in memory where the deployment website runs 1.0, and all that came of it. */
export interface UpgradeKit {
  readonly cluster: FakeCluster;
  readonly clock: FakeClock;
  readonly upgrade: (accepted: AcceptedPush) => Promise<UpgradeOutcome>;
  readonly applied: readonly AppliedChange[];
  readonly refused: readonly (readonly [PushRecord, ClusterFailure])[];
  readonly events: readonly string[];
  /** The images that were vetted, each with the digest that the push said. */
  readonly asked: readonly string[];
  /** The image that the container web has in the cluster. */
  readonly running: () => string | undefined;
  /** The pushes on record for the container web. */
  readonly pushes: () => readonly PushRecord[];
}

/** Makes one. */
export async function makeUpgradeKit(vet: (candidate: Candidate) => ReturnType<Vet> = noVet): Promise<UpgradeKit> {
  const cluster = createFakeCluster();
  const clock = createFakeClock();
  const asked: string[] = [];
  const [applied, refused, events]: [AppliedChange[], (readonly [PushRecord, ClusterFailure])[], string[]] = [
    [],
    [],
    [],
  ];
  await cluster.deploy(aTarget, { log: "log:1", web: image("1.0") });
  const upgrade = createUpgrade({
    workloads: cluster.workloads,
    states: cluster.states,
    events: {
      record: (workload, { type, reason, message }) => events.push(`${workload.uid} ${type} ${reason} ${message}`),
    },
    clock,
    vet: (candidate) => {
      asked.push(`${candidate.repository}:${candidate.tag} ${String(candidate.digest)}`);
      return vet(candidate);
    },
    onApplied: (change) => applied.push(change),
    onRefused: ({ changes, failure }) => refused.push([changes[0].push, failure]),
  });
  const running = (): string | undefined =>
    templateOf(cluster.object(aTarget)).spec.containers.find(({ name }) => name === "web")?.image;
  const pushes = (): readonly PushRecord[] => pushesOf(cluster.stored(aTarget).state, "web");
  return { cluster, clock, upgrade, applied, refused, events, asked, running, pushes };
}

const noVet = (): never => assert.fail("this hook checks no images");
