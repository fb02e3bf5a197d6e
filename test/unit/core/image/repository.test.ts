import assert from "node:assert/strict";
import { parsePrefix, type HostAlias } from "../../../../src/core/image/host-alias.ts";
import type { Network } from "../../../../src/core/image/network.ts";
import { parseReference, type ImageReference } from "../../../../src/core/image/reference.ts";
import { isSameRepository, spellImage, spellingOf } from "../../../../src/core/image/repository.ts";
import { anEvent, digest, repository } from "../../../support/builders.ts";

function image(text: string): ImageReference {
  const parsed = parseReference(text);
  if (parsed.kind === "error") assert.fail(parsed.error);
  return parsed.value;
}

function alias(...names: readonly string[]): HostAlias {
  return names.map((name) => {
    const prefix = parsePrefix(name);
    return prefix.kind === "ok" ? prefix.value : assert.fail(prefix.error);
  });
}

const said = (name: string) => ({ repository: repository(name), isHostImplied: false });
const implied = (name: string) => ({ repository: repository(name), isHostImplied: true });

const HANGZHOU = "registry.cn-hangzhou.aliyuncs.com";
const HANGZHOU_VPC = "registry-vpc.cn-hangzhou.aliyuncs.com";
const HANGZHOU_INTERNAL = "registry-internal.cn-hangzhou.aliyuncs.com";
const CRPI = "crpi-u29d6zx1kofk7x5d.cn-hangzhou.personal.cr.aliyuncs.com";
const CRPI_VPC = "crpi-u29d6zx1kofk7x5d-vpc.cn-hangzhou.personal.cr.aliyuncs.com";
const ACME = "acme-registry.cn-hangzhou.cr.aliyuncs.com";
const ACME_VPC = "acme-registry-vpc.cn-hangzhou.cr.aliyuncs.com";

describe("isSameRepository(own, pushed, aliases) without aliases", () => {
  const cases = [
    { a: "nginx", b: "docker.io/library/nginx", same: true },
    { a: "nginx", b: "docker.io/nginx", same: true },
    { a: "library/nginx", b: "index.docker.io/nginx", same: true },
    { a: "nginx", b: "registry-1.docker.io/library/nginx", same: true },
    { a: "registry.hub.docker.com/team/app", b: "team/app", same: true },
    { a: "registry.hub.docker.com/nginx", b: "registry-1.docker.io/library/nginx", same: true },
    { a: `${HANGZHOU}/team/app`, b: `${HANGZHOU_VPC}/team/app`, same: true },
    { a: `${HANGZHOU_VPC}/team/app`, b: `${HANGZHOU_INTERNAL}/team/app`, same: true },
    { a: `${CRPI}/team/app`, b: `${CRPI_VPC}/team/app`, same: true },
    { a: `${ACME}/team/app`, b: `${ACME_VPC}/team/app`, same: true },
    { a: `${HANGZHOU}/team/app`, b: `${HANGZHOU}/team/other`, same: false },
    { a: `${HANGZHOU}/team/app`, b: "registry.cn-beijing.aliyuncs.com/team/app", same: false },
    { a: `${HANGZHOU}/team/app`, b: `${CRPI}/team/app`, same: false },
    { a: `${HANGZHOU}/team/app`, b: `${ACME}/team/app`, same: false },
    { a: `${CRPI}/team/app`, b: "crpi-other.cn-hangzhou.personal.cr.aliyuncs.com/team/app", same: false },
    { a: `${ACME}/team/app`, b: "emca-registry.cn-hangzhou.cr.aliyuncs.com/team/app", same: false },
    { a: "myco/app", b: "evil/myco/app", same: false },
    { a: "myco/app", b: "myco/app-evil", same: false },
    { a: "myco/app", b: "myco/app/evil", same: false },
    { a: "my.co/app", b: "myxco/app", same: false },
    { a: "myco/app", b: "mycoxapp", same: false },
    { a: "myco/app", b: "evil.example.com/myco/app", same: false },
    { a: "nginx", b: "docker.io/team/nginx", same: false },
    { a: "registry.example.com/nginx", b: "registry.example.com/library/nginx", same: false },
    { a: "docker.io/team/app", b: "docker.io.example.com/team/app", same: false },
    { a: "registry.example.com/team/app", b: "registry.example.com:5000/team/app", same: false },
    { a: "team/app", b: "registry.example.com/team/app", same: false },
  ];
  for (const { a, b, same } of cases) {
    it(`tells that ${a} and ${b} are ${same ? "one" : "two"}`, () => {
      assert.equal(isSameRepository(repository(a), said(b), []), same);
      assert.equal(isSameRepository(repository(b), said(a), []), same);
    });
  }
});

