import assert from "node:assert/strict";
import { judgeCoverage, type CoverageSummary } from "../../scripts/checks/coverage.ts";
import { closingLine, stepOutcome } from "../../scripts/checks/outcome.ts";
import { judgeSuite } from "../../scripts/checks/report.ts";

const test = (state: string, title = "a test"): object => ({ title, state, durationMs: 1 });
const report = (...tests: object[]): string => JSON.stringify({ tests });

describe("judgeSuite(name, reportText, exit)", () => {
  const cases = [
    { when: "all tests passed", text: report(test("passed"), test("passed")), exit: 0, passed: 2, failed: 0 },
    { when: "a test failed", text: report(test("passed"), test("failed")), exit: 1, passed: 1, failed: 1 },
    { when: "a test is pending", text: report(test("passed"), test("pending")), exit: 0, passed: 1, failed: 1 },
    { when: "no test ran", text: report(), exit: 0, passed: 0, failed: 1 },
    { when: "the report is missing", text: undefined, exit: 0, passed: 0, failed: 1 },
    { when: "the report broke off", text: '{"tests": [', exit: 0, passed: 0, failed: 1 },
    { when: "the report is of another kind", text: '{"stats": {"passes": 3}}', exit: 0, passed: 0, failed: 1 },
    { when: "mocha failed after the last test", text: report(test("passed")), exit: 7, passed: 1, failed: 1 },
    { when: "mocha was killed", text: report(test("passed")), exit: "SIGINT", passed: 1, failed: 1 },
  ];
  for (const { when, text, exit, passed, failed } of cases) {
    it(`counts ${String(passed)} passed and ${String(failed)} failed where ${when}`, () => {
      const outcome = judgeSuite("fast", text, exit);
      assert.deepEqual([outcome.passed, outcome.failed], [passed, failed], outcome.problems.join("\n"));
    });
  }

  it("names the tests that failed", () => {
    const { problems } = judgeSuite("fast", report(test("failed", "one"), test("passed"), test("pending", "two")), 1);
    assert.deepEqual(problems, ["one", "two (pending)"]);
  });
});

describe("closingLine(outcomes)", () => {
  it("adds up tests and steps", () => {
    const outcomes = [
      stepOutcome("build", undefined),
      stepOutcome("lint", "broken"),
      judgeSuite("fast", report(test("passed"), test("passed"), test("failed")), 1),
    ];
    assert.equal(closingLine(outcomes), "3 passed, 2 failed");
  });
});

describe("judgeCoverage(summary, scope)", () => {
  const file = (covered: number): CoverageSummary[string] => {
    const counts = { total: 100, covered };
    return { lines: counts, branches: counts, functions: counts };
  };
  const cases = [
    { when: "all parts reach their least", core: 100, kube: 95, scope: "all", failed: 0 },
    { when: "the core misses one line", core: 99, kube: 100, scope: "all", failed: 1 },
    { when: "an adapter is below its least", core: 100, kube: 94, scope: "all", failed: 1 },
    {
      when: "an adapter is below its least, but only the core is judged",
      core: 100,
      kube: 0,
      scope: "core",
      failed: 0,
    },
    { when: "only the core is judged and misses one line", core: 99, kube: 100, scope: "core", failed: 1 },
  ] as const;
  for (const { when, core, kube, scope, failed } of cases) {
    it(`${failed === 0 ? "passes" : "fails"} where ${when}`, () => {
      const outcome = judgeCoverage(
        { total: file(100), "src/core/a.ts": file(core), "src/kube/b.ts": file(kube) },
        scope,
      );
      assert.equal(outcome.failed, failed, outcome.problems.join("\n"));
    });
  }

  it("fails where the report names no source file", () => {
    assert.equal(judgeCoverage({ total: file(100) }, "all").failed, 1);
  });

  it("names the files that are below", () => {
    const { problems } = judgeCoverage({ "src/core/a.ts": file(100), "src/core/b.ts": file(50) }, "all");
    assert.match(problems.join("\n"), /^src\/core\/ lines: 75\.00 % of 100 %, for want of src\/core\/b\.ts$/m);
  });
});
