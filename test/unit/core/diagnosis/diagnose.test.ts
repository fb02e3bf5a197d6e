import assert from "node:assert/strict";
import { diagnose, eventSubjects } from "../../../../src/core/diagnosis/diagnose.ts";
import type { Evidence } from "../../../../src/core/diagnosis/facts.ts";
import type { RolloutFacts } from "../../../../src/core/rollout/status.ts";
import { aContainer, aWorkload, deploymentFacts } from "../../../support/builders.ts";
import { evidence, explained, facts, IMAGE, pod, waiting, warning } from "./evidence-kit.ts";

const crash = waiting("CrashLoopBackOff", "back-off");
const numbered = (index: number, over: Parameters<typeof pod>[1] = {}): Parameters<typeof pod>[1] => ({
  name: `website-${String(index)}`,
  uid: `pod-${String(index)}`,
  ...over,
});
const old = { images: new Map([["web", "registry.example.com/shop/website:1.0"]]) };
const pending = { phase: "Pending" };
const NO_NODE = "0/3 nodes are available: 3 Insufficient memory.";
const set: RolloutFacts = {
  kind: "statefulset",
  generation: 2,
  observedGeneration: 2,
  strategy: "RollingUpdate",
  desired: 2,
  updated: 1,
  ready: 1,
  partition: 0,
};

const cases: readonly { readonly when: string; readonly over: Partial<Evidence>; readonly expected: string }[] = [
  { when: "there is nothing to see", over: {}, expected: "" },
  {
    when: "no node takes the pod",
    over: { pods: [pod([], { ...pending, unscheduled: NO_NODE })] },
    expected: `pod website-1: no node takes it: ${NO_NODE}`,
  },
  {
    when: "a volume is missing",
    over: {
      pods: [pod([waiting("ContainerCreating")], pending)],
      events: [warning("FailedMount", 'MountVolume.SetUp failed: configmap "site" not found', { container: "" })],
    },
    expected: 'pod website-1: a volume cannot be mounted: MountVolume.SetUp failed: configmap "site" not found',
  },
  {
    when: "its containers are being made",
    over: { pods: [pod([waiting("ContainerCreating")], pending)], events: [warning("Odd", "something")] },
    expected: "pod website-1: its containers are still being made",
  },
  {
    when: "it was evicted",
    over: { pods: [pod([crash], { phase: "Failed", reason: "Evicted", message: "low on memory" })] },
    expected: "pod website-1: it failed (Evicted): low on memory",
  },
  {
    when: "a pod failed by its container",
    over: { pods: [pod([crash], { phase: "Failed" })] },
    expected: "pod website-1: the container web keeps crashing: back-off",
  },
  {
    when: "a readiness gate is not met",
    over: { pods: [pod([facts()], { unmetGate: 'the condition "lb" is "False"' })] },
    expected: 'pod website-1: a readiness gate is not met: the condition "lb" is "False"',
  },
  { when: "a pod is on its way out", over: { pods: [pod([crash], { isDeleted: true })] }, expected: "" },
  { when: "a pod is done", over: { pods: [pod([crash], { phase: "Succeeded" })] }, expected: "" },
  {
    when: "two of three pods crash",
    over: { pods: [pod([crash], numbered(1)), pod([facts()], numbered(2)), pod([crash], numbered(3))] },
    expected: "2 of 3 new pods: the container web keeps crashing: back-off",
  },
  {
    when: "one crashes where more find no node: the graver is told",
    over: {
      pods: [
        pod([], numbered(1, { ...pending, unscheduled: NO_NODE })),
        pod([], numbered(2, { ...pending, unscheduled: NO_NODE })),
        pod([crash], numbered(3)),
      ],
    },
    expected: "1 of 3 new pods: the container web keeps crashing: back-off",
  },
  {
    when: "two causes are as grave: the more frequent is told",
    over: {
      pods: [
        pod([crash], numbered(1)),
        pod([waiting("ErrImagePull", "denied")], numbered(2)),
        pod([waiting("ErrImagePull", "denied")], numbered(3)),
      ],
    },
    expected: `2 of 3 new pods: the container web cannot pull the image ${IMAGE}: denied`,
  },
  {
    when: "two causes are as grave and as frequent",
    over: { pods: [pod([waiting("ErrImagePull", "denied")], numbered(1)), pod([crash], numbered(2))] },
    expected: "1 of 2 new pods: the container web keeps crashing: back-off",
  },
  {
    when: "an old pod crashes beside a new one that is made",
    over: { pods: [pod([crash], numbered(1, old)), pod([waiting("ContainerCreating")], numbered(2, pending))] },
    expected: "pod website-2: its containers are still being made",
  },
  {
    when: "only an old pod is broken",
    over: { pods: [pod([crash], numbered(1, old)), pod([facts()], numbered(2))] },
    expected: "old pod website-1: the container web keeps crashing: back-off",
  },
  {
    when: "one of two old pods is broken",
    over: { pods: [pod([crash], numbered(1, old)), pod([facts()], numbered(2, old))] },
    expected: "1 of 2 old pods: the container web keeps crashing: back-off",
  },
  {
    when: "the deployment is paused",
    over: { rollout: deploymentFacts({ paused: true }), pods: [pod([crash])] },
    expected: "",
  },
  {
    when: "a quota stops the pods of a deployment",
    over: {
      rollout: deploymentFacts({
        replicaFailure:
          'pods "website-5d" is forbidden: exceeded quota: few, requested: pods=1, used: pods=2, limited: pods=2',
      }),
      pods: [pod([facts()], old)],
    },
    expected: "a quota allows no more pods: exceeded quota: few, requested: pods=1, used: pods=2, limited: pods=2",
  },
  {
    when: "Pod Security stops them",
    over: {
      rollout: deploymentFacts({
        replicaFailure:
          'pods "website-5d" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true',
      }),
    },
    expected: 'Pod Security refuses the new pods: violates PodSecurity "restricted:latest": runAsNonRoot != true',
  },
  {
    when: "a webhook refuses the pods of a stateful set",
    over: {
      rollout: set,
      events: [
        warning("FailedCreate", "of another object", { uid: "other" }),
        warning("Other", "of another kind", { uid: "workload-1" }),
        warning(
          "FailedCreate",
          'create Pod db-1 in StatefulSet db failed error: admission webhook "policy.example.com" denied the request: no tag',
          { uid: "workload-1", container: "" },
        ),
      ],
    },
    expected:
      'an admission webhook refuses the new pods: admission webhook "policy.example.com" denied the request: no tag',
  },
  {
    when: "a service account is missing",
    over: {
      rollout: set,
      events: [
        warning(
          "FailedCreate",
          'Error creating: pods "agent-1" is forbidden: error looking up service account ops/agent: serviceaccount "agent" not found',
          { uid: "workload-1" },
        ),
      ],
    },
    expected: 'new pods cannot be made: error looking up service account ops/agent: serviceaccount "agent" not found',
  },
  {
    when: "an Event is left of a time when pods were refused",
    over: {
      rollout: set,
      pods: [pod([facts()], numbered(1)), pod([facts()], numbered(2))],
      events: [warning("FailedCreate", "exceeded quota", { uid: "workload-1" })],
    },
    expected: "",
  },
  {
    when: "nothing says why a stateful set has too few pods",
    over: { rollout: set, pods: [pod([facts()])] },
    expected: "",
  },
  {
    when: "a cron job is looked at",
    over: { rollout: { kind: "cronjob", suspended: false } },
    expected: "",
  },
];

