import assert from "node:assert/strict";
import { semverTags } from "../../../../src/core/image/semver-tags.ts";
import { made, order, refusalOf } from "./policies.ts";

describe("semverTags(text, { prerelease })", () => {
  const cases = [
    { range: ">=1.2 <2", prerelease: false, in: ["1.2.0", "v1.2.0", "1.10.0", "v1.99.99"] },
    { range: "^1.4.1", prerelease: false, in: ["1.4.1", "1.5.0"] },
    { range: "1.x || 3.0.0", prerelease: false, in: ["1.0.0", "3.0.0"] },
    { range: "*", prerelease: false, in: ["0.0.1", "v9.9.9"] },
    { range: ">=1.3.0-rc.1 <2", prerelease: false, in: ["1.3.0-rc.1", "1.3.0-rc.2", "1.3.0", "1.4.0"] },
    { range: ">=1.2 <2", prerelease: true, in: ["1.3.0-rc.1", "1.2.0-rc.1", "1.3.0-alpine", "1.2.0"] },
    // Before 2.0.0 stand its own prereleases.
    { range: ">=1.2.0 <2.0.0", prerelease: true, in: ["2.0.0-rc.1"] },
  ];
  for (const { range, prerelease, in: taken } of cases) {
    it(`lets ${taken.join(", ")} in by ${range}${prerelease ? " with prereleases" : ""}`, () => {
      const policy = made(semverTags(range, { prerelease }));
      for (const tag of taken) assert.equal(refusalOf(policy, tag), null, tag);
    });
  }

  const outside = (tag: string, range: string): string => `tag "${tag}" is outside of semver "${range}"`;
  const prereleased = (tag: string, range: string): string =>
    `tag "${tag}" is a prerelease, which semver "${range}" leaves out`;
  const none = (tag: string, range: string): string =>
    `tag "${tag}" is no version such as 1.2.3, which semver "${range}" demands`;
  const refusals = [
    { range: ">=1.2 <2", tags: ["1.0.9", "v1.1.99", "2.0.0", "10.0.0"], says: outside },
    { range: ">=1.2 <2", tags: ["1.3.0-rc.1", "v1.9.9-alpine"], says: prereleased },
    { range: ">=1.2 <2", tags: ["2.0.0-rc.1", "1.1.0-rc.1"], says: outside },
    { range: "*", tags: ["1.0.0-rc.1"], says: prereleased },
    { range: ">=1.3.0-rc.1 <2", tags: ["1.3.0-beta", "0.9.0"], says: outside },
    { range: ">=1.3.0-rc.1 <2", tags: ["1.4.0-rc.1"], says: prereleased },
    {
      range: "*",
      tags: ["latest", "1.2", "1", "v1", "1.2.3.4", "V1.2.3", "vv1.2.3", "01.2.3", "1.2.3_4", `${"9".repeat(20)}.0.0`],
      says: none,
    },
  ];
  for (const { range, tags, says } of refusals) {
    for (const tag of tags) {
      it(`refuses ${tag} by ${range}`, () => {
        assert.equal(refusalOf(made(semverTags(range, { prerelease: false })), tag), says(tag, range));
      });
    }
  }

  it("refuses with prereleases what is outside all the same", () => {
    const policy = made(semverTags(">=1.2 <2", { prerelease: true }));
    for (const tag of ["1.1.9", "2.0.0-rc.1", "2.0.0"]) assert.equal(refusalOf(policy, tag), outside(tag, ">=1.2 <2"));
  });

  it("takes the higher version for the higher tag", () => {
    const policy = made(semverTags("*", { prerelease: true }));
    assert.equal(order(policy, "1.10.0", "v1.9.0"), ">");
    assert.equal(order(policy, "1.9.0", "1.10.0"), "<");
    assert.equal(order(policy, "1.9.0-rc.10", "1.9.0-rc.9"), ">");
    assert.equal(order(policy, "1.9.0-rc.1", "1.9.0"), "<");
    assert.equal(order(policy, "v1.9.0", "1.9.0"), "=");
    assert.equal(order(policy, "latest", "1.9.0"), "=");
    assert.equal(order(policy, "1.9.0", "latest"), "=");
  });

  const empty = "is empty: name a range of versions such as >=1.2 <2, or * for all";
  const noRange = (text: string): string =>
    `"${text}" is not a range of versions: write one such as >=1.2 <2, ^1.4 or 1.x`;
  for (const [text, error] of [
    ["", empty],
    ["  ", empty],
    ["latest", noRange("latest")],
    ["> = 1", noRange("> = 1")],
    ["1.2.3.4", noRange("1.2.3.4")],
    [">=1.2, <2", noRange(">=1.2, <2")],
  ] as const) {
    it(`refuses the range "${text}"`, () => {
      assert.deepEqual(semverTags(text, { prerelease: false }), { kind: "error", error });
    });
  }
});
