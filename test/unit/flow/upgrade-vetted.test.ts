import assert from "node:assert/strict";
import type { PushOutcome } from "../../../src/core/delivery/outcome.ts";
import type { Upgrade } from "../../../src/core/hook/hook.ts";
import { fail, ok } from "../../../src/core/result.ts";
import { aHook, anAcceptedPush, anEvent, aSelection, aTarget, digest } from "../../support/builders.ts";
import { image, makeUpgradeKit } from "./upgrade-kit.ts";

const check: Upgrade["check"] = { tag: true, digest: true, platform: true, waitMs: 0, pullSecret: "" };
const UNFIT: PushOutcome = { kind: "unfit", reason: "it is not there" };
const pushOf = (upgrade: Partial<Upgrade> = {}, over: Parameters<typeof anAcceptedPush>[0] = {}) =>
  anAcceptedPush({ hook: aHook({ upgrade: { check, ...upgrade } }), ...over });
const fit = () => Promise.resolve(ok(digest("b")));

describe("createUpgrade(parts): a push whose image is vetted", () => {
  it("is carried out when the image is fit", async () => {
    const kit = await makeUpgradeKit(fit);
    const outcome = await kit.upgrade(pushOf());
    assert.equal(outcome.kind, "changed");
    assert.equal(kit.running(), image("2.0"));
    assert.deepEqual(kit.asked, [`${image("2.0")} ${digest("b")}`]);
  });

  it("leaves no trace when the image is not", async () => {
    const kit = await makeUpgradeKit(() => Promise.resolve(fail(UNFIT)));
    assert.deepEqual(await kit.upgrade(pushOf()), UNFIT);
    assert.equal(kit.running(), image("1.0"));
    assert.deepEqual(kit.cluster.calls, ["read", "load-state"]);
    assert.deepEqual([kit.pushes(), kit.events, kit.changed], [[], [], []]);
  });

  it("is vetted in a dry run as well", async () => {
    const kit = await makeUpgradeKit(() => Promise.resolve(fail(UNFIT)));
    assert.deepEqual(await kit.upgrade(pushOf({}, { isDryRun: true })), UNFIT);
  });

  it("asks nothing where nothing would be changed", async () => {
    const kit = await makeUpgradeKit(fit);
    await kit.upgrade(pushOf());
    assert.equal((await kit.upgrade(pushOf())).kind, "skipped");
    assert.equal((await kit.upgrade(pushOf({ container: "other" }))).kind, "not-served");
    assert.equal(kit.asked.length, 1);
  });

  it("asks for the image that would be set, in the container's own spelling", async () => {
    const kit = await makeUpgradeKit(fit);
    await kit.cluster.editImage(aTarget, "web", "mirror.example.com/shop/website:1.0");
    const hostAliases = [
      [
        { host: "registry.example.com", path: "" },
        { host: "mirror.example.com", path: "" },
      ],
    ];
    await kit.upgrade(pushOf({ hostAliases }));
    assert.deepEqual(kit.asked, [`mirror.example.com/shop/website:2.0 ${digest("b")}`]);
  });

  it("waits for its registry without holding up another push of the workload", async () => {
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const kit = await makeUpgradeKit(async ({ tag }) => {
      if (tag === "2.0") await released;
      return ok(digest("b"));
    });
    const slow = kit.upgrade(pushOf());
    const quick = await kit.upgrade(pushOf({}, { events: [anEvent("2.1")] }));
    assert.equal(quick.kind, "changed");
    release();
    assert.equal((await slow).kind, "ignored");
  });

  it("sets no other image than the one that was vetted", async () => {
    const kit = await makeUpgradeKit(async () => {
      await kit.cluster.editImage(aTarget, "web", "elsewhere.example.com/shop/website:1.0");
      return ok(digest("b"));
    });
    const hostAliases = [
      [
        { host: "registry.example.com", path: "" },
        { host: "elsewhere.example.com", path: "" },
      ],
    ];
    const outcome = await kit.upgrade(pushOf({ hostAliases }));
    assert.ok(outcome.kind === "cluster" && outcome.failure.kind === "conflict");
    assert.equal(kit.running(), "elsewhere.example.com/shop/website:1.0");
    assert.deepEqual(kit.pushes(), []);
  });
});

