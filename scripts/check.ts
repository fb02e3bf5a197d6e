import { rmSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { runCommand } from "./checks/command.ts";
import { checkCoverage } from "./checks/coverage.ts";
import { closingLine, stepOutcome, type Outcome } from "./checks/outcome.ts";
import { checkEveryTestHasASuite, runSuite } from "./checks/suite.ts";

interface Step {
  readonly name: string;
  readonly run: () => Promise<Outcome>;
}

const coverageFolder = resolve("coverage", "tmp");

const npmScript = (name: string): Step => ({
  name,
  run: () => runCommand(name, ["npm", "run", "--silent", name], "failed"),
});

const binaries: Step = {
  name: "cluster-binaries",
  run: () => runCommand("cluster-binaries", ["node", "scripts/cluster.ts", "--binaries"], "live"),
};

const clusterSuite: Step = { name: "cluster", run: () => runSuite("cluster", coverageFolder) };

function stepsOf(fast: boolean): Step[] {
  return [
    ...["build", "typecheck", "lint", "format", "rules", "dead-code"].map(npmScript),
    { name: "suites", run: () => Promise.resolve(checkEveryTestHasASuite()) },
    { name: "fast", run: () => runSuite("fast", coverageFolder) },
    ...(fast ? [] : [binaries, clusterSuite]),
    { name: "coverage", run: () => checkCoverage(coverageFolder, fast ? "core" : "all") },
  ];
}

async function runStep({ name, run }: Step): Promise<Outcome> {
  const started = Date.now();
  console.log(`\n== ${name}`);
  const outcome = await run().catch((error: unknown) => stepOutcome(name, String(error)));
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  for (const problem of outcome.problems) console.log(problem);
  console.log(`== ${name}: ${outcome.failed === 0 ? "ok" : "FAILED"} (${closingLine([outcome])}, ${seconds} s)`);
  return outcome;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { fast: { type: "boolean" } } });
  rmSync(coverageFolder, { recursive: true, force: true });
  const outcomes: Outcome[] = [];
  for (const step of stepsOf(values.fast === true)) outcomes.push(await runStep(step));
  const failed = outcomes.filter((outcome) => outcome.failed > 0).map(({ name }) => name);
  console.log(failed.length === 0 ? "" : `\nfailed: ${failed.join(", ")}`);
  console.log(closingLine(outcomes));
  process.exitCode = failed.length === 0 ? 0 : 1;
}

await main();
