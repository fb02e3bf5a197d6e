import assert from "node:assert/strict";
import fc from "fast-check";
import { newerTags, NEWER_BY } from "../../../../src/core/image/newer-tags.ts";
import { parseTag, type Tag } from "../../../../src/core/image/reference.ts";
import type { TagPolicy } from "../../../../src/core/image/tag-policy.ts";
import { made } from "./policies.ts";

type By = (typeof NEWER_BY)[number];

const two = (max: number, from = 0): fc.Arbitrary<string> =>
  fc.integer({ min: from, max }).map((value) => String(value).padStart(2, "0"));
const separator = fc.constantFrom("", "-", ".");
const versions = fc
  .tuple(
    fc.constantFrom("", "v"),
    fc.array(fc.nat(12), { minLength: 3, maxLength: 3 }),
    fc.constantFrom("", "-rc.1", "-rc.10"),
  )
  .map(([v, numbers, suffix]) => `${v}${numbers.join(".")}${suffix}`);
const numbers = fc
  .tuple(fc.constantFrom("", "0", "00"), fc.bigInt({ min: 0n, max: 10n ** 40n }), fc.nat(11))
  .map(([zeros, big, small]) => `${zeros}${String(small < 6 ? small : big)}`);
// Few of each unit, so that dates of different lengths meet.
const dates = fc
  .tuple(fc.constantFrom("2025", "2026"), two(2, 1), two(2, 1), fc.array(two(1), { maxLength: 3 }), separator)
  .map(([year, month, day, time, between]) => [year, month, day, ...time].join(between));
const TAGS: Readonly<Record<By, fc.Arbitrary<string>>> = { semver: versions, number: numbers, date: dates };

function tag(text: string): Tag {
  const parsed = parseTag(text);
  return parsed ?? assert.fail(`${text} is no tag`);
}
const tagsOf = (by: By): fc.Arbitrary<Tag> =>
  fc.oneof({ weight: 9, arbitrary: TAGS[by] }, fc.constantFrom("latest", "main")).map(tag);

const isNewer = (policy: TagPolicy, next: Tag, running: Tag): boolean =>
  next !== running && policy.refusal(next, running) === null;

/** What a tag stands for beyond doubt: the text of its value, filled up so that texts compare as values do. */
const KEYS: Readonly<Record<By, (tag: Tag) => string | null>> = {
  semver: (text) => {
    const [, numbers = "", suffix = ""] = /^v?([\d.]+)(?:-rc\.(\d+))?$/.exec(text) ?? [];
    if (numbers === "") return null;
    return [...numbers.split("."), suffix === "" ? "99" : suffix].map((part) => part.padStart(2, "0")).join(".");
  },
  number: (text) => (/^\d+$/.test(text) ? text.padStart(60, "0") : null),
  date: (text) => (/^\d/.test(text) ? text.replaceAll(/[-.]/g, "") : null),
};

// The first tag of a run of pushes that went back; undefined where none did. Dates go back where even their common part does.
function findStepBack(by: By, policy: TagPolicy, pushes: readonly Tag[]): string | undefined {
  let running = tag("latest");
  let highest = "";
  for (const next of pushes) {
    if (policy.refusal(next, running) !== null) continue;
    const key = KEYS[by](next);
    if (key === null) return `${next} has no value`;
    if (by === "date" ? key < highest.slice(0, key.length) : key < highest) return `${next} after ${running}`;
    running = next;
    if (key > highest) highest = key;
  }
  return undefined;
}

const RUNS = { numRuns: 1_000 };
const isFound = <T>(property: fc.IProperty<T>): boolean => fc.check(property, RUNS).failed;

for (const by of NEWER_BY) {
  const policy = made(newerTags(by, null));

  describe(`newerTags("${by}", null) over all tags`, () => {
    const antisymmetric = (judged: TagPolicy) =>
      fc.property(tagsOf(by), tagsOf(by), (a, b) => !(isNewer(judged, a, b) && isNewer(judged, b, a)));
    const neverBack = (judged: TagPolicy) =>
      fc.property(fc.array(tagsOf(by), { minLength: 2, maxLength: 12 }), (pushes) => {
        assert.equal(findStepBack(by, judged, pushes), undefined);
      });
    const transitive = (judged: TagPolicy) =>
      fc.property(tagsOf(by), tagsOf(by), tagsOf(by), (a, b, c) => {
        if (isNewer(judged, a, b) && isNewer(judged, b, c)) assert.ok(isNewer(judged, a, c));
      });
    const best = (judged: TagPolicy) =>
      fc.property(fc.array(TAGS[by].map(tag), { minLength: 1, maxLength: 8 }), (tags) => {
        const highest = tags.reduce((one, next) => (judged.compare(next, one) > 0 ? next : one));
        assert.ok(!tags.some((other) => isNewer(policy, other, highest)), `${highest} of ${tags.join()}`);
      });

    it("never lets two tags each follow the other", () => {
      fc.assert(antisymmetric(policy), RUNS);
    });
    it("never goes back, whatever is pushed", () => {
      fc.assert(neverBack(policy), RUNS);
    });
    it("lets a tag follow what came before the one that it follows", () => {
      fc.assert(transitive(policy), RUNS);
    });
    it("ranks none lower than another that is older", () => {
      fc.assert(best(policy), RUNS);
    });

    // Each is a mistake that is easily made.
    const hasValue = (one: Tag | null): boolean => one !== null && policy.refusal(one, null) === null;
    const asText: TagPolicy = {
      refusal: (next, running) =>
        policy.refusal(next, null) ?? (running !== null && hasValue(running) && next < running ? "older" : null),
      compare: (a, b) => (a < b ? -1 : 1),
    };
    const onlyOther: TagPolicy = {
      ...policy,
      refusal: (next, running) => (next === running ? "the same" : policy.refusal(next, null)),
    };
    const longerWins: TagPolicy = {
      ...policy,
      refusal: (next, running) => policy.refusal(next, next.length > (running ?? "").length ? null : running),
    };
    it("is found out where tags are compared as texts, or hardly at all", () => {
      for (const broken of [asText, onlyOther, longerWins]) assert.ok(isFound(neverBack(broken)));
      assert.ok(isFound(antisymmetric(onlyOther)));
      assert.ok(isFound(transitive(longerWins)));
      assert.ok(isFound(best(asText)));
    });
  });
}
