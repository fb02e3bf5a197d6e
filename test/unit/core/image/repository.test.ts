import assert from "node:assert/strict";
import type { Network } from "../../../../src/core/image/network.ts";
import {
  parseReference,
  parseRepository,
  parseTag,
  type ImageReference,
  type Repository,
  type Tag,
} from "../../../../src/core/image/reference.ts";
import { isSameRepository, spellImage, spellingOf } from "../../../../src/core/image/repository.ts";

function repository(name: string): Repository {
  const parsed = parseRepository(name);
  if (parsed.kind === "error") assert.fail(parsed.error);
  return parsed.value;
}

function image(text: string): ImageReference {
  const parsed = parseReference(text);
  if (parsed.kind === "error") assert.fail(parsed.error);
  return parsed.value;
}

function tag(text: string): Tag {
  const parsed = parseTag(text);
  if (parsed === null) assert.fail(`${text} is not a tag`);
  return parsed;
}

const HANGZHOU = "registry.cn-hangzhou.aliyuncs.com";
const HANGZHOU_VPC = "registry-vpc.cn-hangzhou.aliyuncs.com";

describe("isSameRepository(a, b)", () => {
  const cases = [
    { a: "nginx", b: "docker.io/library/nginx", same: true },
    { a: "nginx", b: "index.docker.io/nginx", same: true },
    { a: `${HANGZHOU}/team/app`, b: `${HANGZHOU_VPC}/team/app`, same: true },
    { a: `${HANGZHOU_VPC}/team/app`, b: "registry-internal.cn-hangzhou.aliyuncs.com/team/app", same: true },
    {
      a: "acme-registry.cn-hangzhou.cr.aliyuncs.com/team/app",
      b: "acme-registry-vpc.cn-hangzhou.cr.aliyuncs.com/team/app",
      same: true,
    },
    { a: `${HANGZHOU}/team/app`, b: `${HANGZHOU}/team/other`, same: false },
    { a: `${HANGZHOU}/team/app`, b: "registry.cn-beijing.aliyuncs.com/team/app", same: false },
    { a: "myco/app", b: "evil/myco/app", same: false },
    { a: "myco/app", b: "myco/app-evil", same: false },
    { a: "my.co/app", b: "myxco/app", same: false },
    { a: "registry.example.com/team/app", b: "registry.example.com:5000/team/app", same: false },
    { a: "team/app", b: "registry.example.com/team/app", same: false },
  ];
  for (const { a, b, same } of cases) {
    it(`tells that ${a} and ${b} are ${same ? "one" : "two"}`, () => {
      assert.equal(isSameRepository(repository(a), repository(b)), same);
      assert.equal(isSameRepository(repository(b), repository(a)), same);
    });
  }
});

describe("spellingOf(image, repository)", () => {
  const digest = `sha256:${"a".repeat(64)}`;
  const cases = [
    { when: "its own spelling", image: "nginx:1", repository: "docker.io/library/nginx", expected: "nginx" },
    { when: "an image without a tag", image: "team/app", repository: "team/app", expected: "team/app" },
    { when: "an image by digest", image: `team/app@${digest}`, repository: "team/app", expected: "team/app" },
    {
      when: "another host of the same registry",
      image: `${HANGZHOU_VPC}/team/app:1`,
      repository: `${HANGZHOU}/team/app`,
      expected: `${HANGZHOU_VPC}/team/app`,
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
    { when: "a longer path by digest", image: `team/app/x@${digest}`, repository: "team/app", expected: null },
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
      assert.equal(spellingOf(image(text), repository(name)), expected);
    });
  }
});

describe("spellImage(pushed, spelling, network)", () => {
  const cases: readonly {
    when: string;
    pushed: string;
    spelling: string | null;
    network: Network;
    expected: string;
  }[] = [
    { when: "keeps a short name", pushed: "nginx", spelling: "nginx", network: "keep", expected: "nginx:v2" },
    {
      when: "keeps a short name in any network",
      pushed: "nginx",
      spelling: "nginx",
      network: "vpc",
      expected: "nginx:v2",
    },
    {
      when: "keeps the container's host",
      pushed: `${HANGZHOU}/team/app`,
      spelling: `${HANGZHOU_VPC}/team/app`,
      network: "keep",
      expected: `${HANGZHOU_VPC}/team/app:v2`,
    },
    {
      when: "moves to the public host",
      pushed: `${HANGZHOU}/team/app`,
      spelling: `${HANGZHOU_VPC}/team/app`,
      network: "public",
      expected: `${HANGZHOU}/team/app:v2`,
    },
    {
      when: "moves to the vpc host",
      pushed: `${HANGZHOU}/team/app`,
      spelling: `${HANGZHOU}/team/app`,
      network: "vpc",
      expected: `${HANGZHOU_VPC}/team/app:v2`,
    },
    {
      when: "moves to the classic network",
      pushed: `${HANGZHOU}/team/app`,
      spelling: `${HANGZHOU}/team/app`,
      network: "internal",
      expected: "registry-internal.cn-hangzhou.aliyuncs.com/team/app:v2",
    },
    {
      when: "spells another repository canonically",
      pushed: "team/app",
      spelling: null,
      network: "keep",
      expected: "docker.io/team/app:v2",
    },
    {
      when: "moves another repository's host",
      pushed: `${HANGZHOU}/team/app`,
      spelling: null,
      network: "vpc",
      expected: `${HANGZHOU_VPC}/team/app:v2`,
    },
    {
      when: "moves an enterprise instance",
      pushed: "acme-registry.cn-hangzhou.cr.aliyuncs.com/team/app",
      spelling: null,
      network: "internal",
      expected: "acme-registry-vpc.cn-hangzhou.cr.aliyuncs.com/team/app:v2",
    },
    {
      when: "takes the pushed repository where the spelling is none",
      pushed: "team/app",
      spelling: "Not A Repository",
      network: "vpc",
      expected: "docker.io/team/app:v2",
    },
  ];
  for (const { when, pushed, spelling, network, expected } of cases) {
    it(when, () => {
      assert.equal(spellImage({ repository: repository(pushed), tag: tag("v2") }, spelling, network), expected);
    });
  }
});
