import assert from "node:assert/strict";
import { UNDONE } from "../../../src/core/delivery/upgrade-answer.ts";
import { newerTags } from "../../../src/core/image/newer-tags.ts";
import { pushesOf } from "../../../src/core/rollout/state.ts";
import type { AcceptedPush } from "../../../src/flow/push.ts";
import { templateOf } from "../../support/api-object.ts";
import { aHook, anAcceptedPush, anEvent, aTarget, repository } from "../../support/builders.ts";
import { made } from "../core/image/policies.ts";
import { image, makeUpgradeKit, REFUSED, UNREACHABLE, type UpgradeKit } from "./upgrade-kit.ts";

describe('createUpgrade(parts): a hook for all containers ("*")', () => {
  let kit: UpgradeKit;
  const hook = aHook({ upgrade: { container: "*" } });
  const all = (over: Partial<AcceptedPush> = {}): AcceptedPush => anAcceptedPush({ hook, ...over });
  const images = (): Readonly<Record<string, string>> => {
    const { containers, initContainers = [] } = templateOf(kit.cluster.object(aTarget)).spec;
    return Object.fromEntries([...containers, ...initContainers].map((one) => [one.name, one.image]));
  };
  const someoneSets = (container: string, tag: string) => (): undefined => {
    void kit.cluster.editImage(aTarget, container, image(tag));
  };
  const recorded = (): readonly string[] => {
    const { state } = kit.cluster.stored(aTarget);
    return Object.keys(state.containers).flatMap((name) =>
      pushesOf(state, name).map(({ before, after, phase }) => `${name}: ${before} -> ${after} ${phase}`),
    );
  };
  const from = (container: string, before: string): string =>
    `${container}: ${image(before)} -> ${image("2.0")} accepted`;

  beforeEach(async () => {
    kit = await makeUpgradeKit();
    await kit.cluster.deploy(aTarget, { web: image("1.0"), "web-sidecar": "log:1", worker: image("1.1") });
    kit.cluster.edit(aTarget, (object) => {
      const migrate = { name: "migrate", image: image("1.0"), imagePullPolicy: "Always" };
      templateOf(object).spec.initContainers = [migrate];
    });
  });

  it("changes each that runs the repository by one write of the state and one patch", async () => {
    const outcome = await kit.upgrade(all());
    assert.deepEqual(images(), {
      web: image("2.0"),
      "web-sidecar": "log:1",
      worker: image("2.0"),
      migrate: image("2.0"),
    });
    assert.deepEqual(
      outcome.kind === "changed" && outcome.containers.map(({ container, push }) => [container, push.before]),
      [
        ["web", image("1.0")],
        ["worker", image("1.1")],
        ["migrate", image("1.0")],
      ],
    );
    assert.deepEqual(kit.cluster.calls, ["read", "load-state", "save-state", "patch"]);
    assert.deepEqual(recorded(), [from("web", "1.0"), from("worker", "1.1"), from("migrate", "1.0")]);
    assert.equal(kit.cluster.object(aTarget).metadata.generation, 3);
  });

  it("leaves everything else of the object as it was", async () => {
    const before = structuredClone(kit.cluster.object(aTarget));
    await kit.upgrade(all());
    const { metadata, spec } = kit.cluster.object(aTarget);
    assert.deepEqual(metadata.annotations, { "kubernetes.io/change-cause": `imagehook website: ${image("2.0")}` });
    const text = JSON.stringify(spec).replaceAll(image("2.0"), "?");
    assert.equal(text, JSON.stringify(before.spec).replaceAll(image("1.0"), "?").replaceAll(image("1.1"), "?"));
  });

  it("says so once for all of them", async () => {
    await kit.upgrade(all());
    assert.deepEqual([kit.changed.length, kit.events.length], [1, 2]);
    assert.match(kit.events[1] ?? "", /web: .*1\.0 -> .*2\.0, worker: .*1\.1 -> .*, migrate: .* \(hook website,/);
  });

  it("finds a redelivery to be a duplicate for each", async () => {
    await kit.upgrade(all());
    const again = await kit.upgrade(all());
    assert.deepEqual(
      again.kind === "skipped" && again.containers.map(({ container, reason }) => `${container}: ${reason}`),
      ["web: duplicate", "worker: duplicate", "migrate: duplicate"],
    );
    assert.equal(kit.changed.length, 1);
  });

  it("carries a redelivery out for a container that came since, and for no other", async () => {
    await kit.upgrade(all());
    kit.cluster.edit(aTarget, (object) => {
      const late = { name: "late", image: image("1.0"), imagePullPolicy: "Always" };
      templateOf(object).spec.containers.push(late);
    });
    await kit.cluster.editImage(aTarget, "worker", image("1.5"));
    const again = await kit.upgrade(all());
    assert.deepEqual(again.kind === "changed" && again.containers.map(({ container }) => container), ["late"]);
    assert.deepEqual([images()["worker"], images()["late"]], [image("1.5"), image("2.0")]);
  });

  it("is held when all were changed by someone since", async () => {
    await kit.upgrade(all());
    for (const name of ["web", "worker"]) await kit.cluster.editImage(aTarget, name, image("1.5"));
    kit.cluster.edit(aTarget, (object) => {
      templateOf(object).spec.initContainers = [];
    });
    assert.deepEqual(await kit.upgrade(all()), { kind: "ignored", reason: UNDONE });
  });

  it("redeploys with one mark in the template, and pulls only what is redeployed anew", async () => {
    await kit.upgrade(all({ events: [anEvent("1.1")] }));
    const { metadata, spec } = templateOf(kit.cluster.object(aTarget));
    assert.deepEqual(metadata.annotations, { "imagehook.dev/redeployed-at": "2026-11-22T08:00:05.000Z" });
    assert.deepEqual(
      spec.containers.map(({ name, image: set, imagePullPolicy }) => `${name} ${set} ${imagePullPolicy}`),
      [`web ${image("1.1")} IfNotPresent`, "web-sidecar log:1 IfNotPresent", `worker ${image("1.1")} Always`],
    );
  });

  it("is planned again for all when someone changed one between plan and patch", async () => {
    kit.cluster.interrupt("patch", someoneSets("worker", "1.5"));
    const outcome = await kit.upgrade(all());
    assert.equal(outcome.kind, "changed");
    assert.deepEqual(recorded(), [from("web", "1.0"), from("worker", "1.5"), from("migrate", "1.0")]);
    assert.deepEqual([kit.changed.length, images()["worker"]], [1, image("2.0")]);
  });

  it("takes the intent back for one that someone moved beyond the push, and carries out the rest", async () => {
    const tags = made(newerTags("semver", null));
    kit.cluster.interrupt("patch", someoneSets("worker", "3.0.0"));
    await kit.cluster.editImage(aTarget, "web", image("1.0.0"));
    await kit.cluster.editImage(aTarget, "worker", image("1.1.0"));
    const outcome = await kit.upgrade(
      all({ hook: aHook({ upgrade: { container: "*", tags } }), events: [anEvent("2.0.0")] }),
    );
    assert.deepEqual(outcome.kind === "changed" && outcome.containers.map(({ container }) => container), [
      "web",
      "migrate",
    ]);
    assert.deepEqual([images()["web"], images()["worker"]], [image("2.0.0"), image("3.0.0")]);
    assert.deepEqual(pushesOf(kit.cluster.stored(aTarget).state, "worker"), []);
  });

  it("changes none when someone took the repository away from the only one", async () => {
    kit.cluster.edit(aTarget, (object) => {
      const [web] = templateOf(object).spec.containers;
      if (web !== undefined) templateOf(object).spec = { containers: [web] };
    });
    kit.cluster.interrupt("patch", () => {
      void kit.cluster.editImage(aTarget, "web", "nginx:1");
      return undefined;
    });
    assert.equal((await kit.upgrade(all())).kind, "foreign-repository");
    assert.deepEqual([images(), recorded()], [{ web: "nginx:1" }, []]);
  });

  it("gives up after five lost tries with nothing on record", async () => {
    for (const tag of ["1.2", "1.3", "1.4", "1.5", "1.6"]) kit.cluster.interrupt("patch", someoneSets("worker", tag));
    assert.equal((await kit.upgrade(all())).kind, "cluster");
    assert.deepEqual([recorded(), images()["web"], images()["worker"]], [[], image("1.0"), image("1.6")]);
  });

  it("leaves none behind and takes all intents back when the API server refuses the patch", async () => {
    kit.cluster.interrupt("patch", () => REFUSED);
    assert.deepEqual(await kit.upgrade(all()), { kind: "cluster", failure: REFUSED });
    assert.deepEqual([recorded(), images()["web"]], [[], image("1.0")]);
    assert.equal(kit.notices().length, 1);
  });

  it("carries the redelivery out where nobody knows what became of the patch, with the first records", async () => {
    kit.cluster.interrupt("patch", () => UNREACHABLE);
    await kit.upgrade(all());
    kit.clock.advance(60_000);
    const outcome = await kit.upgrade(all());
    assert.deepEqual(
      outcome.kind === "changed" && outcome.containers.map(({ push }) => push.acceptedAt),
      Array(3).fill("2026-11-22T08:00:05.000Z"),
    );
    assert.equal(recorded().length, 3);
  });

  it("refuses a push that no container runs, and says what they run", async () => {
    const events = [anEvent("2.0", { repository: repository("nginx") })] as const;
    assert.deepEqual(await kit.upgrade(all({ events })), {
      kind: "foreign-repository",
      reason:
        "the push brings docker.io/library/nginx, of which no container has an image: " +
        `web runs ${image("1.0")}, web-sidecar runs log:1, worker runs ${image("1.1")}, migrate runs ${image("1.0")}`,
    });
    assert.deepEqual(recorded(), []);
  });

  it("says in a dry run what would become of each, and leaves no trace", async () => {
    const outcome = await kit.upgrade(all({ isDryRun: true }));
    assert.equal(outcome.kind === "changed" && outcome.containers.length, 3);
    assert.deepEqual([recorded(), images()["web"], kit.cluster.calls], [[], image("1.0"), ["read", "load-state"]]);
  });
});
