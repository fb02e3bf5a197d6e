import assert from "node:assert/strict";
import type { PushEvent } from "../../../../src/core/event/push-event.ts";
import type { Upgrade } from "../../../../src/core/hook/hook.ts";
import { newerTags } from "../../../../src/core/image/newer-tags.ts";
import { deliveryKey } from "../../../../src/core/rollout/delivery-key.ts";
import { planWorkload, type WorkloadFacts, type WorkloadPlan } from "../../../../src/core/rollout/plan-workload.ts";
import type { PushRecord } from "../../../../src/core/rollout/state.ts";
import type { Container } from "../../../../src/core/rollout/workload.ts";
import { aContainer, aHook, anEvent, aPush, aWorkload, digest, repository } from "../../../support/builders.ts";
import { made } from "../image/policies.ts";

const SITE = "registry.example.com/shop/website";
const LOG = "docker.io/library/busybox:1";

// Containers by name and image; those whose names begin with "init" are init containers.
function containersOf(images: Readonly<Record<string, string>>): readonly Container[] {
  return Object.entries(images).map(([name, image], index) =>
    aContainer({ name, image, index, list: name.startsWith("init") ? "initContainers" : "containers" }),
  );
}

interface Case {
  readonly images: Readonly<Record<string, string>>;
  readonly upgrade?: Partial<Upgrade>;
  readonly events?: WorkloadFacts["events"];
  readonly pushes?: Readonly<Record<string, readonly PushRecord[]>>;
}

const planned = ({ images, upgrade = {}, events = [anEvent("2.0")], pushes = {} }: Case): WorkloadPlan =>
  planWorkload({
    hook: "website",
    upgrade: aHook({ upgrade: { container: "*", ...upgrade } }).upgrade,
    network: "keep",
    events,
    workload: aWorkload({ containers: containersOf(images) }),
    pushesOf: (container) => pushes[container] ?? [],
    now: new Date("2026-11-22T08:00:05.000Z"),
    request: "request-1",
  });

// What becomes of each container that has something to do, or why nothing is done.
function said(plan: WorkloadPlan): readonly string[] {
  switch (plan.kind) {
    case "change":
      return plan.changes.map(({ container, push, redeploys }) => {
        assert.equal(push.before, container.image);
        return `${container.name}${redeploys ? " again" : ""}: ${push.after}`;
      });
    case "skip":
      return plan.skips.map(({ container, reason }) => `${container.name}: ${reason}`);
    case "older":
      return [`older than ${plan.than.after}`];
    case "outside-policy":
      return [plan.reason];
    case "unused-repository":
      return [plan.kind, plan.pushed, ...plan.containers.map(({ name }) => name)];
    case "foreign-repository":
      return [plan.kind, plan.pushed, plan.allowed];
    case "no-digest":
    case "no-container":
      return [plan.kind];
  }
}

