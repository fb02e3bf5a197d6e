import assert from "node:assert/strict";
import { inNetwork, isNetwork, NETWORKS } from "../../../../src/core/image/network.ts";

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
    "registryXcn-hangzhou.aliyuncs.com",
    "",
  ];
  for (const host of others) {
    it(`leaves "${host}" as it is`, () => {
      for (const network of ["public", "vpc", "internal"] as const) assert.equal(inNetwork(host, network), host);
    });
  }
});