describe("isSameRepository(own, pushed, aliases) of a push that names only Aliyun's region", () => {
  const cases = [
    ...[HANGZHOU, HANGZHOU_VPC, HANGZHOU_INTERNAL, CRPI, CRPI_VPC, ACME, ACME_VPC].map((host) => ({
      own: `${host}/team/app`,
      same: true,
    })),
    { own: `${ACME}/team/other`, same: false },
    { own: `${ACME}/evil/team/app`, same: false },
    { own: "registry.cn-beijing.aliyuncs.com/team/app", same: false },
    { own: "crpi-u29d6zx1kofk7x5d.cn-beijing.personal.cr.aliyuncs.com/team/app", same: false },
    { own: "acme-registry.cn-beijing.cr.aliyuncs.com/team/app", same: false },
    { own: "acme-registry.cn-hangzhou.cr.aliyuncs.com.example.com/team/app", same: false },
    { own: "registry.cn-hangzhou.aliyuncs.com:5000/team/app", same: false },
    { own: "registry.example.com/team/app", same: false },
    { own: "docker.io/team/app", same: false },
  ];
  for (const { own, same } of cases) {
    it(`${same ? "finds it in" : "tells it from"} ${own}`, () => {
      assert.equal(isSameRepository(repository(own), implied(`${HANGZHOU}/team/app`), []), same);
    });
  }
});

