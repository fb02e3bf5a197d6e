import assert from "node:assert/strict";
import { ANY_TAG } from "../../../../src/core/image/tag-policy.ts";
import { refusalOf } from "../image/policies.ts";
import { assertRefused, assertWarned, readAll, readServed, typedHook } from "./hooks-files.ts";

const withTags = (tags: unknown): unknown => typedHook({ image: { tags } });

describe("readTags(upgrade): image.tags", () => {
  for (const image of [undefined, {}, { tags: "any" }, { repository: "nginx" }]) {
    it(`lets every tag in by ${JSON.stringify(image)}`, () => {
      assert.equal(readServed(typedHook({ image })).upgrade.tags, ANY_TAG);
    });
  }

  const cases = [
    { tags: ["stable", "v2"], running: null, in: "v2", out: "v3", why: 'tag "v3" is not in the list stable, v2' },
    {
      tags: { glob: "release-*" },
      running: null,
      in: "release-1",
      out: "v1",
      why: 'tag "v1" does not match glob "release-*"',
    },
    {
      tags: { regex: "v[0-9]+" },
      running: null,
      in: "v1",
      out: "v1-rc",
      why: 'tag "v1-rc" does not match the whole of regex "v[0-9]+"',
    },
    {
      tags: { semver: ">=1.2 <2" },
      running: null,
      in: "v1.2.3",
      out: "1.0.9",
      why: 'tag "1.0.9" is outside of semver ">=1.2 <2"',
    },
    {
      tags: { semver: ">=1.2 <2", prerelease: false },
      running: null,
      in: "1.2.3",
      out: "1.3.0-rc.1",
      why: 'tag "1.3.0-rc.1" is a prerelease, which semver ">=1.2 <2" leaves out',
    },
    {
      tags: { semver: ">=1.2 <2", prerelease: true },
      running: null,
      in: "1.3.0-rc.1",
      out: "2.0.0",
      why: 'tag "2.0.0" is outside of semver ">=1.2 <2"',
    },
    {
      tags: { newer: "semver" },
      running: "1.2.3",
      in: "1.2.4",
      out: "1.2.2",
      why: 'tag "1.2.2" is not newer than "1.2.3", which runs',
    },
    {
      tags: { newer: "number", pattern: "build-(?P<value>[0-9]+)" },
      running: "build-42",
      in: "build-43",
      out: "build-41",
      why: 'tag "build-41" is not newer than "build-42", which runs',
    },
    {
      tags: { newer: "date", pattern: "nightly-(?P<value>[0-9]{8})" },
      running: "nightly-20260313",
      in: "nightly-20260314",
      out: "nightly-20260312",
      why: 'tag "nightly-20260312" is not newer than "nightly-20260313", which runs',
    },
    {
      tags: { semver: "<2", newer: "semver", regex: "v.*" },
      running: "v1.2.3",
      in: "v1.2.4",
      out: "v2.0.0",
      why: 'tag "v2.0.0" is outside of semver "<2"',
    },
    {
      tags: { semver: "<2", newer: "semver" },
      running: "v1.2.3",
      in: "v1.2.4",
      out: "v1.2.2",
      why: 'tag "v1.2.2" is not newer than "v1.2.3", which runs',
    },
  ];
  for (const { tags, running, in: taken, out, why } of cases) {
    it(`reads ${JSON.stringify(tags)}`, () => {
      const { tags: policy } = readServed(withTags(tags)).upgrade;
      assert.equal(refusalOf(policy, taken, running), null);
      assert.equal(refusalOf(policy, out, running), why);
    });
  }

  const use = "use any, a list of tags, or a map of glob, regex, semver and newer";
  const refusals = [
    { tags: "", message: `tags: "" is not known: ${use}` },
    { tags: "stable", message: `tags: "stable" is not known: ${use}` },
    { tags: [], message: "tags: is empty, so that no push is let in: name tags, or any" },
    { tags: ["a", ["b"]], message: "tags: must be a list of texts" },
    { tags: ["a b"], message: 'tags: "a b" is not a tag: letters, digits, _ . - and at most 128 of them' },
    { tags: {}, message: `tags: names no rule: ${use}` },
    { tags: { gob: "*" }, message: `tags: names no rule: ${use}` },
    { tags: { glob: "" }, message: "glob: is empty, so that no push is let in: use * for every tag" },
    { tags: { regex: "(" }, message: /^regex: is not a regular expression of RE2: / },
    { tags: { semver: "newest" }, message: /^semver: "newest" is not a range of versions: / },
    { tags: { semver: "*", prerelease: "maybe" }, message: "prerelease: must be true or false" },
    { tags: { glob: "*", prerelease: true }, message: "prerelease: stands without semver, which it is for" },
    { tags: { glob: "*", pattern: ".*" }, message: "pattern: stands without newer, which it is for" },
    { tags: { newer: "alphabet" }, message: 'newer: "alphabet" is not known: use semver, number, date' },
    { tags: { newer: ["semver"] }, message: "newer: must be a text, not a list" },
    { tags: { newer: "number", pattern: "([0-9]+)" }, message: /^pattern: "\(\[0-9\]\+\)" has no group named value: / },
    { tags: { newer: "number", pattern: "" }, message: /^pattern: "" has no group named value: / },
  ];
  for (const { tags, message } of refusals) {
    it(`refuses ${JSON.stringify(tags)}`, () => {
      assertRefused(withTags(tags), message);
    });
  }

  it("says where in the file it is wrong", () => {
    const [reading] = readAll(
      ["- id: a", "  image-upgrade:", "    image:", "      tags:", "        glob: v1/*", "        semver: newest"].join(
        "\n",
      ),
    );
    const places = (reading?.issues ?? []).flatMap(({ at, message }) =>
      /^(?:glob|semver)/.test(message) ? [[at.line, at.column, message.split(":")[0]]] : [],
    );
    assert.deepEqual(places, [
      [5, 15, "glob"],
      [6, 17, "semver"],
    ]);
  });

  it("warns of a misspelt key", () => {
    assertWarned(
      withTags({ semver: "*", prereleases: true }),
      "prereleases: unknown key, ignored; did you mean prerelease?",
    );
  });

  it("warns of tags that YAML rewrites", () => {
    const hook = (tags: string): readonly string[] =>
      readAll(
        `[{id: a, image-upgrade: {namespace: web, workload: deployment/a, container: web, image: {tags: ${tags}}}}]`,
      )
        .flatMap(({ issues }) => issues)
        .map(({ message }) => message)
        .filter((message) => message.includes("without quotes"));
    const warning = "stands without quotes, and YAML reads it as another text than it is written: put it in quotes";
    assert.deepEqual(hook("[v1, 1.10]"), [`tags: a tag ${warning}`]);
    assert.deepEqual(hook('[v1, "1.10"]'), []);
    assert.deepEqual(hook("{semver: 1.0}"), [`semver: ${warning}`]);
  });
});