describe("createUpgrade(parts): a push without the digest that its hook pins", () => {
  const bare = { events: [anEvent("2.0", { digest: null })] as const };

  it("gets the digest from the registry", async () => {
    const kit = await makeUpgradeKit(fit);
    assert.equal((await kit.upgrade(pushOf({ digest: "pin" }, bare))).kind, "changed");
    assert.equal(kit.running(), `${image("2.0")}@${digest("b")}`);
    assert.deepEqual(kit.asked, [`${image("2.0")} null`]);
    assert.deepEqual(
      kit.pushes().map((push) => push.digest),
      [digest("b")],
    );
  });

  it("is nothing new while the tag has the digest that runs", async () => {
    const kit = await makeUpgradeKit(fit);
    await kit.upgrade(pushOf({ digest: "pin" }, bare));
    assert.equal((await kit.upgrade(pushOf({ digest: "pin" }, bare))).kind, "skipped");
  });

  it("is refused where the registry has none either", async () => {
    const kit = await makeUpgradeKit(() => Promise.resolve(ok(null)));
    assert.equal((await kit.upgrade(pushOf({ digest: "pin" }, bare))).kind, "not-allowed");
    assert.equal(kit.running(), image("1.0"));
  });
});

describe("createUpgrade(parts): a push for all containers, whose images are vetted", () => {
  const all = { container: "*" } as const;
  const images = { web: image("1.0"), worker: image("1.1"), log: "log:1" };

  it("asks once for what several would be given", async () => {
    const kit = await makeUpgradeKit(fit);
    await kit.cluster.deploy(aTarget, images);
    const outcome = await kit.upgrade(pushOf(all));
    assert.equal(outcome.kind === "changed" && outcome.containers.length, 2);
    assert.deepEqual(kit.asked, [`${image("2.0")} ${digest("b")}`]);
  });

  it("asks for each spelling, and changes none where one is unfit", async () => {
    const mirror = "mirror.example.com/shop/website";
    const prefixes = ["registry.example.com", "mirror.example.com"].map((host) => ({ host, path: "" }));
    const kit = await makeUpgradeKit(({ repository }) =>
      Promise.resolve(repository === mirror ? fail(UNFIT) : ok(digest("b"))),
    );
    await kit.cluster.deploy(aTarget, { ...images, worker: `${mirror}:1.0` });
    assert.deepEqual(await kit.upgrade(pushOf({ ...all, hostAliases: [prefixes] })), UNFIT);
    assert.deepEqual([kit.asked.length, kit.running()], [2, image("1.0")]);
  });

  it("sets none where one of them would get an image that was not vetted", async () => {
    const prefixes = ["registry.example.com", "mirror.example.com"].map((host) => ({ host, path: "" }));
    const kit = await makeUpgradeKit(async () => {
      await kit.cluster.editImage(aTarget, "worker", "mirror.example.com/shop/website:1.0");
      return ok(digest("b"));
    });
    await kit.cluster.deploy(aTarget, images);
    const outcome = await kit.upgrade(pushOf({ ...all, hostAliases: [prefixes] }));
    assert.equal(outcome.kind === "cluster" && outcome.failure.kind, "conflict");
    assert.deepEqual([kit.asked, kit.running()], [[`${image("2.0")} ${digest("b")}`], image("1.0")]);
  });

  it("pins each by the digest that the registry says", async () => {
    const kit = await makeUpgradeKit(fit);
    await kit.cluster.deploy(aTarget, images);
    const events = [anEvent("2.0", { digest: null })] as const;
    const outcome = await kit.upgrade(pushOf({ ...all, digest: "pin" }, { events }));
    const pinned = `${image("2.0")}@${digest("b")}`;
    assert.deepEqual(outcome.kind === "changed" && outcome.containers.map(({ push }) => push.after), [pinned, pinned]);
  });

  it("asks for the image of each workload that a hook selects", async () => {
    const kit = await makeUpgradeKit(fit);
    for (const name of ["a", "b"])
      await kit.cluster.deploy({ ...aTarget, name }, images, { app: "website", tier: "web" });
    const outcome = await kit.upgrade(pushOf({ target: aSelection() }));
    assert.deepEqual(outcome.kind === "several" && outcome.workloads.map((one) => one.outcome.kind), [
      "changed",
      "changed",
    ]);
    assert.equal(kit.asked.length, 2);
  });
});
