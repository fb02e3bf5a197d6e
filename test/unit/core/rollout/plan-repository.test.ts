import assert from "node:assert/strict";
import { readAliyun } from "../../../../src/core/event/aliyun.ts";
import { toPushEvent, type PushEvent } from "../../../../src/core/event/push-event.ts";
import type { AllowedRepository, Upgrade } from "../../../../src/core/hook/hook.ts";
import { parsePrefix, type HostAlias } from "../../../../src/core/image/host-alias.ts";
import type { Network } from "../../../../src/core/image/network.ts";
import { planRollout } from "../../../../src/core/rollout/plan.ts";
import { messageOf } from "../event/bodies.ts";
import { aContainer, aHook, anEvent, aWorkload, repository } from "../../../support/builders.ts";

interface Case {
  readonly image: string;
  readonly event: PushEvent;
  readonly upgrade?: Partial<Upgrade>;
  readonly network?: Network;
}

// The image that a push leads to; what it does instead where it leads to none.
function after({ image, event, upgrade = {}, network = "keep" }: Case): string {
  const plan = planRollout({
    hook: "website",
    upgrade: aHook({ upgrade }).upgrade,
    network,
    event,
    workload: aWorkload({ containers: [aContainer({ image })] }),
    pushes: [],
    now: new Date("2026-11-22T08:00:05.000Z"),
    request: "request-1",
  });
  return plan.kind === "change" ? plan.push.after : plan.kind;
}

const push = (name: string): PushEvent => anEvent("2.0", { repository: repository(name) });
const named = (name: string): AllowedRepository => ({ kind: "named", repository: repository(name) });
const alias = (...names: readonly string[]): HostAlias =>
  names.flatMap((name) => {
    const prefix = parsePrefix(name);
    return prefix.kind === "ok" ? [prefix.value] : assert.fail(prefix.error);
  });

// What Aliyun's own body becomes, with and without the hook's registry-host.
function fromAliyun(region: string, path: string, host = ""): PushEvent {
  const body = { repository: { region, repo_full_name: path }, push_data: { tag: "2.0" } };
  const reading = readAliyun(messageOf(body, { host }));
  const event = reading.kind === "push" ? toPushEvent(reading.images[0]) : assert.fail(JSON.stringify(reading));
  return event.kind === "ok" ? event.value : assert.fail(event.error);
}

const FOREIGN = "foreign-repository";
const HZ = "cn-hangzhou.aliyuncs.com";
const CRPI = "crpi-u29d6zx1kofk7x5d";
const CRPI_DOMAIN = "cn-hangzhou.personal.cr.aliyuncs.com";
const EE_DOMAIN = "cn-hangzhou.cr.aliyuncs.com";

describe("planRollout(facts) of repositories that look alike", () => {
  for (const pushed of [
    "evil/myco/app",
    "myco/app-evil",
    "myco/app/evil",
    "myco/ap",
    "mycoxapp",
    "myco-app",
    "evil.example.com/myco/app",
    "docker.io.example.com/myco/app",
  ]) {
    it(`refuses ${pushed} where myco/app is allowed`, () => {
      assert.equal(after({ image: "myco/app:1.0", event: push(pushed) }), FOREIGN);
      assert.equal(after({ image: "x/y:1", event: push(pushed), upgrade: { repository: named("myco/app") } }), FOREIGN);
    });
  }

  it("refuses my.co/app's neighbour by a dot that is no wildcard", () => {
    assert.equal(after({ image: "my.co/app:1.0", event: push("myxco/app") }), FOREIGN);
  });

  for (const pushed of [
    "index.docker.io/myco/app",
    "registry-1.docker.io/myco/app",
    "registry.hub.docker.com/myco/app",
  ]) {
    it(`takes ${pushed} for myco/app, whose spelling stays`, () => {
      assert.equal(after({ image: "myco/app:1.0", event: push(pushed) }), "myco/app:2.0");
      assert.equal(after({ image: `${pushed}:1.0`, event: push("myco/app") }), `${pushed}:2.0`);
    });
  }
});

