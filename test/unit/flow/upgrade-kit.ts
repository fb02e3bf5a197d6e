import assert from "node:assert/strict";
import type { Candidate } from "../../../src/core/rollout/candidate.ts";
import { pushesOf, type NoticeRecord, type PushRecord } from "../../../src/core/rollout/state.ts";
import type { ClusterFailure } from "../../../src/core/rollout/cluster-failure.ts";
import type { ChangedContainer, UpgradeOutcome } from "../../../src/core/delivery/outcome.ts";
import type { AcceptedPush } from "../../../src/flow/push.ts";
import { createUpgrade, type UpgradeParts } from "../../../src/flow/upgrade.ts";
import type { Vet } from "../../../src/flow/vet.ts";
import { templateOf } from "../../support/api-object.ts";
import { aTarget } from "../../support/builders.ts";
import { createFakeCluster, type FakeCluster } from "../../support/fake-cluster.ts";
import { createFakeEvents } from "../../support/fake-events.ts";
import { createFakeClock, type FakeClock } from "../../support/fake-log.ts";

export const image = (tag: string): string => `registry.example.com/shop/website:${tag}`;

export const UNREACHABLE: ClusterFailure = {
  kind: "unreachable",
  message: "the API server cannot be reached: ETIMEDOUT",
};
export const REFUSED: ClusterFailure = { kind: "refused", message: "denied by a policy", status: 403 };
export const CONFLICT: ClusterFailure = { kind: "conflict", message: "the object has been modified" };

/** What became of the first container that was changed. */
export const firstOf = (outcome: UpgradeOutcome): Partial<ChangedContainer> =>
  outcome.kind === "changed" ? outcome.containers[0] : {};

/** An upgrade on a cluster in memory where the deployment website runs 1.0, and all that came of it. */
export interface UpgradeKit {
  readonly cluster: FakeCluster;
  readonly clock: FakeClock;
  /** Takes a push that arrives now. What is not sent at the same time meets another replica each time, which does not pace. */
  readonly upgrade: (accepted: AcceptedPush) => Promise<UpgradeOutcome>;
  readonly parts: UpgradeParts;
  /** Another replica. */
  readonly replica: () => ReturnType<typeof createUpgrade>;
  /** The pushes that changed something. */
  readonly changed: readonly AcceptedPush[];
  readonly events: readonly string[];
  /** The images that were vetted, each with the digest that the push said. */
  readonly asked: readonly string[];
  /** The image that the container web has in the cluster. */
  readonly running: () => string | undefined;
  /** The pushes on record for the container web. */
  readonly pushes: () => readonly PushRecord[];
  /** The outbox. */
  readonly notices: () => readonly NoticeRecord[];
}

/** Makes one. */
export async function makeUpgradeKit(
  vet: (candidate: Candidate) => ReturnType<Vet> = noVet,
  over: Partial<UpgradeParts> = {},
): Promise<UpgradeKit> {
  const [cluster, clock, events] = [createFakeCluster(), createFakeClock(), createFakeEvents()];
  const [asked, changed]: [string[], AcceptedPush[]] = [[], []];
  await cluster.deploy(aTarget, { log: "log:1", web: image("1.0") });
  const parts: UpgradeParts = {
    workloads: cluster.workloads,
    states: cluster.states,
    events,
    clock,
    vet: (candidate) => {
      asked.push(`${candidate.repository}:${candidate.tag} ${String(candidate.digest)}`);
      return vet(candidate);
    },
    channelsOf: () => ["mail"],
    onChanged: (accepted) => changed.push(accepted),
    ...over,
  };
  const replica = (): ReturnType<typeof createUpgrade> => createUpgrade(parts);
  let [current, underWay] = [replica(), 0];
  const upgrade: UpgradeKit["upgrade"] = async (accepted) => {
    if (underWay === 0) current = replica();
    underWay++;
    const arrivedAt = clock.now();
    clock.advance(1);
    try {
      return await current.upgrade({ ...accepted, arrivedAt });
    } finally {
      underWay--;
    }
  };
  const running = (): string | undefined =>
    templateOf(cluster.object(aTarget)).spec.containers.find(({ name }) => name === "web")?.image;
  const pushes = (): readonly PushRecord[] => pushesOf(cluster.stored(aTarget).state, "web");
  const notices = (): readonly NoticeRecord[] => cluster.stored(aTarget).state.notices;
  return { cluster, clock, upgrade, parts, replica, changed, events: events.lines, asked, running, pushes, notices };
}

const noVet = (): never => assert.fail("this hook checks no images");
