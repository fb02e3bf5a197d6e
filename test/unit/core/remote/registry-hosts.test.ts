import assert from "node:assert/strict";
import { parseRepository } from "../../../../src/core/image/reference.ts";
import { isAllowance } from "../../../../src/core/remote/allow-list.ts";
import { registryHostsOf, type RegistryHosts } from "../../../../src/core/remote/registry-hosts.ts";

const hostsOf = (name: string): RegistryHosts => {
  const repository = parseRepository(name);
  assert.ok(repository.kind === "ok");
  return registryHostsOf(repository.value);
};

describe("registryHostsOf(repository)", () => {
  const known: readonly (readonly [name: string, api: string, token: string, content: string])[] = [
    ["nginx", "registry-1.docker.io", "auth.docker.io", "production.cloudflare.docker.com"],
    ["ghcr.io/a/b", "ghcr.io", "", "pkg-containers.githubusercontent.com"],
    ["quay.io/a/b", "quay.io", "", "*.quay.io"],
    ["1234.dkr.ecr.eu-west-1.amazonaws.com/a", "1234.dkr.ecr.eu-west-1.amazonaws.com", "", "*.amazonaws.com"],
    [
      "1234.dkr.ecr.cn-north-1.amazonaws.com.cn/a",
      "1234.dkr.ecr.cn-north-1.amazonaws.com.cn",
      "",
      "*.amazonaws.com.cn",
    ],
    ["europe-docker.pkg.dev/p/r/i", "europe-docker.pkg.dev", "", "*.googleapis.com"],
    ["eu.gcr.io/p/i", "eu.gcr.io", "", "*.googleapis.com"],
    ["shop.azurecr.io/a", "shop.azurecr.io", "", "*.blob.core.windows.net"],
    ["registry.cn-hangzhou.aliyuncs.com/a/b", "registry.cn-hangzhou.aliyuncs.com", "*.aliyuncs.com", "*.aliyuncs.com"],
    ["registry.gitlab.com/a/b", "registry.gitlab.com", "gitlab.com", "storage.googleapis.com"],
  ];
  for (const [name, api, token, content] of known) {
    it(`knows where ${name} is and where it sends its clients`, () => {
      const hosts = hostsOf(name);
      assert.equal(hosts.api, api);
      assert.deepEqual(hosts.tokens, token === "" ? [] : [token]);
      assert.ok(hosts.contents.includes(content));
      assert.ok([...hosts.tokens, ...hosts.contents].every(isAllowance));
    });
  }

  const own = [
    "registry.example.com:5000/a/b",
    "docker.io.example.com/a",
    "ghcr.io.example.com/a",
    "aliyuncs.com/a",
    "notgcr.io/a",
  ];
  for (const name of own) {
    it(`knows of ${name} its own host alone`, () => {
      assert.deepEqual(hostsOf(name), { api: name.slice(0, name.indexOf("/")), tokens: [], contents: [] });
    });
  }
});
