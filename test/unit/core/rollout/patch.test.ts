import assert from "node:assert/strict";
import { patchFor, rollbackPatch } from "../../../../src/core/rollout/patch.ts";
import { aChange, aContainer, aPush, aTarget, aWorkload } from "../../../support/builders.ts";

const SITE = "registry.example.com/shop/website";
const CAUSE = "/metadata/annotations/kubernetes.io~1change-cause";

describe("patchFor(changes, workload)", () => {
  it("tests the container's name and image and sets the image and the change's cause", () => {
    assert.deepEqual(patchFor([aChange()], aWorkload()), [
      { op: "test", path: "/spec/template/spec/containers/0/name", value: "web" },
      { op: "test", path: "/spec/template/spec/containers/0/image", value: `${SITE}:1.0` },
      { op: "replace", path: "/spec/template/spec/containers/0/image", value: `${SITE}:2.0` },
      { op: "add", path: CAUSE, value: `imagehook website: ${SITE}:2.0` },
    ]);
  });

  it("adds the map of annotations where there is none, and only while there is none", () => {
    assert.deepEqual(patchFor([aChange()], aWorkload({ hasAnnotations: false })).slice(3), [
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
          patchFor([change], workload).map(({ path }) => path),
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

describe("patchFor(changes, workload) of a redeploy", () => {
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
    assert.deepEqual(patchFor([redeploy], aWorkload()), [
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
    assert.deepEqual(patchFor([redeploy], aWorkload({ hasTemplateAnnotations: false })), [
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

describe("patchFor(changes, workload) of several containers", () => {
  const init = aContainer({ name: "init", list: "initContainers", index: 1, image: "website:1.0" });
  const change = aChange({ container: init, push: aPush({ before: "website:1.0", after: "website:2.0" }) });
  const pods = "/spec/template/spec";

  it("tests and sets each, and says the cause once", () => {
    assert.deepEqual(patchFor([aChange(), change], aWorkload()), [
      { op: "test", path: `${pods}/containers/0/name`, value: "web" },
      { op: "test", path: `${pods}/containers/0/image`, value: `${SITE}:1.0` },
      { op: "replace", path: `${pods}/containers/0/image`, value: `${SITE}:2.0` },
      { op: "test", path: `${pods}/initContainers/1/name`, value: "init" },
      { op: "test", path: `${pods}/initContainers/1/image`, value: "website:1.0" },
      { op: "replace", path: `${pods}/initContainers/1/image`, value: "website:2.0" },
      { op: "add", path: CAUSE, value: `imagehook website: ${SITE}:2.0, website:2.0` },
    ]);
  });

  it("says an image once that several have", () => {
    const [cause] = patchFor([aChange(), aChange({ container: init })], aWorkload()).slice(-1);
    assert.deepEqual(cause?.value, `imagehook website: ${SITE}:2.0`);
  });

  it("marks the template once, with the newest of the redeploys, and pulls each of them anew", () => {
    const redeploys = (acceptedAt: string, container = aContainer()) =>
      aChange({ container, push: aPush({ acceptedAt }), redeploys: true });
    const younger = redeploys("2026-11-22T08:30:00.000Z", aContainer({ index: 2 }));
    const newest = aChange({ push: aPush({ acceptedAt: "2026-11-22T09:00:00.000Z" }) });
    const operations = patchFor([younger, redeploys("2026-11-22T08:00:00.000Z"), newest], aWorkload());
    assert.deepEqual(operations.slice(10), [
      {
        op: "add",
        path: "/spec/template/metadata/annotations/imagehook.dev~1redeployed-at",
        value: "2026-11-22T08:30:00.000Z",
      },
      { op: "add", path: `${pods}/containers/2/imagePullPolicy`, value: "Always" },
      { op: "add", path: `${pods}/containers/0/imagePullPolicy`, value: "Always" },
    ]);
  });
});

describe("rollbackPatch(changes, workload)", () => {
  const path = "/spec/template/spec/containers/0";
  const back = [
    { op: "test", path: `${path}/name`, value: "web" },
    { op: "test", path: `${path}/image`, value: `${SITE}:2.0` },
    { op: "replace", path: `${path}/image`, value: `${SITE}:1.0` },
  ];
  const workload = (over: Parameters<typeof aWorkload>[0] = {}) =>
    aWorkload({ containers: [aContainer({ image: `${SITE}:2.0` })], ...over });
  const change = { container: "web", push: aPush() };

  it("sets the image before, where the container still has the pushed one, and nothing else", () => {
    assert.deepEqual(rollbackPatch([change], workload()), [
      ...back,
      { op: "add", path: CAUSE, value: `imagehook website: rolled back to ${SITE}:1.0` },
    ]);
  });

  it("adds the map of annotations where there is none, and only while there is none", () => {
    assert.deepEqual(rollbackPatch([change], workload({ hasAnnotations: false })), [
      ...back,
      { op: "test", path: "/metadata/annotations", value: null },
      {
        op: "add",
        path: "/metadata/annotations",
        value: { "kubernetes.io/change-cause": `imagehook website: rolled back to ${SITE}:1.0` },
      },
    ]);
  });

  it("finds each container where it stands now, by its name", () => {
    const moved = aContainer({ name: "init", list: "initContainers", index: 3, image: "website:2.0" });
    const push = aPush({ before: "website:1.0", after: "website:2.0" });
    const target = { ...aTarget, kind: "cronjob" } as const;
    const operations = rollbackPatch(
      [change, { container: "init", push }],
      workload({ target, containers: [aContainer(), moved] }),
    );
    const pods = "/spec/jobTemplate/spec/template/spec";
    assert.deepEqual(operations.slice(3, 6), [
      { op: "test", path: `${pods}/initContainers/3/name`, value: "init" },
      { op: "test", path: `${pods}/initContainers/3/image`, value: "website:2.0" },
      { op: "replace", path: `${pods}/initContainers/3/image`, value: "website:1.0" },
    ]);
    assert.deepEqual(operations.at(-1)?.value, `imagehook website: rolled back to ${SITE}:1.0, website:1.0`);
  });

  it("passes over a container that is gone", () => {
    const gone = { container: "gone", push: aPush() };
    assert.deepEqual(rollbackPatch([gone, change], workload()).slice(0, 3), back);
  });
});
