import assert from "node:assert/strict";
import { newerTags } from "../../../../src/core/image/newer-tags.ts";
import { made, order, refusalOf } from "./policies.ts";

const BUILD = "build-(?P<value>[0-9]+)";
const NIGHTLY = "nightly-(?P<value>[0-9]{8})(-.*)?";
const huge = "9".repeat(100);

describe("newerTags(by, pattern)", () => {
  const cases = [
    {
      by: "semver",
      pattern: null,
      running: "1.9.0",
      in: ["1.10.0", "v1.9.1", "2.0.0-rc.1"],
      back: ["1.8.9", "v1.9.0"],
    },
    { by: "semver", pattern: null, running: "2.0.0", in: ["2.0.1", "2.0.0"], back: ["2.0.0-rc.1", "1.99.99"] },
    { by: "semver", pattern: null, running: "latest", in: ["0.0.1"], back: [] },
    { by: "semver", pattern: null, running: null, in: ["0.0.1"], back: [] },
    { by: "semver", pattern: "app-(?<value>.*)", running: "app-1.2.3", in: ["app-1.2.4"], back: ["app-v1.2.3"] },
    {
      by: "number",
      pattern: BUILD,
      running: "build-42",
      in: ["build-43", "build-100", "build-42"],
      back: ["build-41"],
    },
    { by: "number", pattern: BUILD, running: "build-42", in: ["build-00100"], back: ["build-042", "build-9"] },
    { by: "number", pattern: BUILD, running: `build-${huge}`, in: [`build-1${"0".repeat(100)}`], back: ["build-1"] },
    { by: "number", pattern: BUILD, running: `build-${huge}8`, in: [`build-${huge}9`], back: [`build-${huge}7`] },
    { by: "number", pattern: BUILD, running: "latest", in: ["build-0"], back: [] },
    { by: "number", pattern: BUILD, running: "build-42-dirty", in: ["build-1"], back: [] },
    { by: "number", pattern: null, running: "1773415800", in: ["1773415801"], back: ["1773415799"] },
    { by: "date", pattern: NIGHTLY, running: "nightly-20260313", in: ["nightly-20260314"], back: ["nightly-20251231"] },
    {
      by: "date",
      pattern: NIGHTLY,
      running: "nightly-20260313-a",
      in: ["nightly-20260313-a"],
      back: ["nightly-20260313-b"],
    },
    { by: "date", pattern: null, running: "2026.03.13-1530", in: ["20260314", "2026.03.13-1531"], back: ["20260313"] },
    { by: "date", pattern: null, running: "20260313", in: ["20260313"], back: ["20260313T153000Z", "2026-03-12"] },
  ] as const;
  for (const { by, pattern, running, in: taken, back } of cases) {
    it(`lets ${taken.join(", ").slice(0, 60)} in by ${by} over ${String(running).slice(0, 40)}`, () => {
      const policy = made(newerTags(by, pattern));
      for (const tag of taken) assert.equal(refusalOf(policy, tag, running), null, tag);
      for (const tag of back)
        assert.equal(
          refusalOf(policy, tag, running),
          `tag "${tag}" is not newer than "${String(running)}", which runs`,
        );
    });
  }

  const valueless = [
    { by: "semver", pattern: null, tag: "latest", is: 'tag "latest" has no version, which newer: semver compares' },
    { by: "number", pattern: null, tag: "1.5", is: 'tag "1.5" has no number, which newer: number compares' },
    { by: "date", pattern: null, tag: "20261301", is: 'tag "20261301" has no date, which newer: date compares' },
    {
      by: "number",
      pattern: BUILD,
      tag: "build-42-dirty",
      is: `tag "build-42-dirty" has no number, which newer: number takes from it by pattern "${BUILD}"`,
    },
    {
      by: "number",
      pattern: "(?P<value>[0-9a-f]+)",
      tag: "7f",
      is: 'tag "7f" has no number, which newer: number takes from it by pattern "(?P<value>[0-9a-f]+)"',
    },
    {
      by: "number",
      pattern: "b-(?P<value>[0-9]+)?",
      tag: "b-",
      is: 'tag "b-" has no number, which newer: number takes from it by pattern "b-(?P<value>[0-9]+)?"',
    },
  ] as const;
  for (const { by, pattern, tag, is } of valueless) {
    it(`refuses ${tag} by ${by}, whatever runs, itself too`, () => {
      for (const running of [null, "latest", "1", tag])
        assert.equal(refusalOf(made(newerTags(by, pattern)), tag, running), is);
    });
  }

  it("takes the newer for the higher tag", () => {
    const numbers = made(newerTags("number", BUILD));
    assert.equal(order(numbers, "build-100", "build-99"), ">");
    assert.equal(order(numbers, "build-9", "build-10"), "<");
    assert.equal(order(numbers, "build-9", "build-09"), "=");
    assert.equal(order(numbers, "build-9", "latest"), "=");
    assert.equal(order(numbers, "latest", "build-9"), "=");
    assert.equal(order(made(newerTags("semver", null)), "1.10.0", "v1.9.0"), ">");
    assert.equal(order(made(newerTags("semver", null)), "v1.9.0", "1.9.0"), "=");
  });

  it("takes of equal dates the one that says more, so that the highest of many is one", () => {
    const dates = made(newerTags("date", null));
    assert.equal(order(dates, "20260313", "20260313-1530"), "<");
    assert.equal(order(dates, "20260313-1530", "20260313"), ">");
    assert.equal(order(dates, "20260314", "20260313-1530"), ">");
    assert.equal(order(dates, "20260313", "2026-03-13"), "=");
  });

  const errors = [
    [
      "build-([0-9]+)",
      /^"build-\(\[0-9\]\+\)" has no group named value: write one, such as build-\(\?P<value>\[0-9\]\+\)$/,
    ],
    ["build-(?P<Value>[0-9]+)", / has no group named value: /],
    ["build-(?P<value>[0-9]+", /^is not a regular expression of RE2: /],
    ["", / has no group named value: /],
  ] as const;
  for (const [pattern, error] of errors) {
    it(`refuses the pattern "${pattern}"`, () => {
      const policy = newerTags("number", pattern);
      assert.match(policy.kind === "error" ? policy.error : "", error);
    });
  }
});
