import assert from "node:assert/strict";
import {
  inNetwork,
  isNetwork,
  isSameHost,
  isSameRegion,
  NETWORKS,
  regionOf,
} from "../../../../src/core/image/network.ts";

describe("isNetwork(text)", () => {
  it("knows the four networks", () => {
    assert.deepEqual(NETWORKS, ["keep", "public", "vpc", "internal"]);
    assert.deepEqual(NETWORKS.map(isNetwork), [true, true, true, true]);
  });

  for (const text of ["", "VPC", "vpc ", "classic", "constructor", "__proto__"]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.equal(isNetwork(text), false);
    });
  }
});

describe("inNetwork(host, network)", () => {
  const families = [
    {
      edition: "a personal registry",
      public: "registry.cn-hangzhou.aliyuncs.com",
      vpc: "registry-vpc.cn-hangzhou.aliyuncs.com",
      internal: "registry-internal.cn-hangzhou.aliyuncs.com",
    },
    {
      edition: "a personal registry abroad",
      public: "registry.ap-southeast-1.aliyuncs.com",
      vpc: "registry-vpc.ap-southeast-1.aliyuncs.com",
      internal: "registry-internal.ap-southeast-1.aliyuncs.com",
    },
    {
      edition: "a personal instance, which has one private host",
      public: "crpi-u29d6zx1kofk7x5d.cn-hangzhou.personal.cr.aliyuncs.com",
      vpc: "crpi-u29d6zx1kofk7x5d-vpc.cn-hangzhou.personal.cr.aliyuncs.com",
      internal: "crpi-u29d6zx1kofk7x5d-vpc.cn-hangzhou.personal.cr.aliyuncs.com",
    },
    {
      edition: "an enterprise instance, which has one private host",
      public: "acme-registry.cn-hangzhou.cr.aliyuncs.com",
      vpc: "acme-registry-vpc.cn-hangzhou.cr.aliyuncs.com",
      internal: "acme-registry-vpc.cn-hangzhou.cr.aliyuncs.com",
    },
  ];
  for (const { edition, ...hosts } of families) {
    for (const from of new Set(Object.values(hosts))) {
      for (const to of ["public", "vpc", "internal"] as const) {
        it(`moves ${from} of ${edition} to ${to}`, () => {
          assert.equal(inNetwork(from, to), hosts[to]);
        });
      }
    }
  }

  const others = [
    "docker.io",
    "registry.example.com",
    "registry.example.com:5000",
    "registry-vpc.example.com",
    "registry.cn-hangzhou.aliyuncs.com:5000",
    "registry.cn-hangzhou.aliyuncs.com.evil.com",
    "evil.registry.cn-hangzhou.aliyuncs.com",
    "registry.evil.com/x.aliyuncs.com",
    "registry-other.cn-hangzhou.aliyuncs.com",
    "registry.cn-hangzhou.cr.aliyuncs.com",
    "acme.cn-hangzhou.cr.aliyuncs.com",
    "acme-registry-internal.cn-hangzhou.cr.aliyuncs.com",
    "crpi-u29d6zx1kofk7x5d-internal.cn-hangzhou.personal.cr.aliyuncs.com",
    "crpi-.cn-hangzhou.personal.cr.aliyuncs.com",
    "crpi-u29d6zx1kofk7x5d.cn-hangzhou.cr.aliyuncs.com",
    "crpi-u29d6zx1kofk7x5d.personal.cr.aliyuncs.com",
    "crpi-u29d6zx1kofk7x5d.cn-hangzhou.personal.cr.aliyuncs.com.evil.com",
    "evil.crpi-u29d6zx1kofk7x5d.cn-hangzhou.personal.cr.aliyuncs.com",
    "crpi-a.cn-hangzhou.personalXcr.aliyuncs.com",
    "registryXcn-hangzhou.aliyuncs.com",
    "Registry.cn-hangzhou.aliyuncs.com",
    "",
  ];
  for (const host of others) {
    it(`leaves "${host}" as it is`, () => {
      for (const network of ["public", "vpc", "internal"] as const) assert.equal(inNetwork(host, network), host);
    });
    it(`puts "${host}" into no region`, () => {
      assert.equal(isSameRegion(host, "registry.cn-hangzhou.aliyuncs.com"), false);
      assert.equal(isSameRegion("registry.cn-hangzhou.aliyuncs.com", host), false);
      assert.equal(isSameRegion(host, host), false);
      assert.equal(regionOf(host), null);
    });
  }

  it("keeps every host for keep", () => {
    for (const host of [...others, ...families.map(({ vpc }) => vpc)]) assert.equal(inNetwork(host, "keep"), host);
  });

  it("answers for hostile hosts at once", () => {
    const started = performance.now();
    for (const host of ["a-".repeat(500_000), `${"a".repeat(500_000)}-registry`, `registry.${"a-".repeat(500_000)}`])
      assert.equal(inNetwork(host, "vpc"), host);
    assert.ok(performance.now() - started < 1000);
  });
});

describe("isSameHost(a, b) and isSameRegion(a, b)", () => {
  const personal = "registry.cn-hangzhou.aliyuncs.com";
  const acme = "acme-registry.cn-hangzhou.cr.aliyuncs.com";
  const cases = [
    { a: personal, b: "registry-internal.cn-hangzhou.aliyuncs.com", host: true, region: true },
    { a: acme, b: "acme-registry-vpc.cn-hangzhou.cr.aliyuncs.com", host: true, region: true },
    { a: "crpi-a.cn-hangzhou.personal.cr.aliyuncs.com", b: personal, host: false, region: true },
    { a: "crpi-a.cn-hangzhou.personal.cr.aliyuncs.com", b: acme, host: false, region: true },
    { a: acme, b: "acme-registry.cn-beijing.cr.aliyuncs.com", host: false, region: false },
    { a: personal, b: "registry.cn-hangzhou-2.aliyuncs.com", host: false, region: false },
    { a: "registry.example.com", b: "registry.example.com", host: true, region: false },
    { a: "registry.example.com", b: "registry.example.com:5000", host: false, region: false },
  ];
  for (const { a, b, host, region } of cases) {
    it(`tells ${host ? "one registry" : "two registries"} and ${region ? "one region" : "no common region"} of ${a} and ${b}`, () => {
      assert.deepEqual([isSameHost(a, b), isSameHost(b, a)], [host, host]);
      assert.deepEqual([isSameRegion(a, b), isSameRegion(b, a)], [region, region]);
    });
  }
});
