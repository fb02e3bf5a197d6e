import assert from "node:assert/strict";
import { BODIES, digest, fixture, pathsOf, pushed, readAs, withValue, type Body } from "./bodies.ts";

const HUB_TIME = "2014-12-03T00:22:41.000Z";

describe("dialect(body) of a registry's own bodies", () => {
  const cases = [
    {
      file: "aliyun-acr.json",
      // An upper-case letter, which no registry takes, is kept until a change is planned.
      expected: pushed("registry.cn-hangzhou.aliyuncs.com/namespace/repoTest", "latest", {
        digest: "sha256:457f4aa83fc9a6663ab9d1b0a6e2dce25a12a943ed5bf2c1747c58d48bbb4917",
        pushedAt: "2016-11-29T04:25:46.000Z",
        isHostImplied: true,
      }),
    },
    {
      file: "dockerhub.json",
      expected: pushed("docker.io/karolisr/keel", "0.1.7", { pushedAt: "2017-06-14T19:14:20.000Z" }),
    },
    {
      file: "dockerhub.float-pushed_at.json",
      expected: pushed("docker.io/svendowideit/testhook", "latest", { pushedAt: HUB_TIME }),
    },
    {
      file: "dockerhub.stable-no-images.json",
      expected: pushed("docker.io/svendowideit/testhook", "stable", { pushedAt: HUB_TIME }),
    },
    { file: "dockerhub.name-and-namespace.json", expected: pushed("docker.io/myuser/myapp", "latest") },
    { file: "dockerhub.name-only.json", expected: pushed("docker.io/library/myapp", "v2.0.0") },
    { file: "dockerhub.no-tag.json", expected: { kind: "ignored", reason: "no tag" } },
    { file: "aliyun-acr.custom-jenkins.json", expected: pushed("registry.example.com/team/app", "v1.2.3") },
  ];
  for (const { file, expected } of cases) {
    const type = file.startsWith("dockerhub") ? "dockerhub" : file.includes("custom") ? "custom" : "aliyun";
    it(`reads ${file}`, () => {
      assert.deepEqual(readAs(type, fixture(file)), expected);
    });
  }
});

interface Mutation {
  readonly type: keyof typeof BODIES;
  readonly path: string;
  readonly value: string | number;
  readonly expected: unknown;
}

const PUSHED_AT = "2026-03-13T15:38:07.000Z";
const EXPECTED: Readonly<Record<keyof typeof BODIES, Body>> = {
  aliyun: {
    name: "registry.cn-shanghai.aliyuncs.com/acme/website",
    digest: digest("a"),
    pushedAt: PUSHED_AT,
    isHostImplied: true,
  },
  dockerhub: { name: "docker.io/acme/website", pushedAt: PUSHED_AT },
  custom: { name: "registry.example.com:5000/acme/website", digest: digest("b"), pushedAt: PUSHED_AT },
};

/** What a type's body must be read as, with a change. */
function expectedOf(type: keyof typeof BODIES, change: Body = {}): unknown {
  const { name, tag, ...more }: Body = { tag: "v7", ...EXPECTED[type], ...change };
  return pushed(String(name), String(tag), more);
}

const changed = (type: keyof typeof BODIES, path: string, value: string | number, change: Body): Mutation => ({
  type,
  path,
  value,
  expected: expectedOf(type, change),
});

const MUTATIONS: readonly Mutation[] = [
  changed("aliyun", "push_data.tag", "2026.11.22", { tag: "2026.11.22" }),
  changed("aliyun", "push_data.digest", digest("7"), { digest: digest("7") }),
  changed("aliyun", "push_data.pushed_at", "2027-01-01 00:00:00", { pushedAt: "2026-12-31T16:00:00.000Z" }),
  changed("aliyun", "repository.region", "eu-central-1", {
    name: "registry.eu-central-1.aliyuncs.com/acme/website",
  }),
  changed("aliyun", "repository.repo_full_name", "other/thing", {
    name: "registry.cn-shanghai.aliyuncs.com/other/thing",
  }),
  changed("dockerhub", "push_data.tag", "latest", { tag: "latest" }),
  changed("dockerhub", "push_data.pushed_at", 1, { pushedAt: "1970-01-01T00:00:01.000Z" }),
  changed("dockerhub", "repository.repo_name", "other/thing", { name: "docker.io/other/thing" }),
  changed("dockerhub", "repository.repo_name", "nginx", { name: "docker.io/library/nginx" }),
  changed("dockerhub", "push_data.digest", digest("9"), { digest: digest("9") }),
  changed("custom", "push_data.tag", "latest", { tag: "latest" }),
  changed("custom", "push_data.digest", digest("9"), { digest: digest("9") }),
  changed("custom", "push_data.pushed_at", "2026-03-13T23:38:07.5Z", { pushedAt: "2026-03-13T23:38:07.500Z" }),
  changed("custom", "repository.repo_url", "Hub.Example.ORG", { name: "hub.example.org/acme/website" }),
  changed("custom", "repository.repo_url", "localhost", { name: "localhost/acme/website" }),
  changed("custom", "repository.repo_url", "registry:5000", { name: "registry:5000/acme/website" }),
  changed("custom", "repository.repo_url", "xn--n3h.com", { name: "xn--n3h.com/acme/website" }),
  changed("custom", "repository.repo_url", "index.docker.io", { name: "docker.io/acme/website" }),
  changed("custom", "repository.namespace", "group/sub", {
    name: "registry.example.com:5000/group/sub/website",
  }),
  changed("custom", "repository.name", "thing", { name: "registry.example.com:5000/acme/thing" }),
];

