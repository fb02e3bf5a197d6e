import assert from "node:assert/strict";
import {
  countProblem,
  isLabelName,
  isLabelValue,
  printLabels,
  printScope,
  qualifiedName,
} from "../../../../src/core/rollout/selection.ts";
import { aSelection, aTarget } from "../../../support/builders.ts";

describe("isLabelName(text), isLabelValue(text)", () => {
  const good = ["app", "a", "A", "app.kubernetes.io/name", "a_b-c.D9", "x".repeat(63), `${"a".repeat(253)}/x`];
  const bad = [
    "-a",
    "a-",
    "a b",
    "a/",
    "/a",
    "a/b/c",
    "A.b/c",
    "x".repeat(64),
    `${"a".repeat(254)}/x`,
    "a=b",
    "ä",
    "a\n",
  ];
  for (const name of good) {
    it(`takes the name ${name.slice(0, 30)}`, () => {
      assert.ok(isLabelName(name));
    });
  }
  for (const name of ["", ...bad]) {
    it(`refuses the name ${JSON.stringify(name.slice(0, 30))}`, () => {
      assert.ok(!isLabelName(name));
    });
  }

  it("takes an empty value, and those that a name without a prefix could be", () => {
    assert.deepEqual(["", "web", "1.2_3-x", "x".repeat(63)].filter(isLabelValue).length, 4);
    assert.deepEqual(["a/b", "-a", "a,b", "!a", "x".repeat(64), " ", "a in (b)"].filter(isLabelValue), []);
  });
});

describe("printLabels(selection), printScope(target), qualifiedName(target)", () => {
  it("write labels and selections as kubectl does", () => {
    assert.equal(printLabels(aSelection()), "app=website,tier=web");
    assert.equal(printScope(aSelection()), "deployment -l app=website,tier=web");
    assert.equal(
      printScope(aSelection({ kinds: ["cronjob", "daemonset"] })),
      "cronjob,daemonset -l app=website,tier=web",
    );
    assert.equal(printScope(aTarget), "deployment/website");
    assert.equal(qualifiedName({ ...aTarget, kind: "cronjob" }), "cronjob.batch/website");
    assert.equal(qualifiedName(aSelection()), printScope(aSelection()));
  });
});

describe("countProblem(selection, count)", () => {
  const which = 'in namespace "shop" with the labels app=website,tier=web';
  const cases = [
    { count: 0, is: `there is no deployment ${which}` },
    { count: 1, is: null },
    { count: 50, is: null },
    { count: 51, is: `there are more than 50 workloads ${which}: narrow the selector` },
  ];
  for (const { count, is } of cases) {
    it(`is ${String(is)} for ${String(count)}`, () => {
      assert.equal(countProblem(aSelection(), count), is);
    });
  }
  it("names every kind", () => {
    assert.equal(
      countProblem(aSelection({ kinds: ["statefulset", "cronjob"] }), 0),
      `there is no statefulset or cronjob ${which}`,
    );
  });
});