describe("planRollout(facts) of Aliyun's pushes", () => {
  const hosts = [
    {
      host: `registry.${HZ}`,
      public: `registry.${HZ}`,
      vpc: `registry-vpc.${HZ}`,
      internal: `registry-internal.${HZ}`,
    },
    {
      host: `registry-vpc.${HZ}`,
      public: `registry.${HZ}`,
      vpc: `registry-vpc.${HZ}`,
      internal: `registry-internal.${HZ}`,
    },
    {
      host: `${CRPI}.${CRPI_DOMAIN}`,
      public: `${CRPI}.${CRPI_DOMAIN}`,
      vpc: `${CRPI}-vpc.${CRPI_DOMAIN}`,
      internal: `${CRPI}-vpc.${CRPI_DOMAIN}`,
    },
    {
      host: `acme-registry-vpc.${EE_DOMAIN}`,
      public: `acme-registry.${EE_DOMAIN}`,
      vpc: `acme-registry-vpc.${EE_DOMAIN}`,
      internal: `acme-registry-vpc.${EE_DOMAIN}`,
    },
  ];
  for (const { host, ...members } of hosts) {
    for (const network of ["public", "vpc", "internal"] as const) {
      it(`moves ${host} to ${network} where the body names only the region`, () => {
        const event = fromAliyun("cn-hangzhou", "team/app");
        assert.equal(after({ image: `${host}/team/app:1.0`, event, network }), `${members[network]}/team/app:2.0`);
      });
    }

    it(`keeps ${host} where no network is asked for, with and without registry-host`, () => {
      const image = `${host}/team/app:1.0`;
      assert.equal(after({ image, event: fromAliyun("cn-hangzhou", "team/app") }), `${host}/team/app:2.0`);
      const event = fromAliyun("cn-hangzhou", "team/app", members.vpc);
      assert.equal(after({ image, event }), `${host}/team/app:2.0`);
    });

    it(`refuses another region and another path for ${host}`, () => {
      const image = `${host}/team/app:1.0`;
      assert.equal(after({ image, event: fromAliyun("cn-beijing", "team/app") }), FOREIGN);
      assert.equal(after({ image, event: fromAliyun("cn-hangzhou", "team/app-evil") }), FOREIGN);
      assert.equal(after({ image, event: fromAliyun("cn-hangzhou", "evil/team/app") }), FOREIGN);
    });

    it(`refuses ${host} where registry-host names another instance`, () => {
      const image = `${host}/team/app:1.0`;
      const event = fromAliyun("cn-hangzhou", "team/app", `other-registry.${EE_DOMAIN}`);
      assert.equal(after({ image, event }), FOREIGN);
    });
  }

  it("refuses a registry that is not Aliyun's", () => {
    const event = fromAliyun("cn-hangzhou", "team/app");
    assert.equal(after({ image: "registry.example.com/team/app:1.0", event }), FOREIGN);
  });

  const acme = `acme-registry.${EE_DOMAIN}/team/app`;
  const elsewhere = [
    {
      when: "the host that the hook names, over another registry",
      image: "nginx:1",
      repository: named(acme),
      expected: acme,
    },
    {
      when: "the instance that the hook names, over another one with the same path",
      image: `registry.${HZ}/team/app:1.0`,
      repository: named(acme),
      expected: acme,
    },
    {
      when: "the member that the container has of the instance that the hook names",
      image: `acme-registry-vpc.${EE_DOMAIN}/team/app:1.0`,
      repository: named(acme),
      expected: `acme-registry-vpc.${EE_DOMAIN}/team/app`,
    },
    {
      when: "the container's host for another repository where any is allowed",
      image: `acme-registry-vpc.${EE_DOMAIN}/team/old:1.0`,
      repository: { kind: "any" } as const,
      expected: `acme-registry-vpc.${EE_DOMAIN}/team/app`,
    },
    {
      when: "the region's own host over another registry where any is allowed",
      image: "nginx:1",
      repository: { kind: "any" } as const,
      expected: `registry.${HZ}/team/app`,
    },
    {
      when: "the region's own host over an image that is none",
      image: "NOT AN IMAGE",
      repository: { kind: "any" } as const,
      expected: `registry.${HZ}/team/app`,
    },
  ];
  for (const { when, image, repository: allowed, expected } of elsewhere) {
    it(`takes ${when}`, () => {
      const event = fromAliyun("cn-hangzhou", "team/app");
      assert.equal(after({ image, event, upgrade: { repository: allowed } }), `${expected}:2.0`);
    });
  }

  it("moves another repository to the network that was asked for", () => {
    const event = fromAliyun("cn-hangzhou", "team/app");
    const upgrade = { repository: { kind: "any" } as const };
    const image = `registry.${HZ}/team/old:1.0`;
    assert.equal(after({ image, event, upgrade, network: "vpc" }), `registry-vpc.${HZ}/team/app:2.0`);
  });
});

