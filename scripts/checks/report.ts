import { z } from "zod";
import type { Outcome } from "./outcome.ts";

const reportSchema = z.strictObject({
  tests: z.array(
    z.strictObject({
      title: z.string(),
      state: z.enum(["passed", "failed", "pending"]),
      durationMs: z.number(),
    }),
  ),
});

/** What the reporter writes for one suite: an entry per test that ran and per hook that failed. */
export type Report = z.infer<typeof reportSchema>;

function readReport(text: string | undefined): Report | string {
  if (text === undefined) return "the suite wrote no report: it broke off";
  try {
    return reportSchema.parse(JSON.parse(text));
  } catch (error) {
    return `the suite's report is not what its reporter writes: ${String(error)}`;
  }
}

/** Judges a suite by its report and its exit: pending tests, an empty or missing report and an exit that does not fit fail it. */
export function judgeSuite(name: string, reportText: string | undefined, exit: number | string): Outcome {
  const report = readReport(reportText);
  if (typeof report === "string") return { name, passed: 0, failed: 1, problems: [report] };
  const passed = report.tests.filter(({ state }) => state === "passed").length;
  const problems = report.tests
    .filter(({ state }) => state !== "passed")
    .map(({ title, state }) => (state === "pending" ? `${title} (pending)` : title));
  if (passed === 0) problems.push("no test passed in this suite: each suite must run at least one");
  if (exit !== 0 && problems.length === 0) problems.push(`every test passed, but mocha ended with ${String(exit)}`);
  return { name, passed, failed: problems.length, problems };
}