describe("diagnose(evidence) and printFinding(findings)", () => {
  for (const { when, over, expected } of cases) {
    it(`tell when ${when}`, () => {
      assert.equal(explained(over), expected);
    });
  }

  it("tell a redeploy's pods from those before by the mark of the template", () => {
    const workload = aWorkload({
      containers: [aContainer({ name: "web", image: IMAGE })],
      redeployedAt: "2026-11-22T10:00:00Z",
    });
    const pods = [
      pod([crash], numbered(1, { redeployedAt: "2026-11-22T09:00:00Z" })),
      pod([waiting("ErrImagePull", "denied")], numbered(2, { redeployedAt: "2026-11-22T10:00:00Z" })),
    ];
    assert.equal(
      explained({ workload, pods }),
      `pod website-2: the container web cannot pull the image ${IMAGE}: denied`,
    );
  });

  it("make one line of what the cluster says, and a short one", () => {
    const message = `first\nsecond\u202e${"x".repeat(5_000)}`;
    const images = new Map([["web", IMAGE]]);
    const told = explained({ pods: [pod([waiting("RunContainerError", message)], { name: "y".repeat(900), images })] });
    assert.equal(Array.from(told).length, 600);
    assert.doesNotMatch(told, /[\n\u202e]/u);
    const short = explained({ pods: [pod([waiting("RunContainerError", message)])] });
    assert.match(short, /^pod website-1: the container web cannot be started \(RunContainerError\): first second x+…$/);
    assert.ok(short.length < 400, String(short.length));
  });

  it("name the container whose log may tell more, where it ran", () => {
    const crashedOf = (container: ReturnType<typeof facts>): string | null | undefined =>
      diagnose(evidence({ pods: [pod([container])] }))[0]?.fault.crashed;
    assert.deepEqual([crash, waiting("ErrImagePull"), facts({ isReady: false })].map(crashedOf), ["web", null, null]);
  });
});

describe("eventSubjects(evidence)", () => {
  it("asks for one pod of each finding, three objects at most", () => {
    const faults = ["ErrImagePull", "RunContainerError", "CrashLoopBackOff", "PostStartHookError"];
    const pods = faults.map((reason, index) => pod([waiting(reason, "", { name: reason })], numbered(index)));
    assert.equal(eventSubjects(evidence({ pods })).length, 3);
    assert.deepEqual(eventSubjects(evidence({ pods: [pod([crash], numbered(1)), pod([crash], numbered(2))] })), [
      "pod-1",
    ]);
  });

  it("asks for the workload first where it is short of pods that no condition explains", () => {
    assert.deepEqual(eventSubjects(evidence({ rollout: set, pods: [pod([crash])] })), ["workload-1", "pod-1"]);
    assert.deepEqual(eventSubjects(evidence({ pods: [] })), []);
  });

  it("asks for nothing that has no identity", () => {
    assert.deepEqual(eventSubjects(evidence({ pods: [pod([crash], { uid: "" })] })), []);
  });
});
