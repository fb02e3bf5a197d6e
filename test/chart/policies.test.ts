import assert from "node:assert/strict";
import { readHooks } from "../../src/core/hook/read-hooks.ts";
import { issuesOf, typedHook } from "../unit/core/hook/hooks-files.ts";
import { at, find, hooksOf, render, type Manifest } from "./helm.ts";

interface Image {
  readonly tags?: unknown;
  readonly hostAliases?: unknown;
  readonly digest?: unknown;
}

const withImage = (image: Image): Promise<readonly Manifest[]> =>
  render({ values: ["policies"], args: ["--set-json", `hooks.any.image=${JSON.stringify(image)}`] });

// The same in a hooks file.
const inFile = ({ hostAliases, ...image }: Image): unknown =>
  typedHook({ image: { ...image, ...(hostAliases === undefined ? {} : { "host-aliases": hostAliases }) } });

describe("what the chart's hooks let in", () => {
  let manifests: readonly Manifest[];
  before(async () => {
    manifests = await render({ values: ["policies"] });
  });

  it("stands in the hooks file, without keys of null", () => {
    const hooks = hooksOf(manifests) as readonly Record<string, unknown>[];
    const images = hooks.map((hook) => {
      const { image, "dry-run": isDryRun } = hook["image-upgrade"] as Record<string, unknown>;
      return [hook["id"], image, ...(isDryRun === undefined ? [] : [isDryRun])];
    });
    assert.deepEqual(images, [
      [
        "aliases",
        {
          repository: "any",
          "host-aliases": {
            "docker.io": "mirror.example.com/hub",
            "harbor.example.com": ["harbor.internal:5000", "[fd00::1]:5000/proxy__cache/a-b"],
          },
        },
      ],
      ["any", { tags: "any" }],
      ["date", { tags: { newer: "date" } }],
      ["dry", { tags: "any" }, true],
      ["glob", { tags: { glob: "release-[!a-z]?*" } }],
      ["list", { tags: ["stable", "1.10"] }],
      ["number", { tags: { newer: "number", pattern: "build-(?<value>[0-9]+)" } }],
      ["pin", { digest: "pin" }],
      ["regex", { tags: { regex: "v[0-9]+|" }, digest: "ignore" }],
      ["semver", { tags: { semver: ">=1.2 <2", prerelease: true } }],
      ["several", { tags: { semver: "<2", prerelease: false, newer: "semver", regex: "v.*", glob: "*" } }],
    ]);
  });

  it("is read without an issue", () => {
    const text = find(manifests, "ConfigMap", "ih-imagehook-hooks").data?.["hooks.json"] ?? "";
    const read = readHooks(text, "hooks.json");
    assert.ok(read.kind === "ok" && read.value.kind === "hooks");
    assert.equal(read.value.hooks.length, 11);
    for (const { id, hook, issues } of read.value.hooks) assert.deepEqual([hook?.kind, issues], ["upgrade", []], id);
  });

  const refusals: readonly (readonly [Image, RegExp])[] = [
    [{ tags: "" }, /tags': '' does not match pattern '\^any\$'/],
    [{ tags: "stable" }, /tags': 'stable' does not match pattern '\^any\$'/],
    [{ tags: 7 }, /tags': got number, want/],
    [{ tags: [] }, /tags': minItems: got 0, want 1/],
    [{ tags: ["a b"] }, /tags\/0': 'a b' does not match pattern/],
    [{ tags: ["a".repeat(129)] }, /tags\/0': '.*' does not match pattern/],
    [{ tags: { glob: "" } }, /glob': minLength: got 0, want 1/],
    [{ tags: { regex: "" } }, /regex': minLength: got 0, want 1/],
    [{ tags: { semver: " " } }, /semver': ' ' does not match pattern/],
    [{ tags: { newer: "alphabet" } }, /newer': value must be one of 'semver', 'number', 'date'/],
    [{ tags: { semver: "*", prerelease: "maybe" } }, /prerelease': got string, want/],
    [{ tags: {} }, /hooks\.any\.image\.tags: names no rule: use any, a list of tags, or a map of glob, regex, semver/],
    [{ tags: { glob: "*", prerelease: true } }, /tags\.prerelease: stands without semver/],
    [{ tags: { glob: "*", pattern: "(?P<value>.*)" } }, /tags\.pattern: stands without newer/],
    [
      { tags: { newer: "date", pattern: "([0-9]+)" } },
      /tags\.pattern: "\(\[0-9\]\+\)" has no group named value: write/,
    ],
    [{ tags: { newer: "date", pattern: "" } }, /tags\.pattern: "" has no group named value/],
    [{ tags: { newer: "date", pattern: "(?P<value>" } }, /tags\.pattern: "\(\?P<value>" is no regular expression/],
    [{ tags: { regex: "a)|(b" } }, /tags\.regex: "a\)\|\(b" is no regular expression of RE2/],
    [{ tags: { regex: "*" } }, /tags\.regex: "\*" is no regular expression of RE2/],
    [{ tags: { regex: "a\\" } }, /tags\.regex: .* is no regular expression of RE2/],
    [{ tags: { regex: "(?=a)" } }, /tags\.regex: "\(\?=a\)" is no regular expression of RE2/],
    [
      { tags: { glob: "v1/*" } },
      /tags\.glob: "v1\/\*" is no glob: use tags' characters, \*, \? and sets such as \[a-z\]/,
    ],
    [{ tags: { glob: "[a" } }, /tags\.glob: "\[a" is no glob/],
    [{ tags: { glob: "[z-a]" } }, /tags\.glob: "\[z-a\]" is no glob/],
    [{ digest: "sha256" }, /digest': value must be one of 'ignore', 'pin'/],
    [{ hostAliases: { "docker.io": [] } }, /hostAliases\/docker.io': minItems: got 0, want 1/],
    [{ hostAliases: { "docker.io": 5 } }, /hostAliases\/docker.io': got number, want/],
    [{ hostAliases: { hub: "a.b" } }, /hooks\.any\.image\.hostAliases: "hub" is no registry's host: write it without/],
    [{ hostAliases: { "a.b": "https://c.d" } }, /hostAliases: "https:\/\/c\.d" is no registry's host/],
    [{ hostAliases: { "a.b": ["c.d", "c.d/Hub"] } }, /hostAliases: "c\.d\/Hub" is no registry's host/],
    [{ hostAliases: { "a.b": "c.d/" } }, /hostAliases: "c\.d\/" is no registry's host/],
    [{ hostAliases: { "a.b": "" } }, /hostAliases: "" is no registry's host/],
  ];
  for (const [image, says] of refusals) {
    it(`is refused by helm as ${JSON.stringify(image).slice(0, 80)}, which imagehook refuses too`, async () => {
      await assert.rejects(withImage(image), says);
      assert.match(issuesOf(inFile(image)).join("\n"), /^error: /m);
    });
  }

  it("is left to imagehook where it is a range of versions", async () => {
    const hook = at(hooksOf(await withImage({ tags: { semver: "newest" } })), 1);
    assert.match(issuesOf(hook).join("\n"), /^error: semver: "newest" is not a range of versions/);
  });

  it("is refused where a key is misspelt or a switch is no truth", async () => {
    await assert.rejects(withImage({ tags: { gob: "*" } }), /tags': additional properties 'gob' not allowed/);
    const args = ["--set-string", "hooks.any.dryRun=true"];
    await assert.rejects(render({ values: ["policies"], args }), /dryRun': got string, want/);
  });
});