describe("isSameRepository(own, pushed, aliases)", () => {
  const hub = [alias("docker.io", "mirror.corp/hub")];
  const harbor = [alias("harbor.example.com", "harbor.internal:5000", "[fd00::1]:5000")];
  const jfrog = [alias("example.jfrog.io/docker-local", "docker-local.example.jfrog.io")];
  const chain = [alias("a.example.com", "b.example.com"), alias("b.example.com", "c.example.com")];
  const aliyun = [alias(ACME, "mirror.corp/ali")];
  const whole = [alias("old.example.com/team/app", "new.example.com/app")];
  const cases = [
    { aliases: hub, a: "mirror.corp/hub/library/nginx", b: "docker.io/library/nginx", same: true },
    { aliases: hub, a: "mirror.corp/hub/library/nginx", b: "nginx", same: true },
    { aliases: hub, a: "mirror.corp/hub/library/nginx", b: "registry-1.docker.io/library/nginx", same: true },
    { aliases: hub, a: "mirror.corp/hub/team/app", b: "team/app", same: true },
    { aliases: hub, a: "mirror.corp/hub/team/app", b: "mirror.corp/hub/team/app", same: true },
    { aliases: hub, a: "mirror.corp/hubx/library/nginx", b: "nginx", same: false },
    { aliases: hub, a: "mirror.corp/hub-x/library/nginx", b: "nginx", same: false },
    { aliases: hub, a: "mirror.corp/x/hub/library/nginx", b: "nginx", same: false },
    { aliases: hub, a: "mirror.corp/library/nginx", b: "nginx", same: false },
    { aliases: hub, a: "mirror.corp/hub/nginx", b: "nginx", same: false },
    { aliases: hub, a: "mirror.corp/hub/evil/library/nginx", b: "nginx", same: false },
    { aliases: hub, a: "mirror.corp/hub/library/nginx-evil", b: "nginx", same: false },
    { aliases: hub, a: "mirror.corp.evil.com/hub/library/nginx", b: "nginx", same: false },
    { aliases: hub, a: "evil.mirror.corp/hub/library/nginx", b: "nginx", same: false },
    { aliases: hub, a: "mirror.corp:5000/hub/library/nginx", b: "nginx", same: false },
    { aliases: hub, a: "docker.io/hub/library/nginx", b: "nginx", same: false },
    { aliases: harbor, a: "harbor.example.com/team/app", b: "harbor.internal:5000/team/app", same: true },
    { aliases: harbor, a: "harbor.internal:5000/team/app", b: "[fd00::1]:5000/team/app", same: true },
    { aliases: harbor, a: "harbor.example.com/team/app", b: "harbor.internal/team/app", same: false },
    { aliases: harbor, a: "harbor.example.com/team/app", b: "harbor.internal:5000/team/other", same: false },
    { aliases: jfrog, a: "example.jfrog.io/docker-local/app", b: "docker-local.example.jfrog.io/app", same: true },
    { aliases: jfrog, a: "example.jfrog.io/docker-local-2/app", b: "docker-local.example.jfrog.io/app", same: false },
    { aliases: jfrog, a: "example.jfrog.io/docker/app", b: "docker-local.example.jfrog.io/app", same: false },
    { aliases: chain, a: "a.example.com/app", b: "b.example.com/app", same: true },
    { aliases: chain, a: "b.example.com/app", b: "c.example.com/app", same: true },
    { aliases: chain, a: "a.example.com/app", b: "c.example.com/app", same: false },
    { aliases: aliyun, a: "mirror.corp/ali/team/app", b: `${ACME_VPC}/team/app`, same: true },
    { aliases: aliyun, a: "mirror.corp/ali/team/app", b: `${HANGZHOU}/team/app`, same: false },
    { aliases: whole, a: "old.example.com/team/app", b: "new.example.com/app", same: true },
    { aliases: whole, a: "old.example.com/team/app/x", b: "new.example.com/app/x", same: true },
    { aliases: whole, a: "old.example.com/team/app2", b: "new.example.com/app2", same: false },
    { aliases: [...harbor, ...hub], a: "mirror.corp/hub/library/nginx", b: "nginx", same: true },
    { aliases: [...harbor, ...hub], a: "mirror.corp/hub/team/app", b: "harbor.example.com/team/app", same: false },
  ];
  for (const { aliases, a, b, same } of cases) {
    const names = aliases.map((prefixes) => prefixes.map(({ host, path }) => `${host}/${path}`).join("=")).join(" ");
    it(`tells that with ${names} ${a} and ${b} are ${same ? "one" : "two"}`, () => {
      assert.equal(isSameRepository(repository(a), said(b), aliases), same);
      assert.equal(isSameRepository(repository(b), said(a), aliases), same);
    });
  }

  const regional = [
    { own: "mirror.corp/ali/team/app", pushed: `${HANGZHOU}/team/app`, same: true },
    { own: "mirror.corp/ali/team/app", pushed: "registry.cn-beijing.aliyuncs.com/team/app", same: false },
    { own: "mirror.corp/ali/team/app", pushed: `${HANGZHOU}/team/other`, same: false },
  ];
  for (const { own, pushed, same } of regional) {
    it(`${same ? "finds" : "does not find"} ${own} by an alias of a host in the region of ${pushed}`, () => {
      assert.equal(isSameRepository(repository(own), implied(pushed), aliyun), same);
    });
  }
});