describe("planRollout(facts) by host aliases", () => {
  const hub = [alias("docker.io", "mirror.corp/hub")];
  const cases = [
    { image: "mirror.corp/hub/library/nginx:1", pushed: "nginx", expected: "mirror.corp/hub/library/nginx:2.0" },
    { image: "Mirror.Corp/hub/team/app:1", pushed: "team/app", expected: "Mirror.Corp/hub/team/app:2.0" },
    { image: "nginx:1", pushed: "mirror.corp/hub/library/nginx", expected: "nginx:2.0" },
    { image: "mirror.corp/hubx/library/nginx:1", pushed: "nginx", expected: FOREIGN },
    { image: "mirror.corp.evil.com/hub/library/nginx:1", pushed: "nginx", expected: FOREIGN },
    { image: "nginx:1", pushed: "mirror.corp.evil.com/hub/library/nginx", expected: FOREIGN },
    { image: "nginx:1", pushed: "mirror.corp/hubx/library/nginx", expected: FOREIGN },
    { image: "nginx:1", pushed: "mirror.corp/library/nginx", expected: FOREIGN },
  ];
  for (const { image, pushed, expected } of cases) {
    it(`${expected === FOREIGN ? "refuses" : "takes"} ${pushed} for ${image}`, () => {
      assert.equal(after({ image, event: push(pushed), upgrade: { hostAliases: hub } }), expected);
    });
  }

  it("refuses all of that without the alias", () => {
    for (const { image, pushed } of cases) assert.equal(after({ image, event: push(pushed) }), FOREIGN);
  });

  it("does not follow one alias by another", () => {
    const hostAliases = [alias("a.example.com", "b.example.com"), alias("b.example.com", "c.example.com")];
    const event = push("c.example.com/app");
    assert.equal(after({ image: "a.example.com/app:1", event, upgrade: { hostAliases } }), FOREIGN);
    assert.equal(after({ image: "b.example.com/app:1", event, upgrade: { hostAliases } }), "b.example.com/app:2.0");
  });

  it("lets an alias of the repository in that the hook names, and moves the container to the hook's spelling", () => {
    const upgrade = { repository: named("nginx"), hostAliases: hub };
    const event = push("mirror.corp/hub/library/nginx");
    assert.equal(after({ image: "team/app:1", event, upgrade }), "docker.io/library/nginx:2.0");
    assert.equal(after({ image: "nginx:1", event, upgrade }), "nginx:2.0");
    const image = "mirror.corp/hub/library/nginx:1";
    assert.equal(after({ image, event, upgrade }), "mirror.corp/hub/library/nginx:2.0");
  });

  it("leaves an alias where it is whatever network is asked for", () => {
    const hostAliases = [alias(`registry.${HZ}`, "mirror.corp/ali")];
    const event = fromAliyun("cn-hangzhou", "team/app");
    const image = "mirror.corp/ali/team/app:1.0";
    assert.equal(after({ image, event, upgrade: { hostAliases }, network: "vpc" }), "mirror.corp/ali/team/app:2.0");
  });
});
