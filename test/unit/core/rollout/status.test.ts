import assert from "node:assert/strict";
import { rolloutStatus, type RolloutFacts } from "../../../../src/core/rollout/status.ts";
import { deploymentFacts } from "../../../support/builders.ts";

type Facts<Kind extends RolloutFacts["kind"]> = Extract<RolloutFacts, { kind: Kind }>;

const statefulSet = (over: Partial<Facts<"statefulset">> = {}): Facts<"statefulset"> => ({
  kind: "statefulset",
  generation: 2,
  observedGeneration: 2,
  strategy: "RollingUpdate",
  desired: 3,
  updated: 3,
  ready: 3,
  partition: 0,
  ...over,
});

const daemonSet = (over: Partial<Facts<"daemonset">> = {}): Facts<"daemonset"> => ({
  kind: "daemonset",
  generation: 2,
  observedGeneration: 2,
  strategy: "RollingUpdate",
  desired: 3,
  updated: 3,
  available: 3,
  ...over,
});

interface Case {
  readonly when: string;
  readonly facts: RolloutFacts;
  readonly kind: ReturnType<typeof rolloutStatus>["kind"];
  readonly message: string;
}

const UNSEEN = "waiting for the change to be observed";

const suites: Readonly<Record<string, readonly Case[]>> = {
  "a deployment": [
    {
      when: "all pods are new and available",
      facts: deploymentFacts(),
      kind: "complete",
      message: "3 of 3 pods run the new image",
    },
    {
      when: "it has no pods",
      facts: deploymentFacts({ desired: 0, updated: 0, total: 0, available: 0 }),
      kind: "complete",
      message: "0 of 0 pods run the new image",
    },
    {
      when: "the change is not observed",
      facts: deploymentFacts({ observedGeneration: 6 }),
      kind: "progressing",
      message: UNSEEN,
    },
    {
      when: "an earlier change exceeded the deadline and this one is not observed",
      facts: deploymentFacts({ observedGeneration: 6, progressing: "ProgressDeadlineExceeded" }),
      kind: "progressing",
      message: UNSEEN,
    },
    {
      when: "the deadline is exceeded",
      facts: deploymentFacts({ progressing: "ProgressDeadlineExceeded", updated: 1 }),
      kind: "failed",
      message: "the deployment exceeded its progress deadline of 600 s",
    },
    {
      when: "its own deadline is exceeded",
      facts: deploymentFacts({ progressing: "ProgressDeadlineExceeded", progressDeadlineSeconds: 5 }),
      kind: "failed",
      message: "the deployment exceeded its progress deadline of 5 s",
    },
    {
      when: "pods are still to be made",
      facts: deploymentFacts({ updated: 1 }),
      kind: "progressing",
      message: "1 of 3 new pods have been created",
    },
    {
      when: "it is paused",
      facts: deploymentFacts({ updated: 0, paused: true }),
      kind: "progressing",
      message: "the deployment is paused: 0 of 3 new pods have been created",
    },
    {
      when: "old pods are left",
      facts: deploymentFacts({ total: 5 }),
      kind: "progressing",
      message: "2 old pods are still to be terminated",
    },
    {
      when: "it is paused with old pods left",
      facts: deploymentFacts({ total: 4, paused: true }),
      kind: "progressing",
      message: "the deployment is paused: 1 old pods are still to be terminated",
    },
    {
      when: "new pods are not available",
      facts: deploymentFacts({ available: 1 }),
      kind: "progressing",
      message: "1 of 3 new pods are available",
    },
    {
      when: "it is paused and all is done",
      facts: deploymentFacts({ paused: true }),
      kind: "complete",
      message: "the deployment is paused: 3 of 3 pods run the new image",
    },
  ],
  "a stateful set": [
    {
      when: "all pods are of the new revision",
      facts: statefulSet(),
      kind: "complete",
      message: "3 of 3 pods run the new image",
    },
    {
      when: "the change is not observed",
      facts: statefulSet({ observedGeneration: 1 }),
      kind: "progressing",
      message: UNSEEN,
    },
    {
      when: "nothing was ever observed",
      facts: statefulSet({ observedGeneration: 0, generation: 0 }),
      kind: "progressing",
      message: UNSEEN,
    },
    {
      when: "a pod is not ready",
      facts: statefulSet({ ready: 2 }),
      kind: "progressing",
      message: "2 of 3 pods are ready",
    },
    {
      when: "pods are of the old revision",
      facts: statefulSet({ updated: 1 }),
      kind: "progressing",
      message: "1 of 3 new pods have been created",
    },
    {
      when: "the partition is not done",
      facts: statefulSet({ partition: 1, updated: 1 }),
      kind: "progressing",
      message: "1 of 2 new pods have been created",
    },
    {
      when: "the partition is done",
      facts: statefulSet({ partition: 1, updated: 2 }),
      kind: "complete",
      message: "partitioned: 2 of 3 pods run the new image",
    },
    {
      when: "the partition keeps all pods",
      facts: statefulSet({ partition: 5, updated: 0 }),
      kind: "complete",
      message: "partitioned: 0 of 3 pods run the new image",
    },
    {
      when: "it updates OnDelete, whatever else is so",
      facts: statefulSet({ strategy: "OnDelete", ready: 0, observedGeneration: 0 }),
      kind: "complete",
      message: "the image is set; the stateful set updates OnDelete: each pod takes it when it is deleted",
    },
  ],
  "a daemon set": [
    {
      when: "all pods are new and available",
      facts: daemonSet(),
      kind: "complete",
      message: "3 of 3 pods run the new image",
    },
    {
      when: "no node wants it",
      facts: daemonSet({ desired: 0, updated: 0, available: 0 }),
      kind: "complete",
      message: "0 of 0 pods run the new image",
    },
    {
      when: "the change is not observed",
      facts: daemonSet({ observedGeneration: 1 }),
      kind: "progressing",
      message: UNSEEN,
    },
    {
      when: "pods are still to be made",
      facts: daemonSet({ updated: 1 }),
      kind: "progressing",
      message: "1 of 3 new pods have been created",
    },
    {
      when: "pods are not available",
      facts: daemonSet({ available: 2 }),
      kind: "progressing",
      message: "2 of 3 new pods are available",
    },
    {
      when: "it updates OnDelete",
      facts: daemonSet({ strategy: "OnDelete", updated: 0 }),
      kind: "complete",
      message: "the image is set; the daemon set updates OnDelete: each pod takes it when it is deleted",
    },
  ],
  "a cron job": [
    {
      when: "it runs by its schedule",
      facts: { kind: "cronjob", suspended: false },
      kind: "complete",
      message: "the image is set for the next run",
    },
    {
      when: "it is suspended",
      facts: { kind: "cronjob", suspended: true },
      kind: "complete",
      message: "the image is set; the cron job is suspended",
    },
  ],
};

for (const [what, cases] of Object.entries(suites)) {
  describe(`rolloutStatus(facts) of ${what}`, () => {
    for (const { when, facts, kind, message } of cases) {
      it(`is ${kind} when ${when}`, () => {
        assert.deepEqual(rolloutStatus(facts), { kind, message });
      });
    }
  });
}