describe("spellingOf(image, pushed, aliases)", () => {
  const cases = [
    { when: "its own spelling", image: "nginx:1", repository: "docker.io/library/nginx", expected: "nginx" },
    { when: "an image without a tag", image: "team/app", repository: "team/app", expected: "team/app" },
    { when: "an image by digest", image: `team/app@${digest("a")}`, repository: "team/app", expected: "team/app" },
    {
      when: "another host of the same registry",
      image: `${HANGZHOU_VPC}/team/app:1`,
      repository: `${HANGZHOU}/team/app`,
      expected: `${HANGZHOU_VPC}/team/app`,
    },
    {
      when: "a mirror's path",
      image: "mirror.corp/hub/library/nginx:1",
      repository: "nginx",
      expected: "mirror.corp/hub/library/nginx",
    },
    {
      when: "the host's own case",
      image: "Mirror.Corp/hub/team/app:1",
      repository: "team/app",
      expected: "Mirror.Corp/hub/team/app",
    },
    { when: "another repository", image: "team/app:1", repository: "team/other", expected: null },
    {
      when: "what the original tool left, repo/tag",
      image: "team/app/latest",
      repository: "team/app",
      expected: "team/app",
    },
    {
      when: "what the original tool left, with Docker Hub's host",
      image: "docker.io/team/app/v1.2",
      repository: "team/app",
      expected: "docker.io/team/app",
    },
    { when: "what the original tool left of another", image: "team/app/latest", repository: "team/x", expected: null },
    { when: "a longer path with a tag", image: "team/app/latest:1", repository: "team/app", expected: null },
    { when: "a longer path by digest", image: `team/app/x@${digest("a")}`, repository: "team/app", expected: null },
    { when: "a name without a slash", image: "nginx", repository: "team/app", expected: null },
    {
      when: "a longer path in a registry of one's own: the original wrote repo/tag for Docker Hub only",
      image: "registry.example.com/team/app/latest",
      repository: "registry.example.com/team/app",
      expected: null,
    },
    {
      when: "a parent that is no repository",
      image: "registry.example.com:5000/app",
      repository: "team/app",
      expected: null,
    },
  ];
  for (const { when, image: text, repository: name, expected } of cases) {
    it(`${expected === null ? "finds none in" : "finds"} ${when}`, () => {
      assert.equal(spellingOf(image(text), said(name), [alias("docker.io", "mirror.corp/hub")]), expected);
    });
  }
});

describe("spellImage(pushed, spelling, network)", () => {
  const id = "a".repeat(64);
  const cases: readonly [string, string, Network, string][] = [
    ["keeps a short name", "nginx", "keep", "nginx:v2"],
    ["keeps a short name in any network", "nginx", "vpc", "nginx:v2"],
    ["keeps another spelling of Docker Hub", "registry-1.docker.io/nginx", "public", "registry-1.docker.io/nginx:v2"],
    ["keeps the case of a host", "Mirror.Corp/hub/nginx", "vpc", "Mirror.Corp/hub/nginx:v2"],
    ["keeps a host of Aliyun's", `${HANGZHOU_VPC}/team/app`, "keep", `${HANGZHOU_VPC}/team/app:v2`],
    ["moves to the public host", `${HANGZHOU_VPC}/team/app`, "public", `${HANGZHOU}/team/app:v2`],
    ["moves to the vpc host", `${HANGZHOU}/team/app`, "vpc", `${HANGZHOU_VPC}/team/app:v2`],
    ["moves to the classic network", `${HANGZHOU}/team/app`, "internal", `${HANGZHOU_INTERNAL}/team/app:v2`],
    ["moves a personal instance", `${CRPI}/team/app`, "internal", `${CRPI_VPC}/team/app:v2`],
    ["moves an enterprise instance", `${ACME}/team/app`, "internal", `${ACME_VPC}/team/app:v2`],
    ["keeps a name that could be an image's ID", id, "vpc", `${id}:v2`],
  ];
  for (const [when, spelling, network, expected] of cases) {
    it(when, () => {
      assert.equal(spellImage(anEvent("v2"), spelling, network), expected);
    });
  }
});
