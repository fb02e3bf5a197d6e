import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { z } from "zod";
import { runCommand } from "./command.ts";
import { stepOutcome, type Outcome } from "./outcome.ts";

/** The least coverage in percent that each part of src must reach; a file counts for the first part whose folder holds it. */
const parts = [
  { folder: "src/core/", least: 100 },
  { folder: "src/", least: 95 },
] as const;

const metrics = ["lines", "branches", "functions"] as const;

const countSchema = z.object({ total: z.number(), covered: z.number() });
const summarySchema = z.record(
  z.string(),
  z.object({ lines: countSchema, branches: countSchema, functions: countSchema }),
);

/** Covered and existing lines, branches and functions per file, by path from the checkout's root. */
export type CoverageSummary = z.infer<typeof summarySchema>;

type Entry = readonly [string, CoverageSummary[string]];

const percent = (entries: readonly Entry[], metric: (typeof metrics)[number]): number => {
  const sum = (field: "covered" | "total"): number =>
    entries.reduce((total, [, file]) => total + file[metric][field], 0);
  return sum("total") === 0 ? 100 : (100 * sum("covered")) / sum("total");
};

function judgePart(entries: readonly Entry[], folder: string, least: number): string[] {
  return metrics.flatMap((metric) => {
    const reached = percent(entries, metric);
    if (reached >= least) return [];
    const below = entries.filter((entry) => percent([entry], metric) < least).map(([file]) => file);
    return [`${folder} ${metric}: ${reached.toFixed(2)} % of ${String(least)} %, for want of ${below.join(", ")}`];
  });
}

/** Compares the coverage with the thresholds; without the cluster's tests only the core can be judged. */
export function judgeCoverage(summary: CoverageSummary, scope: "all" | "core"): Outcome {
  const files = Object.entries(summary).filter(([file]) => file.startsWith("src/"));
  const partOf = (file: string): string | undefined => parts.find(({ folder }) => file.startsWith(folder))?.folder;
  const problems = parts
    .filter(({ folder }) => scope === "all" || folder === "src/core/")
    .flatMap(({ folder, least }) => {
      const entries = files.filter(([file]) => partOf(file) === folder);
      return judgePart(entries, folder, least);
    });
  if (files.length === 0) problems.push("the coverage report names no file of src");
  return stepOutcome("coverage", problems.length === 0 ? undefined : problems.join("\n"));
}

/** Merges what all processes of the suites have covered, prints the table and compares it with the thresholds. */
export async function checkCoverage(coverageFolder: string, scope: "all" | "core"): Promise<Outcome> {
  const reporters = ["text", "lcovonly", "json-summary"].flatMap((name) => ["--reporter", name]);
  const command = ["c8", "report", "--temp-directory", coverageFolder, ...reporters];
  const report = await runCommand("coverage", command, "live");
  if (report.failed > 0) return report;
  const summary = summarySchema.parse(JSON.parse(readFileSync("coverage/coverage-summary.json", "utf8")));
  const named = Object.entries(summary).map(([file, counts]) => [relative(process.cwd(), file), counts] as const);
  return judgeCoverage(Object.fromEntries(named), scope);
}