describe("dialect(body) of a body with one value replaced", () => {
  for (const type of ["aliyun", "dockerhub", "custom"] as const) {
    it(`reads ${type}'s body as it is`, () => {
      assert.deepEqual(readAs(type, BODIES[type]), expectedOf(type));
    });
  }

  for (const { type, path, value, expected } of MUTATIONS) {
    it(`reads ${String(value)} out of ${type}'s ${path}`, () => {
      assert.deepEqual(readAs(type, withValue(BODIES[type], path, value)), expected);
    });
  }

  for (const type of ["aliyun", "dockerhub", "custom"] as const) {
    const read = new Set(MUTATIONS.filter((mutation) => mutation.type === type).map(({ path }) => path));
    const others = pathsOf(BODIES[type]).filter((path) => !read.has(path) && path.includes("."));
    for (const path of [...others, "callback_url"]) {
      it(`does not let ${type}'s ${path} change anything`, () => {
        const body = withValue(BODIES[type], path, "evil.com/x#");
        assert.deepEqual(readAs(type, body), expectedOf(type));
      });
    }
  }
});

describe("dialect(body) of a digest or a time that is none", () => {
  const broken = [
    `sha256:${"a".repeat(61)}      980`,
    "sha256:abc",
    digest("A"),
    digest("x"),
    "sha256:",
    "v7",
    digest("a").slice(7),
  ];
  for (const value of broken) {
    it(`drops the digest ${value} and keeps the tag`, () => {
      assert.deepEqual(
        readAs("aliyun", withValue(BODIES.aliyun, "push_data.digest", value)),
        expectedOf("aliyun", { digest: null }),
      );
    });
  }

  const times = [
    { type: "aliyun", value: "2026-13-01 00:00:00" },
    { type: "aliyun", value: "2026-03-13T23:38:07Z" },
    { type: "aliyun", value: " 2026-03-13 23:38:07" },
    { type: "aliyun", value: "yesterday" },
    { type: "aliyun", value: 1773416287 },
    { type: "dockerhub", value: 0 },
    { type: "dockerhub", value: -1 },
    { type: "dockerhub", value: 253_402_300_800 },
    { type: "dockerhub", value: "1773416287" },
    { type: "dockerhub", value: null },
    { type: "dockerhub", value: [1] },
    { type: "dockerhub", value: { literal: "1" } },
    { type: "custom", value: "2026-13-13T23:38:07Z" },
    { type: "custom", value: "2026-03-13 23:38:07" },
    { type: "custom", value: "Fri, 13 Mar 2026 23:38:07 GMT" },
    { type: "custom", value: 1773416287 },
  ] as const;
  for (const { type, value } of times) {
    it(`passes over ${type}'s time ${JSON.stringify(value)}`, () => {
      assert.deepEqual(
        readAs(type, withValue(BODIES[type], "push_data.pushed_at", value)),
        expectedOf(type, { pushedAt: null }),
      );
    });
  }

  for (const literal of ["1e400", "1e999"]) {
    it(`passes over a time of ${literal} seconds`, () => {
      const body = JSON.stringify(BODIES.dockerhub).replace("1773416287", literal);
      assert.deepEqual(readAs("dockerhub", body), expectedOf("dockerhub", { pushedAt: null }));
    });
  }

  it("takes the last second that four digits of a year can say", () => {
    assert.deepEqual(
      readAs("dockerhub", withValue(BODIES.dockerhub, "push_data.pushed_at", 253_402_300_799)),
      expectedOf("dockerhub", { pushedAt: "9999-12-31T23:59:59.000Z" }),
    );
  });
});

describe("dialect(body) of a body without a tag", () => {
  for (const type of ["aliyun", "dockerhub", "custom"] as const) {
    const bodies = [
      { when: "nothing", body: {} },
      { when: "no push_data", body: withValue(BODIES[type], "push_data", undefined) },
      { when: "an empty push_data", body: withValue(BODIES[type], "push_data", {}) },
      { when: "a tag of null", body: withValue(BODIES[type], "push_data.tag", null) },
      { when: "an empty tag", body: withValue(BODIES[type], "push_data.tag", "") },
      { when: "an array", body: "[]" },
    ];
    for (const { when, body } of bodies) {
      it(`ignores ${type}'s with ${when}`, () => {
        assert.deepEqual(readAs(type, body), { kind: "ignored", reason: "no tag" });
      });
    }
  }
});
