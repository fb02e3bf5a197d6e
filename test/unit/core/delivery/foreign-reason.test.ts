import assert from "node:assert/strict";
import { foreignReason, unusedReason } from "../../../../src/core/delivery/foreign-reason.ts";
import { isSameRepository } from "../../../../src/core/image/repository.ts";
import { aContainer, repository } from "../../../support/builders.ts";
import { readServed, typedHook } from "../hook/hooks-files.ts";
import { parse } from "yaml";

const reasonOf = (allowed: string, pushed: string, style: "typed" | "script" = "typed"): string =>
  foreignReason({ kind: "foreign-repository", pushed: repository(pushed), allowed }, style);

describe("foreignReason(plan, style)", () => {
  it("gives the line for a typed hook", () => {
    assert.equal(
      reasonOf("nginx:1", "team/app"),
      "the push brings docker.io/team/app, this hook allows nginx:1; " +
        "to allow it add to its image-upgrade: image: {repository: docker.io/team/app}",
    );
  });

  it("gives the line for a hook of the original's style", () => {
    assert.equal(
      reasonOf("nginx:1", "team/app", "script"),
      "the push brings docker.io/team/app, this hook allows nginx:1; to allow it add to its " +
        'pass-environment-to-command: {"envname": "APP_REPOSITORY", "source": "string", "name": "docker.io/team/app"}',
    );
  });

  const aliases = [
    {
      when: "the host",
      allowed: "harbor.internal:5000/team/app:1",
      pushed: "harbor.example.com/team/app",
      line: "{harbor.internal:5000: harbor.example.com}",
    },
    {
      when: "a mirror's path",
      allowed: "mirror.corp/hub/library/nginx:1",
      pushed: "nginx",
      line: "{mirror.corp/hub: docker.io}",
    },
    {
      when: "the registry's name",
      allowed: "nginx",
      pushed: "ghcr.io/x/library/nginx",
      line: "{docker.io: ghcr.io/x}",
    },
    {
      when: "an address in brackets",
      allowed: "[fd00::1]:5000/team/app",
      pushed: "[fd00::2]:5000/team/app",
      line: '{"[fd00::1]:5000": "[fd00::2]:5000"}',
    },
  ];
  for (const { when, allowed, pushed, line } of aliases) {
    it(`prints an alias that lets ${pushed} in where only ${when} differs`, () => {
      for (const style of ["typed", "script"] as const) {
        const [, here = "", there = "", image = ""] =
          /; or, if (\S+) and (\S+) are one registry, say so in an image-upgrade: (.*)$/.exec(
            reasonOf(allowed, pushed, style),
          ) ?? [];
        assert.equal(image, `image: {host-aliases: ${line}}`);
        assert.deepEqual(line.replaceAll('"', ""), `{${here}: ${there}}`);
        const { hostAliases } = readServed(typedHook(parse(image) as Record<string, unknown>)).upgrade;
        const own = repository(allowed.replace(/:1$/, ""));
        assert.ok(isSameRepository(own, { repository: repository(pushed), isHostImplied: false }, hostAliases));
      }
    });
  }

  const others = [
    { when: "another path of the same host", allowed: "myco/app:1", pushed: "evil/myco/app" },
    { when: "a name that only ends alike", allowed: "myco/app:1", pushed: "evil.example.com/xmyco/app" },
    { when: "other paths before the name on both", allowed: "a.example.com/x/app", pushed: "b.example.com/y/app" },
    { when: "an image that is none", allowed: "NOT AN IMAGE", pushed: "team/app" },
  ];
  for (const { when, allowed, pushed } of others) {
    it(`prints no alias for ${when}`, () => {
      assert.ok(!reasonOf(allowed, pushed).includes("alias"));
    });
  }
});

describe("unusedReason(plan)", () => {
  const reason = (...images: readonly string[]): string =>
    unusedReason({
      kind: "unused-repository",
      pushed: repository("harbor.example.com/team/app"),
      containers: images.map((image, index) => aContainer({ name: `c${String(index)}`, image })),
    });
  const start = "the push brings harbor.example.com/team/app, of which no container has an image: ";

  it("says what each container runs", () => {
    assert.equal(reason("nginx:1", "UPPER CASE"), `${start}c0 runs nginx:1, c1 runs UPPER CASE`);
  });

  it("gives the line for the first image that may be of the same registry", () => {
    const images = ["nginx:1", "harbor.internal/team/app:1", "mirror.corp/team/app:1"] as const;
    assert.equal(
      reason(...images),
      `${start}c0 runs nginx:1, c1 runs harbor.internal/team/app:1, c2 runs mirror.corp/team/app:1; if harbor.internal and ` +
        "harbor.example.com are one registry, say so in an image-upgrade: image: {host-aliases: {harbor.internal: harbor.example.com}}",
    );
  });
});
