import { spawn } from "node:child_process";
import { existsSync, globSync, readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { stepOutcome, type Outcome } from "./outcome.ts";
import { judgeSuite } from "./report.ts";

// Each suite is one mocha process and owns these folders of test/.
const suites = {
  fast: ["unit", "http", "files", "mail", "channels", "remote", "command", "scripts", "peers"],
  cluster: ["kube", "chart", "e2e"],
} as const;

/** Names a suite. */
export type SuiteName = keyof typeof suites;

const reporter = fileURLToPath(new URL("reporter.ts", import.meta.url));

/** How long mocha may live after its last test: what then still runs was left behind by a test. */
const lingerMs = 30_000;

const testFiles = (folder: string): string[] => globSync(`test/${folder}/**/*.test.ts`);

/** Fails when a test file lies in a folder that no suite runs. */
export function checkEveryTestHasASuite(): Outcome {
  const known = new Set(Object.values(suites).flat().flatMap(testFiles));
  const stray = globSync("test/**/*.test.ts").filter((file) => !known.has(file));
  const advice = "move them or name their folder in scripts/checks/suite.ts";
  return stepOutcome("suites", stray.length === 0 ? undefined : `no suite runs ${stray.join(", ")}: ${advice}`);
}

function runMocha(folders: readonly string[], output: string, coverageFolder: string): Promise<number | string> {
  const globs = folders.map((folder) => `test/${folder}/**/*.test.ts`);
  const args = ["--fail-hook-affected-tests", "--reporter", reporter, "--reporter-option", `output=${output}`];
  const env = { ...process.env, NODE_V8_COVERAGE: coverageFolder };
  const child = spawn("mocha", [...args, ...globs], { env, stdio: "inherit" });
  let lingering: NodeJS.Timeout | undefined;
  const ticker = setInterval(() => {
    // SIGINT is the signal that mocha hands on to the process which runs the tests.
    if (existsSync(output)) lingering ??= setTimeout(() => child.kill("SIGINT"), lingerMs);
  }, 500);
  return new Promise<number | string>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      const why = lingering === undefined ? "" : ", perhaps because a test left something running";
      resolve(code ?? `${String(signal)}${why}`);
    });
  }).finally(() => {
    clearInterval(ticker);
    clearTimeout(lingering);
  });
}

/** Runs one suite with coverage and judges it by the report that it wrote. */
export async function runSuite(name: SuiteName, coverageFolder: string): Promise<Outcome> {
  const output = `reports/${name}.json`;
  rmSync(output, { force: true });
  const folders = suites[name].filter((folder) => testFiles(folder).length > 0);
  if (folders.length === 0) return stepOutcome(name, `no test found in test/{${suites[name].join(",")}}`);
  const exit = await runMocha(folders, output, coverageFolder);
  return judgeSuite(name, existsSync(output) ? readFileSync(output, "utf8") : undefined, exit);
}
