import assert from "node:assert/strict";
import type { HostAlias } from "../../../../src/core/image/host-alias.ts";
import { assertRefused, assertWarned, readOne, readServed, typedHook } from "./hooks-files.ts";

describe("readImage(upgrade)", () => {
  const repositories = [
    { image: {}, expected: { kind: "own" } },
    { image: { repository: "" }, expected: { kind: "own" } },
    { image: { repository: "any" }, expected: { kind: "any" } },
    { image: { repository: "nginx" }, expected: { kind: "named", repository: "docker.io/library/nginx" } },
    {
      image: { repository: "registry-1.docker.io/team/app" },
      expected: { kind: "named", repository: "docker.io/team/app" },
    },
  ];
  for (const { image, expected } of repositories) {
    it(`reads the repository of ${JSON.stringify(image)}`, () => {
      const { repository, hostAliases } = readServed(typedHook({ image })).upgrade;
      assert.deepEqual({ repository, hostAliases }, { repository: expected, hostAliases: [] });
    });
  }

  const spell = (aliases: readonly HostAlias[]) =>
    aliases.map((prefixes) => prefixes.map(({ host, path }) => (path === "" ? host : `${host}/${path}`)).join(" = "));
  const aliases = [
    { written: {}, expected: [] },
    { written: null, expected: [] },
    { written: { "docker.io": "mirror.corp/hub" }, expected: ["docker.io = mirror.corp/hub"] },
    {
      written: { "harbor.example.com": ["harbor.internal:5000"] },
      expected: ["harbor.example.com = harbor.internal:5000"],
    },
    {
      written: { "example.jfrog.io/docker-local": "docker-local.example.jfrog.io" },
      expected: ["example.jfrog.io/docker-local = docker-local.example.jfrog.io"],
    },
    {
      written: { "A.example.com": ["b.example.com", "c.example.com/x"], "index.docker.io": "mirror.corp" },
      expected: ["a.example.com = b.example.com = c.example.com/x", "docker.io = mirror.corp"],
    },
  ];
  for (const { written, expected } of aliases) {
    it(`reads the aliases ${JSON.stringify(written)}`, () => {
      const { upgrade } = readServed(typedHook({ image: { "host-aliases": written } }));
      assert.deepEqual(spell(upgrade.hostAliases), expected);
    });
  }

  const form = "host-aliases takes hosts, with a path where there is one: mirror.example.com/hub";
  const refusals = [
    { image: "team/app", message: "image must be a map of keys, not a scalar" },
    {
      image: { repository: "Team/app" },
      message:
        'repository: "Team" is not a repository name: repository names are lower case; name a repository without tag, or any',
    },
    { image: { "host-aliases": "docker.io" }, message: "host-aliases must be a map of keys, not a scalar" },
    { image: { "host-aliases": ["docker.io"] }, message: "host-aliases must be a map of keys, not a list" },
    {
      image: { "host-aliases": { harbor: "harbor.internal" } },
      message: `harbor: "harbor" is not a registry's host alone; ${form}`,
    },
    {
      image: { "host-aliases": { "a.example.com": "https://b.example.com" } },
      message: `a.example.com: "https:" is not a registry's host alone; ${form}`,
    },
    {
      image: { "host-aliases": { "a.example.com": ["b.example.com", "c.example.com/Hub"] } },
      message: `a.example.com: "Hub" is not a repository name: repository names are lower case; ${form}`,
    },
    {
      image: { "host-aliases": { "a.example.com": "" } },
      message: `a.example.com: "" is not a registry's host alone; ${form}`,
    },
    {
      image: { "host-aliases": { "a.example.com": [] } },
      message: "a.example.com: an entry of host-aliases needs another host, or a list of them",
    },
    {
      image: { "host-aliases": { "a.example.com": { b: "c" } } },
      message: "a.example.com: an entry of host-aliases must be a host or a list of hosts",
    },
    {
      image: { "host-aliases": { "a.example.com": [["b.example.com"]] } },
      message: "a.example.com: an entry of host-aliases must be a host or a list of hosts",
    },
  ];
  for (const { image, message } of refusals) {
    it(`refuses ${JSON.stringify(image)}`, () => {
      assertRefused(typedHook({ image }), message);
    });
  }

  it("says where an alias is wrong", () => {
    const hook = typedHook({ image: { "host-aliases": { "a.example.com": "b.example.com", "c.example.com": "d" } } });
    const line = JSON.stringify([hook], null, 2)
      .split("\n")
      .findIndex((text) => text.includes('"c.example.com"'));
    assert.deepEqual(
      readOne(hook).issues.map(({ at }) => at.line),
      [line + 1],
    );
  });

  it("warns of an unknown key", () => {
    assertWarned(
      typedHook({ image: { sign: "any" } }),
      "sign: unknown key, ignored; known are repository, host-aliases, tags, digest, check, signature",
    );
  });
});