describe('planWorkload(facts) of a hook for "*"', () => {
  const push = aPush({ key: deliveryKey(anEvent("2.0")) });
  const newer = aPush({ key: "f".repeat(32), after: `${SITE}:3.0`, pushedAt: "2026-11-22T08:00:00.500Z" });
  const other = repository("registry.example.com/shop/other");
  const tags = made(newerTags("semver", null));
  const cases: readonly (Case & { readonly when: string; readonly is: readonly string[] })[] = [
    {
      when: "several run the repository, an init container among them",
      images: { app: `${SITE}:1.0`, log: LOG, worker: `${SITE}:1.1`, "init-db": `${SITE}:1.0` },
      is: [`app: ${SITE}:2.0`, `worker: ${SITE}:2.0`, `init-db: ${SITE}:2.0`],
    },
    { when: "one runs it", images: { app: LOG, "app-sidecar": `${SITE}:1.0` }, is: [`app-sidecar: ${SITE}:2.0`] },
    {
      when: "repositories only begin alike",
      images: { app: `${SITE}-admin:1.0`, web: `${SITE}:1.0`, deep: `${SITE}/cache:1.0` },
      is: [`web: ${SITE}:2.0`],
    },
    {
      when: "each spells the repository in its own way",
      images: { a: "nginx:1", b: "docker.io/library/nginx:1", c: "library/nginx:1" },
      events: [anEvent("2.0", { repository: repository("nginx") })],
      is: ["a: nginx:2.0", "b: docker.io/library/nginx:2.0", "c: library/nginx:2.0"],
    },
    {
      when: "one runs the tag without a record",
      images: { app: `${SITE}:1.0`, worker: `${SITE}:2.0` },
      is: [`app: ${SITE}:2.0`, `worker again: ${SITE}:2.0`],
    },
    {
      when: "one runs the digest",
      images: { app: `${SITE}:1.0`, worker: `${SITE}:2.0@${digest("b")}` },
      upgrade: { digest: "pin" },
      is: [`app: ${SITE}:2.0@${digest("b")}`],
    },
    {
      when: "the push is a repetition for one",
      images: { app: `${SITE}:1.0`, worker: `${SITE}:2.0` },
      pushes: { worker: [push] },
      is: [`app: ${SITE}:2.0`],
    },
    {
      when: "someone has changed one since",
      images: { app: `${SITE}:1.0`, worker: `${SITE}:1.5` },
      pushes: { worker: [push] },
      is: [`app: ${SITE}:2.0`],
    },
    {
      when: "one runs a newer tag",
      images: { app: `${SITE}:1.0.0`, worker: `${SITE}:3.0.0` },
      upgrade: { tags },
      events: [anEvent("2.0.0")],
      is: [`app: ${SITE}:2.0.0`],
    },
    {
      when: "all run it or were changed since",
      images: { changed: `${SITE}:1.5`, app: `${SITE}:2.0`, worker: `${SITE}:2.0` },
      pushes: { changed: [push], app: [push], worker: [aPush()] },
      events: [anEvent("2.0")],
      is: ["app: duplicate", "worker: already-running"],
    },
    { when: "all were changed since", images: { app: `${SITE}:1.5` }, pushes: { app: [push] }, is: ["app: undone"] },
    {
      when: "one was changed since and the other rolled back",
      images: { app: `${SITE}:1.5`, worker: `${SITE}:1.0` },
      pushes: { app: [push], worker: [{ ...push, phase: "rolled-back" }] },
      is: ["app: undone", "worker: rolled-back"],
    },
    {
      when: "one has a newer push and the other was rolled back",
      images: { app: `${SITE}:3.0`, worker: `${SITE}:1.0` },
      pushes: { app: [newer], worker: [{ ...push, phase: "rolled-back" }] },
      is: ["worker: rolled-back"],
    },
    {
      when: "one has a newer push",
      images: { app: `${SITE}:3.0`, worker: `${SITE}:1.0` },
      pushes: { app: [newer] },
      is: [`worker: ${SITE}:2.0`],
    },
    {
      when: "both have newer pushes",
      images: { app: `${SITE}:3.0`, worker: `${SITE}:1.0` },
      pushes: { app: [newer], worker: [{ ...newer, after: `${SITE}:3.1` }] },
      is: [`older than ${SITE}:3.0`],
    },
    {
      when: "one has a newer push and the other runs a newer tag",
      images: { worker: `${SITE}:3.0.0`, app: `${SITE}:1.0.0` },
      upgrade: { tags },
      events: [anEvent("2.0.0")],
      pushes: { app: [newer] },
      is: [`older than ${SITE}:3.0`],
    },
    {
      when: "one runs it and the other runs a newer tag",
      images: { worker: `${SITE}:3.0.0`, app: `${SITE}:2.0.0@${digest("b")}` },
      upgrade: { tags },
      events: [anEvent("2.0.0")],
      is: ["app: already-running"],
    },
    {
      when: "all run newer tags",
      images: { app: `${SITE}:3.0.0`, worker: `${SITE}:4.0.0` },
      upgrade: { tags },
      events: [anEvent("2.0.0")],
      is: ['tag "2.0.0" is not newer than "3.0.0", which runs'],
    },
    {
      when: "it brings no digest, which one may have and the other may not",
      images: { worker: `${SITE}:3.0.0`, app: `${SITE}:1.0.0` },
      upgrade: { tags, digest: "pin" },
      events: [anEvent("2.0.0", { digest: null })],
      is: ["no-digest"],
    },
    { when: "none runs it", images: { app: LOG, bad: "UPPER CASE" }, is: ["unused-repository", SITE, "app", "bad"] },
    {
      when: "several repositories come, each container's own",
      images: { app: `${SITE}:1.0`, other: `${other}:1.0` },
      events: [anEvent("3.0", { repository: other }), anEvent("2.0")],
      is: [`app: ${SITE}:2.0`, `other: ${other}:3.0`],
    },
  ];
  for (const { when, is, ...one } of cases) {
    it(`is ${is.join(", ").slice(0, 90)} when ${when}`, () => {
      assert.deepEqual(said(planned(one)), is);
    });
  }
});

describe('planWorkload(facts) of a hook for "*" that names the repository', () => {
  const named = { repository: { kind: "named", repository: repository(SITE) } } as const;
  const foreign: PushEvent = anEvent("2.0", { repository: repository("nginx") });

  it("moves no container to it", () => {
    const images = { app: `${SITE}:1.0`, log: LOG };
    assert.deepEqual(said(planned({ images, upgrade: named })), [`app: ${SITE}:2.0`]);
    assert.deepEqual(said(planned({ images: { log: LOG }, upgrade: named })), ["unused-repository", SITE, "log"]);
  });

  it("lets no other in, though a container runs it", () => {
    const images = { app: `${SITE}:1.0`, proxy: "nginx:1" };
    assert.deepEqual(said(planned({ images, upgrade: named, events: [foreign] })), [
      "foreign-repository",
      "docker.io/library/nginx",
      SITE,
    ]);
    assert.deepEqual(said(planned({ images, upgrade: named, events: [foreign, anEvent("2.0")] })), [
      `app: ${SITE}:2.0`,
    ]);
  });

  it("takes the host that it names for the push's, where the registry named only its region", () => {
    const hangzhou = (host: string): string => `${host}.cn-hangzhou.aliyuncs.com/team/app`;
    const upgrade = { repository: { kind: "named", repository: repository(hangzhou("registry")) } } as const;
    const event = anEvent("2.0", { repository: repository(hangzhou("registry")), isHostImplied: true });
    const enterprise = "corp-registry.cn-hangzhou.cr.aliyuncs.com/team/app:1";
    const images = { app: `${hangzhou("registry-vpc")}:1`, other: enterprise };
    assert.deepEqual(said(planned({ images, upgrade, events: [event] })), [`app: ${hangzhou("registry-vpc")}:2.0`]);
  });
});

describe("planWorkload(facts) of a hook for one container", () => {
  it("leaves the others alone, whose names begin alike or that run the same", () => {
    const images = { "app-sidecar": `${SITE}:1.0`, app: `${SITE}:1.0`, "init-app": `${SITE}:1.0` };
    assert.deepEqual(said(planned({ images, upgrade: { container: "app" } })), [`app: ${SITE}:2.0`]);
  });

  it("gives what is planned for it", () => {
    assert.deepEqual(said(planned({ images: { web: LOG }, upgrade: { container: "app" } })), ["no-container"]);
    assert.deepEqual(said(planned({ images: { app: LOG }, upgrade: { container: "app" } })), [
      "foreign-repository",
      SITE,
      LOG,
    ]);
  });
});
