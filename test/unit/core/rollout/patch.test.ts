import assert from "node:assert/strict";
import { patchFor } from "../../../../src/core/rollout/patch.ts";
import type { Plan } from "../../../../src/core/rollout/plan.ts";
import { aContainer, aPush, aTarget, aWorkload } from "../../../support/builders.ts";

const SITE = "registry.example.com/shop/website";
const CAUSE = "/metadata/annotations/kubernetes.io~1change-cause";

const aChange = (over: Partial<Plan & { kind: "change" }> = {}): Plan & { kind: "change" } => ({
  kind: "change",
  container: aContainer(),
  push: aPush(),
  redeploys: false,
  ...over,
});

describe("patchFor(change, workload)", () => {
  it("tests the container's name and image and sets the image and the change's cause", () => {
    assert.deepEqual(patchFor(aChange(), aWorkload()), [
      { op: "test", path: "/spec/template/spec/containers/0/name", value: "web" },
      { op: "test", path: "/spec/template/spec/containers/0/image", value: `${SITE}:1.0` },
      { op: "replace", path: "/spec/template/spec/containers/0/image", value: `${SITE}:2.0` },
      { op: "add", path: CAUSE, value: `imagehook website: ${SITE}:2.0` },
    ]);
  });

  it("adds the map of annotations where there is none, and only while there is none", () => {
    assert.deepEqual(patchFor(aChange(), aWorkload({ hasAnnotations: false })).slice(3), [
      { op: "test", path: "/metadata/annotations", value: null },
      {
        op: "add",
        path: "/metadata/annotations",
        value: { "kubernetes.io/change-cause": `imagehook website: ${SITE}:2.0` },
      },
    ]);
  });

  const template = "/spec/template";
  const paths = [
    { kind: "deployment", template },
    { kind: "statefulset", template },
    { kind: "daemonset", template },
    { kind: "cronjob", template: "/spec/jobTemplate/spec/template" },
  ] as const;
  for (const { kind, template: pods } of paths) {
    for (const list of ["containers", "initContainers"] as const) {
      it(`finds the ${list} of a ${kind} under ${pods}`, () => {
        const workload = aWorkload({ target: { ...aTarget, kind } });
        const change = aChange({ container: aContainer({ list, index: 2 }), redeploys: true });
        assert.deepEqual(
          patchFor(change, workload).map(({ path }) => path),
          [
            `${pods}/spec/${list}/2/name`,
            `${pods}/spec/${list}/2/image`,
            `${pods}/spec/${list}/2/image`,
            CAUSE,
            `${pods}/metadata/annotations/imagehook.dev~1redeployed-at`,
            `${pods}/spec/${list}/2/imagePullPolicy`,
          ],
        );
      });
    }
  }
});

describe("patchFor(change, workload) of a redeploy", () => {
  const same = `${SITE}:2.0`;
  const redeploy = aChange({ container: aContainer({ image: same }), push: aPush({ before: same }), redeploys: true });
  const tests = [
    { op: "test", path: "/spec/template/spec/containers/0/name", value: "web" },
    { op: "test", path: "/spec/template/spec/containers/0/image", value: same },
    { op: "replace", path: "/spec/template/spec/containers/0/image", value: same },
    { op: "add", path: CAUSE, value: `imagehook website: ${same}` },
  ];
  const pull = { op: "add", path: "/spec/template/spec/containers/0/imagePullPolicy", value: "Always" };

  it("marks the template and has the image pulled anew", () => {
    assert.deepEqual(patchFor(redeploy, aWorkload()), [
      ...tests,
      {
        op: "add",
        path: "/spec/template/metadata/annotations/imagehook.dev~1redeployed-at",
        value: "2026-11-22T08:00:01.000Z",
      },
      pull,
    ]);
  });

  it("adds the template's map of annotations where there is none", () => {
    assert.deepEqual(patchFor(redeploy, aWorkload({ hasTemplateAnnotations: false })), [
      ...tests,
      { op: "test", path: "/spec/template/metadata/annotations", value: null },
      {
        op: "add",
        path: "/spec/template/metadata/annotations",
        value: { "imagehook.dev/redeployed-at": "2026-11-22T08:00:01.000Z" },
      },
      pull,
    ]);
  });
});
