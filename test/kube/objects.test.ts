import assert from "node:assert/strict";
import { toObservation } from "../../src/kube/objects.ts";
import { toPodRow } from "../../src/kube/pods.ts";
import { createRecent } from "../../src/flow/recent.ts";

describe("toObservation(target, object)", () => {
  const target = { kind: "deployment", namespace: "web", name: "website" } as const;

  it("gives an object without status or annotations the API's defaults", () => {
    const { workload, rollout, podSelector } = toObservation(target, {
      metadata: { uid: "u", generation: 1 },
      spec: {},
    });
    assert.deepEqual(workload, {
      target,
      uid: "u",
      generation: 1,
      containers: [],
      hasAnnotations: false,
      hasTemplateAnnotations: false,
      redeployedAt: null,
      owners: "",
    });
    assert.partialDeepStrictEqual(rollout, {
      desired: 1,
      progressDeadlineSeconds: 600,
      progressing: "",
      paused: false,
    });
    assert.equal(podSelector, "");
  });

  const annotations: readonly { annotations: unknown; owners: string }[] = [
    { annotations: { "imagehook.dev/owners": "a@example.com, b@example.com" }, owners: "a@example.com, b@example.com" },
    { annotations: { "imagehook.dev/owners": ["a@example.com"] }, owners: "" },
    { annotations: {}, owners: "" },
    { annotations: null, owners: "" },
    { annotations: "imagehook.dev/owners", owners: "" },
  ];
  for (const { annotations: given, owners } of annotations) {
    it(`reads the owners of a workload annotated with ${JSON.stringify(given)}, not of its pods`, () => {
      const template = { metadata: { annotations: { "imagehook.dev/owners": "pod@example.com" } } };
      const object = { metadata: { annotations: given }, spec: { template } };
      assert.equal(toObservation(target, object).workload.owners, owners);
    });
  }

  it("reads a deployment whose quota is exceeded", () => {
    const conditions = [
      { type: "Progressing", reason: "ProgressDeadlineExceeded" },
      { type: "ReplicaFailure", status: "True", message: "exceeded quota: compute" },
    ];
    const { rollout } = toObservation(target, { metadata: {}, spec: { paused: true }, status: { conditions } });
    assert.partialDeepStrictEqual(rollout, {
      progressing: "ProgressDeadlineExceeded",
      replicaFailure: "exceeded quota: compute",
      paused: true,
    });
  });

  it("prints a selector of labels and expressions as the API takes it", () => {
    const selector = {
      matchLabels: { app: "website" },
      matchExpressions: [
        { key: "tier", operator: "In", values: ["a", "b"] },
        { key: "track", operator: "NotIn", values: ["canary"] },
        { key: "ready", operator: "Exists" },
        { key: "old", operator: "DoesNotExist" },
      ],
    };
    const { podSelector } = toObservation(target, { spec: { selector } });
    assert.equal(podSelector, "app=website,tier in (a,b),track notin (canary),ready,!old");
  });

  it("reads a suspended cron job and a stateful set's partition", () => {
    const job = toObservation(
      { ...target, kind: "cronjob" },
      { spec: { suspend: true, jobTemplate: { spec: { template: {} } } } },
    );
    assert.deepEqual([job.rollout, job.podSelector], [{ kind: "cronjob", suspended: true }, ""]);
    const set = toObservation(
      { ...target, kind: "statefulset" },
      { spec: { updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 2 } } } },
    );
    assert.partialDeepStrictEqual(set.rollout, { partition: 2, strategy: "RollingUpdate" });
  });
});

describe("toPodRow(pod)", () => {
  const aPod = (status: object, metadata: object = {}): object => ({
    metadata: { name: "website-1", ...metadata },
    spec: {
      nodeName: "node-1",
      containers: [
        { name: "web", image: "nginx:2" },
        { name: "log", image: "log:1" },
      ],
    },
    status,
  });
  const running = { ready: true, restartCount: 1, state: { running: {} } };
  const cases: readonly { readonly when: string; readonly pod: object; readonly expected: object }[] = [
    {
      when: "runs",
      pod: aPod({ phase: "Running", containerStatuses: [running, running] }),
      expected: {
        phase: "Running",
        state: "Running",
        ready: "2/2",
        restarts: 2,
        message: "",
        image: "nginx:2, log:1",
        node: "node-1",
      },
    },
    {
      when: "cannot pull its image",
      pod: aPod({
        phase: "Pending",
        containerStatuses: [
          { ready: false, restartCount: 0, state: { waiting: { reason: "ImagePullBackOff", message: "not found" } } },
        ],
      }),
      expected: { state: "ImagePullBackOff", ready: "0/2", message: "not found" },
    },
    {
      when: "is being created",
      pod: aPod({
        phase: "Pending",
        containerStatuses: [{ ready: false, state: { waiting: { reason: "ContainerCreating" } } }],
      }),
      expected: { state: "Pending", message: "" },
    },
    {
      when: "has an init container that failed",
      pod: aPod({
        phase: "Pending",
        initContainerStatuses: [{ state: { terminated: { exitCode: 3, message: "no database" } } }],
      }),
      expected: { state: "ExitCode:3", message: "no database" },
    },
    {
      when: "has an init container that is done",
      pod: aPod({
        phase: "Running",
        initContainerStatuses: [{ state: { terminated: { exitCode: 0, reason: "Completed" } } }],
      }),
      expected: { state: "Running" },
    },
    {
      when: "cannot be scheduled",
      pod: aPod({
        phase: "Pending",
        conditions: [{ type: "PodScheduled", status: "False", message: "0/1 nodes are available" }],
      }),
      expected: { state: "Pending", message: "0/1 nodes are available" },
    },
    {
      when: "was evicted",
      pod: aPod({ phase: "Failed", reason: "Evicted", message: "the node was low on memory" }),
      expected: { state: "Evicted", message: "the node was low on memory" },
    },
    {
      when: "is terminating",
      pod: aPod({ phase: "Running" }, { deletionTimestamp: "now" }),
      expected: { state: "Terminating" },
    },
    { when: "says nothing at all", pod: {}, expected: { name: "", phase: "Unknown", state: "Unknown", ready: "0/0" } },
  ];
  for (const { when, pod, expected } of cases) {
    it(`shows a pod that ${when}`, () => {
      assert.partialDeepStrictEqual(toPodRow(pod), expected);
    });
  }
});

describe("createRecent(limit)", () => {
  it("forgets what was set for longest once there are too many", () => {
    const recent = createRecent<number>(2);
    recent.set("a", 1);
    recent.set("b", 2);
    recent.set("a", 3);
    recent.set("c", 4);
    assert.deepEqual([recent.get("a"), recent.get("b"), recent.get("c")], [3, undefined, 4]);
    recent.forget("a");
    assert.equal(recent.get("a"), undefined);
  });
});
