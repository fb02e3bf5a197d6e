import assert from "node:assert/strict";
import { listedTags } from "../../../../src/core/image/listed-tags.ts";
import { newerTags } from "../../../../src/core/image/newer-tags.ts";
import { regexTags } from "../../../../src/core/image/regex-tags.ts";
import { semverTags } from "../../../../src/core/image/semver-tags.ts";
import { allOf, ANY_TAG } from "../../../../src/core/image/tag-policy.ts";
import { made, order, refusalOf } from "./policies.ts";

describe("ANY_TAG", () => {
  it("lets every tag in and knows no higher one", () => {
    assert.equal(refusalOf(ANY_TAG, "latest", "v9"), null);
    assert.equal(order(ANY_TAG, "2.0.0", "1.0.0"), "=");
  });
});

describe("allOf(policies)", () => {
  const policy = allOf([
    made(semverTags(">=1", { prerelease: false })),
    made(regexTags("v.*")),
    made(newerTags("semver", null)),
  ]);
  const cases = [
    { tag: "v1.2.0", running: "v1.1.0", is: null },
    { tag: "v0.9.0", running: null, is: 'tag "v0.9.0" is outside of semver ">=1"' },
    { tag: "1.2.0", running: null, is: 'tag "1.2.0" does not match the whole of regex "v.*"' },
    { tag: "v1.2.0", running: "v1.3.0", is: 'tag "v1.2.0" is not newer than "v1.3.0", which runs' },
    { tag: "0.9.0", running: "v1.3.0", is: 'tag "0.9.0" is outside of semver ">=1"' },
  ];
  for (const { tag, running, is } of cases) {
    it(`${is === null ? "lets in" : "refuses"} ${tag} over ${String(running)}`, () => {
      assert.equal(refusalOf(policy, tag, running), is);
    });
  }

  it("takes for the higher tag what the last policy says that knows one", () => {
    const numbers = made(newerTags("number", "1\\.(?P<value>[0-9]+)\\.[0-9]+"));
    const versions = made(semverTags("*", { prerelease: false }));
    assert.equal(order(allOf([versions, numbers]), "1.2.9", "1.10.0"), "<");
    assert.equal(order(allOf([versions, numbers]), "1.2.9", "1.2.10"), "<");
    assert.equal(order(allOf([versions, made(regexTags(".*"))]), "2.0.0", "1.0.0"), ">");
    assert.equal(order(allOf([]), "2.0.0", "1.0.0"), "=");
  });
});

describe("listedTags(texts)", () => {
  it("lets in the listed tags, letter by letter", () => {
    const policy = made(listedTags(["stable", "v2"]));
    assert.deepEqual(
      ["stable", "v2"].map((tag) => refusalOf(policy, tag)),
      [null, null],
    );
    for (const tag of ["Stable", "v", "v2.0", "stable-1", "constructor"])
      assert.equal(refusalOf(policy, tag), `tag "${tag}" is not in the list stable, v2`);
    assert.equal(order(policy, "stable", "v2"), "=");
  });

  it("names the first ten of a long list", () => {
    const policy = made(listedTags(Array.from({ length: 12 }, (_, index) => `v${String(index)}`)));
    assert.equal(refusalOf(policy, "v11"), null);
    assert.equal(
      refusalOf(policy, "v12"),
      'tag "v12" is not in the list v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, and 2 more',
    );
  });

  for (const [texts, error] of [
    [[], "is empty, so that no push is let in: name tags, or any"],
    [["stable", "a/b"], '"a/b" is not a tag: letters, digits, _ . - and at most 128 of them'],
    [[""], '"" is not a tag: letters, digits, _ . - and at most 128 of them'],
  ] as const) {
    it(`refuses the list [${texts.join()}]`, () => {
      assert.deepEqual(listedTags(texts), { kind: "error", error });
    });
  }
});
