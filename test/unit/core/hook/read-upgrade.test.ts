import assert from "node:assert/strict";
import { HOSTLESS_TYPES, REGISTRY_TYPES } from "../../../../src/core/event/dialects.ts";
import { ANY_TAG } from "../../../../src/core/image/tag-policy.ts";
import { OPEN_GATE } from "../../../../src/core/rollout/gate.ts";
import { assertRefused, assertWarned, readServed, typedHook } from "./hooks-files.ts";

describe("readUpgrade(upgrade)", () => {
  it("reads a hook with the keys that it needs", () => {
    assert.deepEqual(readServed(typedHook()).upgrade, {
      target: { kind: "deployment", namespace: "web", name: "website" },
      container: "web",
      registry: { kind: "argument", argument: { source: "url", name: "repo_type", envname: "" } },
      registryHost: "",
      registryTimeZone: "",
      network: { kind: "fixed", value: "keep" },
      repository: { kind: "own" },
      hostAliases: [],
      mailTo: [],
      language: null,
      channels: [],
      deadlineMs: null,
      onFailure: "keep",
      gate: OPEN_GATE,
      style: "typed",
      isInsecure: false,
      callers: [],
      tags: ANY_TAG,
      digest: "ignore",
      check: null,
      signatureKeys: "",
      isDryRun: false,
    });
  });

  it("reads a hook with every key", () => {
    const upgrade = {
      namespace: "Web",
      workload: "cj/Report",
      container: "report",
      registry: "DockerHub",
      "registry-host": "Hub.example.com:5000",
      "registry-time-zone": "Europe/Berlin",
      network: "Internal",
      image: {
        repository: "team/report",
        "host-aliases": { "docker.io": "mirror.corp/hub" },
        digest: "pin",
        check: { digest: false, wait: "10s", "pull-secret": "login" },
      },
      "dry-run": true,
      deadline: "15m",
      "on-failure": "Rollback",
      window: [{ days: ["Mon-Fri"], from: "22:00", to: "06:00", "time-zone": "Asia/Shanghai" }],
      freeze: true,
      "minimum-age": "30m",
      notify: { mail: ["ops@example.com", "team@example.com"], language: "zh", channels: ["ops-chat"] },
    };
    assert.deepEqual(readServed(typedHook(upgrade)).upgrade, {
      target: { kind: "cronjob", namespace: "web", name: "report" },
      container: "report",
      registry: { kind: "fixed", value: "dockerhub" },
      registryHost: "hub.example.com:5000",
      registryTimeZone: "Europe/Berlin",
      network: { kind: "fixed", value: "internal" },
      repository: { kind: "named", repository: "docker.io/team/report" },
      hostAliases: [
        [
          { host: "docker.io", path: "" },
          { host: "mirror.corp", path: "hub" },
        ],
      ],
      mailTo: ["ops@example.com", "team@example.com"],
      language: "zh",
      channels: ["ops-chat"],
      deadlineMs: 900_000,
      onFailure: "rollback",
      gate: {
        windows: [{ days: [1, 2, 3, 4, 5], fromMinute: 1320, toMinute: 360, timeZone: "Asia/Shanghai" }],
        isFrozen: true,
        minimumAgeMs: 1_800_000,
      },
      style: "typed",
      isInsecure: false,
      callers: [],
      tags: ANY_TAG,
      digest: "pin",
      check: { tag: true, digest: false, platform: true, waitMs: 10_000, pullSecret: "login" },
      signatureKeys: "",
      isDryRun: true,
    });
  });

  for (const image of [undefined, {}, { repository: "team/app" }]) {
    it(`reads a hook for all containers with the image ${JSON.stringify(image)}`, () => {
      assert.equal(readServed(typedHook({ container: "*", image })).upgrade.container, "*");
    });
  }

  it("refuses a hook for all containers and any repository", () => {
    assertRefused(
      typedHook({ container: "*", image: { repository: "any" } }),
      'container: "*" is all containers that run the pushed repository, and with image.repository "any" that is none in particular: name the container, or leave image.repository out',
    );
  });

  for (const container of ["**", "web*", "* ", "?"]) {
    it(`refuses the container ${JSON.stringify(container)}`, () => {
      assertRefused(typedHook({ container }), `container: "${container}" is not the name of a container`);
    });
  }

  for (const network of ["keep", "public", "vpc", "internal"]) {
    it(`reads the network ${network}`, () => {
      assert.deepEqual(readServed(typedHook({ network })).upgrade.network, { kind: "fixed", value: network });
    });
  }

  for (const registry of REGISTRY_TYPES) {
    it(`reads the registry ${registry}`, () => {
      const { upgrade } = readServed(typedHook({ registry, "registry-host": "registry.example.com" }));
      assert.deepEqual(upgrade.registry, { kind: "fixed", value: registry });
    });
  }

  for (const [name, value] of [
    ["aliyun-acr", "aliyun"],
    ["ACR", "acr"],
  ]) {
    it(`reads the registry ${String(name)} as ${String(value)}`, () => {
      assert.deepEqual(readServed(typedHook({ registry: name })).upgrade.registry, { kind: "fixed", value });
    });
  }

  for (const registry of ["auto", "Auto", ""]) {
    it(`leaves the registry to the URL with "${registry}"`, () => {
      assert.equal(readServed(typedHook({ registry })).upgrade.registry.kind, "argument");
    });
  }

  for (const notify of [{}, { mail: [] }, { mail: "" }]) {
    it(`sends no mail with ${JSON.stringify(notify)}`, () => {
      assert.deepEqual(readServed(typedHook({ notify })).upgrade.mailTo, []);
    });
  }

  const refusals = [
    { when: "no namespace", upgrade: { namespace: undefined }, message: 'namespace: "" is not a namespace' },
    { when: "a namespace that is none", upgrade: { namespace: "a/b" }, message: 'namespace: "a/b" is not a namespace' },
    {
      when: "a namespace that is a list",
      upgrade: { namespace: ["web"] },
      message: "namespace: must be a text, not a list",
    },
    {
      when: "no workload",
      upgrade: { workload: undefined },
      message: 'workload: "" is not type/name, such as deployment/website',
    },
    {
      when: "a replicaset",
      upgrade: { workload: "rs/website" },
      message:
        "workload: a replicaset does not replace its pods when its image changes: name the deployment that owns it",
    },
    {
      when: "another type",
      upgrade: { workload: "job/website" },
      message: 'workload: "job" is not a workload type: use deployment, statefulset, daemonset or cronjob',
    },
    {
      when: "a name that is none",
      upgrade: { workload: "deployment/-x" },
      message: 'workload: "-x" is not the name of a deployment',
    },
    {
      when: "no container",
      upgrade: { container: undefined },
      message: 'container: "" is not the name of a container',
    },
    {
      when: "a container in other letters",
      upgrade: { container: "Web" },
      message: 'container: "Web" is not the name of a container',
    },
    {
      when: "a registry that is not served",
      upgrade: { registry: "harbour" },
      message: `registry: "harbour" is not served: use auto, ${REGISTRY_TYPES.join(", ")}`,
    },
    {
      when: "a host with a scheme",
      upgrade: { "registry-host": "https://hub.example.com" },
      message:
        'registry-host: "https://hub.example.com" is not a registry\'s host alone, such as registry.example.com:5000',
    },
    {
      when: "a host with a path",
      upgrade: { registry: "nexus", "registry-host": "hub.example.com/team" },
      message:
        'registry-host: "hub.example.com/team" is not a registry\'s host alone, such as registry.example.com:5000',
    },
    ...HOSTLESS_TYPES.map((registry) => ({
      when: `${registry} without a host`,
      upgrade: { registry },
      message: `registry-host: ${registry} does not say its host: give the one that images are pulled from, such as registry.example.com:5000`,
    })),
    {
      when: "another network",
      upgrade: { network: "classic" },
      message: 'network: "classic" is not a network: use auto, keep, public, vpc, internal',
    },
    {
      when: "a registry host with a path",
      upgrade: { "registry-host": "registry.example.com/team" },
      message:
        'registry-host: "registry.example.com/team" is not a registry\'s host alone, such as registry.example.com:5000',
    },
    { when: "notify that is a list", upgrade: { notify: [] }, message: "notify must be a map of keys, not a list" },
    {
      when: "recipients that are a text",
      upgrade: { notify: { mail: "ops@example.com" } },
      message: "mail: must be a list, not a scalar",
    },
    {
      when: "a recipient that is none",
      upgrade: { notify: { mail: ["Ops <ops@example.com>"] } },
      message:
        'mail: "Ops" is not an e-mail address; write plain addresses such as ops@example.com, separated by commas',
    },
  ];
  for (const { when, upgrade, message } of refusals) {
    it(`refuses ${when}`, () => {
      assertRefused(typedHook(upgrade), message);
    });
  }

  const known =
    "namespace, workload, selector, kinds, container, registry, registry-host, registry-time-zone, network, image, deadline, on-failure, window, freeze, minimum-age, notify, callers, insecure, dry-run";
  const warnings = [
    {
      when: "image-upgrade",
      upgrade: { timeout: "10m" },
      message: `timeout: unknown key, ignored; known are ${known}`,
    },
    {
      when: "image-upgrade that is misspelt",
      upgrade: { "minimum-ago": "10m" },
      message: "minimum-ago: unknown key, ignored; did you mean minimum-age?",
    },
    {
      when: "notify",
      upgrade: { notify: { Sms: "zh" } },
      message: "Sms: unknown key, ignored; known are mail, language, channels",
    },
  ];
  for (const { when, upgrade, message } of warnings) {
    it(`warns of an unknown key of ${when}`, () => {
      assertWarned(typedHook(upgrade), message);
    });
  }
});