describe("readTags(upgrade): image.digest", () => {
  for (const [image, digest] of [
    [undefined, "ignore"],
    [{}, "ignore"],
    [{ digest: "ignore" }, "ignore"],
    [{ digest: "pin" }, "pin"],
    [{ digest: "Pin" }, "pin"],
  ] as const) {
    it(`reads ${JSON.stringify(image)} as ${digest}`, () => {
      assert.equal(readServed(typedHook({ image })).upgrade.digest, digest);
    });
  }

  for (const digest of ["", "true", "sha256"]) {
    it(`refuses "${digest}"`, () => {
      assertRefused(typedHook({ image: { digest } }), `digest: "${digest}" is not known: use ignore or pin`);
    });
  }
});

describe("readUpgrade(upgrade): dry-run", () => {
  for (const [given, isDryRun] of [
    [undefined, false],
    [false, false],
    [true, true],
    ["yes", true],
  ] as const) {
    it(`reads ${String(given)} as ${String(isDryRun)}`, () => {
      assert.equal(readServed(typedHook({ "dry-run": given })).upgrade.isDryRun, isDryRun);
    });
  }

  it("refuses what is neither true nor false", () => {
    assertRefused(typedHook({ "dry-run": "sometimes" }), "dry-run: must be true or false");
  });
});
