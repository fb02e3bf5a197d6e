import assert from "node:assert/strict";
import { BODIES, readAs } from "./bodies.ts";

describe("readAliyun(message) with a registry-host", () => {
  const hosts = [
    "acme-registry.cn-shanghai.cr.aliyuncs.com",
    "acme-registry-vpc.cn-shanghai.cr.aliyuncs.com",
    "crpi-u29d6zx1kofk7x5d.cn-shanghai.personal.cr.aliyuncs.com",
    "registry-vpc.cn-shanghai.aliyuncs.com",
    "registry.example.com",
  ];
  for (const host of hosts) {
    it(`takes ${host} for the registry of a push in cn-shanghai`, () => {
      const reading = readAs("aliyun", BODIES.aliyun, { host });
      assert.ok(reading.kind === "push", JSON.stringify(reading));
      assert.deepEqual(
        reading.images.map(({ registry, repository, isHostImplied }) => ({ registry, repository, isHostImplied })),
        [{ registry: host, repository: "acme/website", isHostImplied: false }],
      );
    });
  }

  for (const host of [
    "acme-registry.cn-beijing.cr.aliyuncs.com",
    "crpi-u29d6zx1kofk7x5d-vpc.cn-beijing.personal.cr.aliyuncs.com",
    "registry.cn-beijing.aliyuncs.com",
  ]) {
    it(`rejects a push of cn-shanghai where the hook names ${host}`, () => {
      assert.deepEqual(readAs("aliyun", BODIES.aliyun, { host }), {
        kind: "rejected",
        field: "repository.region",
        reason: "is cn-shanghai, and the hook's registry-host is in cn-beijing",
      });
    });
  }
});
