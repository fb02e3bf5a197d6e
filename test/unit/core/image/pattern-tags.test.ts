import assert from "node:assert/strict";
import { globTags } from "../../../../src/core/image/glob-tags.ts";
import { newerTags } from "../../../../src/core/image/newer-tags.ts";
import { regexTags } from "../../../../src/core/image/regex-tags.ts";
import { made, order, refusalOf } from "./policies.ts";

describe("globTags(text)", () => {
  const cases = [
    { glob: "release-*", in: ["release-", "release-1", "release-1.2_3"], out: ["release", "xrelease-1", "Release-1"] },
    { glob: "*", in: ["a", "1.0", "latest"], out: [] },
    { glob: "v?", in: ["v1", "vv", "v."], out: ["v", "v10", "1"] },
    { glob: "v[0-9]", in: ["v0", "v9"], out: ["va", "v10", "v"] },
    { glob: "[a-cx]1", in: ["a1", "c1", "x1"], out: ["d1", "y1", "1"] },
    { glob: "v[!0-9]", in: ["va", "v-"], out: ["v1", "v", "vab"] },
    { glob: "a[_.-]b", in: ["a_b", "a.b", "a-b"], out: ["axb", "ab"] },
    { glob: "1.2", in: ["1.2"], out: ["1x2", "11.2", "1.22"] },
    { glob: "*-*-rc?", in: ["a-b-rc1", "a--rc1"], out: ["a-rc1", "a-b-rc"] },
  ];
  for (const { glob, in: taken, out } of cases) {
    it(`reads ${glob}`, () => {
      const policy = made(globTags(glob));
      for (const tag of taken) assert.equal(refusalOf(policy, tag), null, tag);
      for (const tag of out) assert.equal(refusalOf(policy, tag), `tag "${tag}" does not match glob "${glob}"`);
      assert.equal(order(policy, "a", "b"), "=");
    });
  }

  const use = "is in no tag and no part of a glob: use tags' characters, *, ? and sets such as [a-z]";
  for (const [glob, error] of [
    ["", "is empty, so that no push is let in: use * for every tag"],
    ["v[0-9", `"[" ${use}`],
    ["v0-9]", `"]" ${use}`],
    ["v[]", `"[]" ${use}`],
    ["v[!]", `"[!]" ${use}`],
    ["v[^0-9]", `"[^0-9]" ${use}`],
    ["v[[:digit:]]", `"[[:digit:]" ${use}`],
    ["a/b", `"/" ${use}`],
    ["{a,b}", `"{" ${use}`],
    ["a\\*", `"\\" ${use}`],
    ["a\n", `"\n" ${use}`],
    ["[z-a]", '"[z-a]" holds a set that is none, such as [z-a]'],
  ] as const) {
    it(`refuses ${JSON.stringify(glob)}`, () => {
      assert.deepEqual(globTags(glob), { kind: "error", error });
    });
  }
});

describe("regexTags(text)", () => {
  const cases = [
    { regex: "v[0-9]+", in: ["v1", "v10"], out: ["v", "v1a", "xv1", "v1.0"] },
    { regex: "a|ab", in: ["a", "ab"], out: ["abb", "b"] },
    { regex: "(?i)stable", in: ["STABLE"], out: ["stable1"] },
    { regex: "^v1$", in: ["v1"], out: ["v11"] },
    { regex: ".*", in: ["anything"], out: [] },
  ];
  for (const { regex, in: taken, out } of cases) {
    it(`matches the whole tag by ${regex}`, () => {
      const policy = made(regexTags(regex));
      for (const tag of taken) assert.equal(refusalOf(policy, tag), null, tag);
      for (const tag of out)
        assert.equal(refusalOf(policy, tag), `tag "${tag}" does not match the whole of regex "${regex}"`);
      assert.equal(order(policy, "v2", "v1"), "=");
    });
  }

  for (const [regex, error] of [
    ["", /^is empty, so that no push is let in: use \.\* for every tag$/],
    ["v[", /^is not a regular expression of RE2: .*missing closing \]/],
    ["v(?=1)", /^is not a regular expression of RE2: /],
    ["(a)\\1", /^is not a regular expression of RE2: /],
  ] as const) {
    it(`refuses ${JSON.stringify(regex)}`, () => {
      const made = regexTags(regex);
      assert.match(made.kind === "error" ? made.error : "", error);
    });
  }
});

describe("patterns on tags of 128 characters", () => {
  const tag = `${"a".repeat(127)}c`;
  const slow = [
    ["regex (a+)+b", made(regexTags("(a+)+b"))],
    ["regex (a|a)*b", made(regexTags("(a|a)*b"))],
    ["regex (a*)*(a*)*(a*)*b", made(regexTags("(a*)*(a*)*(a*)*b"))],
    ["regex (a?){100}a{100}b", made(regexTags("(a?){100}a{100}b"))],
    ["a glob of forty stars", made(globTags(`${"*a".repeat(40)}*b`))],
    ["newer by (?P<value>(a+)+)b", made(newerTags("number", "(?P<value>(a+)+)b"))],
  ] as const;
  // Backtracking would take years for one.
  for (const [what, policy] of slow) {
    it(`are judged a hundred times within a second by ${what}`, () => {
      const start = performance.now();
      for (let times = 0; times < 100; times++) assert.notEqual(refusalOf(policy, tag), null);
      assert.ok(performance.now() - start < 1_000, `${String(performance.now() - start)} ms`);
    });
  }
});
