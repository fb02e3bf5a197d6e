import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import Mocha from "mocha";
import type { Report } from "./report.ts";

const { EVENT_RUN_END, EVENT_TEST_FAIL, EVENT_TEST_PASS, EVENT_TEST_PENDING } = Mocha.Runner.constants;

type Test = Report["tests"][number];

function outputOf(reporterOptions: unknown): string {
  const options = typeof reporterOptions === "object" && reporterOptions !== null ? reporterOptions : {};
  if ("output" in options && typeof options.output === "string") return options.output;
  throw new Error("name the report's file: --reporter-option output=FILE");
}

/** Prints what mocha's spec reporter prints and writes a report to the file that the reporter option `output` names. */
class SpecAndReport extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const tests: Test[] = [];
    const note = (state: Test["state"]) => (test: Mocha.Runnable) => {
      tests.push({ title: test.fullTitle(), state, durationMs: test.duration ?? 0 });
    };
    runner.on(EVENT_TEST_PASS, note("passed"));
    runner.on(EVENT_TEST_FAIL, note("failed"));
    runner.on(EVENT_TEST_PENDING, note("pending"));
    runner.once(EVENT_RUN_END, () => {
      const output = outputOf(options.reporterOptions);
      mkdirSync(dirname(output), { recursive: true });
      writeFileSync(output, `${JSON.stringify({ tests } satisfies Report, null, 2)}\n`);
    });
  }
}

// mocha loads reporters by require(): https://nodejs.org/api/modules.html#loading-ecmascript-modules-using-require
export { SpecAndReport as "module.exports" };
