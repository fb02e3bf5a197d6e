import assert from "node:assert/strict";
import { imagesOf } from "../../../../../src/core/admission/rules/pod-images.ts";

const spec = { containers: [{ name: "web", image: "nginx:1" }] };

describe("imagesOf(kind, object)", () => {
  const inTemplate = { spec: { template: { spec } } };
  const workloads = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job", "Rollout"];
  const cases = [
    { kind: "Pod", object: { spec } },
    ...workloads.map((kind) => ({ kind, object: inTemplate })),
    { kind: "CronJob", object: { spec: { jobTemplate: inTemplate } } },
    { kind: "PodTemplate", object: { template: { spec } } },
  ];
  for (const { kind, object } of cases)
    it(`finds the image of a ${kind}`, () => {
      assert.deepEqual(imagesOf(kind, object), [{ place: "container web", image: "nginx:1" }]);
    });

  it("finds those of every list of a pod, and those of volumes", () => {
    const object = {
      spec: {
        containers: [{ name: "web", image: "a" }, { image: "b" }],
        initContainers: [{ name: "setup", image: "c" }],
        ephemeralContainers: [{ name: "debug", image: "d" }],
        volumes: [
          { name: "model", image: { reference: "e" } },
          { name: "scratch", emptyDir: {} },
        ],
      },
    };
    assert.deepEqual(
      imagesOf("Pod", object).map(({ place, image }) => `${place}: ${String(image)}`),
      [
        "container web: a",
        "container containers[1]: b",
        "init container setup: c",
        "ephemeral container debug: d",
        "volume model: e",
      ],
    );
  });

  const none = [
    null,
    {},
    { spec: null },
    { spec: { containers: {} } },
    { spec: { containers: [null, 1, {}, { image: "" }] } },
  ];
  for (const object of none)
    it(`finds none in ${JSON.stringify(object)}`, () => {
      assert.deepEqual(imagesOf("Pod", object), []);
    });
});
