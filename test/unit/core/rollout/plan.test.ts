import assert from "node:assert/strict";
import { deliveryKey } from "../../../../src/core/rollout/delivery-key.ts";
import { planRollout, type Facts } from "../../../../src/core/rollout/plan.ts";
import { aContainer, aHook, anEvent, aWorkload, digest, repository } from "../../../support/builders.ts";

const now = new Date("2026-11-22T08:00:05.000Z");
const SITE = "registry.example.com/shop/website";

const facts = (over: Partial<Facts> = {}): Facts => ({
  hook: "website",
  upgrade: aHook().upgrade,
  network: "keep",
  event: anEvent("2.0"),
  workload: aWorkload(),
  pushes: [],
  now,
  request: "request-1",
  ...over,
});

const running = (image: string, over: Parameters<typeof aWorkload>[0] = {}): ReturnType<typeof aWorkload> =>
  aWorkload({ containers: [aContainer({ image })], ...over });

describe("planRollout(facts) of a new push", () => {
  it("changes the image and records all that is known of the push", () => {
    assert.deepEqual(planRollout(facts()), {
      kind: "change",
      container: aContainer(),
      redeploys: false,
      push: {
        key: deliveryKey(anEvent("2.0")),
        hook: "website",
        before: `${SITE}:1.0`,
        after: `${SITE}:2.0`,
        digest: digest("b"),
        pushedAt: "2026-11-22T08:00:00.000Z",
        delivery: null,
        acceptedAt: "2026-11-22T08:00:05.000Z",
        phase: "accepted",
        reason: "",
        request: "request-1",
        generation: 7,
        endedAt: null,
        rollback: null,
      },
    });
  });

  it("finds an init container by its exact name", () => {
    const init = aContainer({ name: "web", list: "initContainers", index: 1 });
    const workload = aWorkload({ containers: [aContainer({ name: "web-sidecar" }), init] });
    const plan = planRollout(facts({ workload }));
    assert.deepEqual(plan.kind === "change" && plan.container, init);
  });

  it("names the containers that there are when the hook's is missing", () => {
    const workload = aWorkload({ containers: [aContainer({ name: "web-sidecar" }), aContainer({ name: "log" })] });
    assert.deepEqual(planRollout(facts({ workload })), { kind: "no-container", available: ["web-sidecar", "log"] });
  });
});

describe("planRollout(facts) by repository", () => {
  const own = { kind: "own" } as const;
  const any = { kind: "any" } as const;
  const named = (name: string) => ({ kind: "named", repository: repository(name) }) as const;
  const allowed = [
    { when: "the container's own", image: `${SITE}:1.0`, pushed: SITE, rule: own, after: `${SITE}:2.0` },
    { when: "its own by digest", image: `${SITE}@${digest("a")}`, pushed: SITE, rule: own, after: `${SITE}:2.0` },
    { when: "its own in Docker's short spelling", image: "nginx:1", pushed: "nginx", rule: own, after: "nginx:2.0" },
    { when: "its own without a tag", image: "nginx", pushed: "docker.io/library/nginx", rule: own, after: "nginx:2.0" },
    {
      when: "the repo/tag that the original tool left",
      image: "shop/website/1.0",
      pushed: "docker.io/shop/website",
      rule: own,
      after: "shop/website:2.0",
    },
    {
      when: "the registry's public host of an image in its vpc",
      image: "registry-vpc.cn-shanghai.aliyuncs.com/shop/website:1.0",
      pushed: "registry.cn-shanghai.aliyuncs.com/shop/website",
      rule: own,
      after: "registry-vpc.cn-shanghai.aliyuncs.com/shop/website:2.0",
    },
    { when: "one that the hook names", image: "nginx:1", pushed: SITE, rule: named(SITE), after: `${SITE}:2.0` },
    { when: "any where any is allowed", image: "nginx:1", pushed: SITE, rule: any, after: `${SITE}:2.0` },
    { when: "any over an image that is none", image: "NOT AN IMAGE", pushed: SITE, rule: any, after: `${SITE}:2.0` },
  ];
  for (const { when, image, pushed, rule, after } of allowed) {
    it(`takes ${when}`, () => {
      const upgrade = { ...aHook().upgrade, repository: rule };
      const event = anEvent("2.0", { repository: repository(pushed) });
      const plan = planRollout(facts({ upgrade, event, workload: running(image) }));
      assert.equal(plan.kind === "change" ? plan.push.after : JSON.stringify(plan), after);
      assert.equal(plan.kind === "change" && plan.push.before, image);
    });
  }

  const refused = [
    { when: "another name", image: `${SITE}:1.0`, pushed: `${SITE}-evil`, rule: own, allowed: `${SITE}:1.0` },
    { when: "another path", image: `${SITE}:1.0`, pushed: "registry.example.com/evil/website", rule: own },
    { when: "another host", image: `${SITE}:1.0`, pushed: "registry.example.org/shop/website", rule: own },
    {
      when: "another region",
      image: "registry.cn-beijing.aliyuncs.com/a/b:1",
      pushed: "registry.cn-hangzhou.aliyuncs.com/a/b",
      rule: own,
    },
    { when: "a repository below the container's", image: `${SITE}:1.0`, pushed: `${SITE}/1.0`, rule: own },
    {
      when: "what the container runs where the hook names another",
      image: `${SITE}:1.0`,
      pushed: SITE,
      rule: named("nginx"),
      allowed: "docker.io/library/nginx",
    },
    { when: "anything over an image that is none", image: "NOT AN IMAGE", pushed: SITE, rule: own },
  ];
  for (const { when, image, pushed, rule, allowed: says } of refused) {
    it(`refuses ${when} and says what is allowed`, () => {
      const upgrade = { ...aHook().upgrade, repository: rule };
      const event = anEvent("2.0", { repository: repository(pushed) });
      assert.deepEqual(planRollout(facts({ upgrade, event, workload: running(image) })), {
        kind: "foreign-repository",
        pushed,
        allowed: says ?? image,
      });
    });
  }
});

describe("planRollout(facts) by network", () => {
  const host = (kind: string): string => `registry${kind}.cn-shanghai.aliyuncs.com/shop/website`;
  const cases = [
    { network: "keep", image: `${host("-vpc")}:1.0`, after: `${host("-vpc")}:2.0` },
    { network: "public", image: `${host("-vpc")}:1.0`, after: `${host("")}:2.0` },
    { network: "vpc", image: `${host("")}:1.0`, after: `${host("-vpc")}:2.0` },
    { network: "internal", image: `${host("-vpc")}:1.0`, after: `${host("-internal")}:2.0` },
    { network: "internal", image: `${host("-internal")}:1.0`, after: `${host("-internal")}:2.0` },
  ] as const;
  for (const { network, image, after } of cases) {
    it(`moves ${image} to ${after} for ${network}`, () => {
      const event = anEvent("2.0", { repository: repository(host("")) });
      const plan = planRollout(facts({ network, event, workload: running(image) }));
      assert.equal(plan.kind === "change" ? plan.push.after : JSON.stringify(plan), after);
    });
  }

  it("leaves the host of a registry that has no networks", () => {
    const plan = planRollout(facts({ network: "vpc" }));
    assert.equal(plan.kind === "change" && plan.push.after, `${SITE}:2.0`);
  });

  it("is a change and no redeploy when only the network differs", () => {
    const event = anEvent("2.0", { repository: repository(host("")) });
    const plan = planRollout(facts({ network: "vpc", event, workload: running(`${host("")}:2.0`) }));
    assert.equal(plan.kind === "change" && plan.redeploys, false);
  });
});
