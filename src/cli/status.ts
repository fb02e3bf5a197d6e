import { InvalidArgumentError, Command as Program } from "commander";
import { printable } from "../core/notice/printable.ts";
import type { Result } from "../core/result.ts";
import { describeFailure, type ClusterFailure } from "../core/rollout/cluster-failure.ts";
import type { PendingReport, Report, ReportQuery, RolloutReport } from "../core/rollout/report.ts";
import type { Clock } from "../flow/ports.ts";
import { readWords, type Said } from "./read-words.ts";

interface StatusOptions extends ReportQuery {
  readonly kubeconfig: string;
  readonly context: string;
  /** Where the state objects are kept; empty: where the environment says. */
  readonly stateNamespace: string;
  readonly json: boolean;
}

/** What `status` is asked to do. */
export interface StatusCommand extends StatusOptions {
  readonly kind: "status";
}

const HELP = `
What waits and what is in progress stands first, then what has ended, each the newest first. In the pod it asks with the
pod's own rights: kubectl exec deploy/imagehook -n imagehook -- node dist/main.js status

Examples:
  imagehook status --kubeconfig ~/.kube/config --state-namespace imagehook
  imagehook status --namespace shop --workload deployment/website --json

Exit code: 0 when the cluster answered, 1 when it did not, 2 when the command line or a setting is wrong.`;

/** Reads the command line of `status`, without the command's name. */
export function readStatus(argv: readonly string[]): StatusCommand | Said {
  const program = new Program("imagehook status")
    .description("say which rollouts wait, go on and were done lately")
    .option("--namespace <name>", "only workloads of this namespace", "")
    .option("--workload <name>", "only this workload, as deployment/website or website", "")
    .option("--hook <id>", "only what this hook brought", "")
    .option("--limit <number>", "how many rollouts at most", readLimit, 100)
    .option(
      "--state-namespace <name>",
      "where imagehook keeps its state (default: STATE_NAMESPACE, or the pod's own)",
      "",
    )
    .option("--kubeconfig <file>", "outside of a pod: a kubeconfig file", "")
    .option("--context <name>", "a context of the kubeconfig instead of its current one", "")
    .option("--json", "print what /api/v1/rollouts answers", false)
    .allowExcessArguments(false)
    .addHelpText("after", HELP);
  return readWords(program, argv) ?? { kind: "status", ...program.opts<StatusOptions>() };
}

function readLimit(text: string): number {
  const limit = Number(text);
  if (!/^\d{1,3}$/.test(text) || limit < 1 || limit > 500)
    throw new InvalidArgumentError("It is a whole number from 1 to 500.");
  return limit;
}

/** What `status` is given beside its words. */
export interface StatusSurroundings {
  readonly clock: Clock;
  /** What is going on; the outer error says why the cluster cannot be asked, the inner one what it said. */
  readonly ask: (query: ReportQuery) => Promise<Result<Result<Report, ClusterFailure>, string>>;
}

/** Says what is going on. */
export async function runStatus(command: StatusCommand, { clock, ask }: StatusSurroundings): Promise<Said> {
  const { namespace, workload, hook, limit, json } = command;
  const asked = await ask({ namespace, workload, hook, limit });
  if (asked.kind === "error") return said(`the cluster cannot be asked: ${asked.error}`, 2);
  if (asked.value.kind === "error") return said(describeFailure(asked.value.error), 1);
  const report = asked.value.value;
  return said(json ? JSON.stringify(report, null, 2) : printReport(report, clock.now()), 0);
}

const said = (text: string, exitCode: number): Said => ({ kind: "said", text: `${text}\n`, exitCode });

const HEAD = ["NAMESPACE", "WORKLOAD", "CONTAINER", "IMAGE", "PHASE", "AGE", "REASON"] as const;

function printReport({ rollouts, pending, unreadable }: Report, now: Date): string {
  const rows = [
    ...pending.map((one) => pendingRow(one, now)),
    ...rollouts.filter(isOpen).flatMap((one) => rolloutRows(one, now)),
    ...rollouts.filter((one) => !isOpen(one)).flatMap((one) => rolloutRows(one, now)),
  ];
  const lines = rows.length === 0 ? ["nothing was rolled out yet"] : table([HEAD, ...rows]);
  const lost = `${String(unreadable)} state objects cannot be read: the log and their Events say why`;
  return [...lines, ...(unreadable === 0 ? [] : [lost])].join("\n");
}

const isOpen = ({ endedAt }: RolloutReport): boolean => endedAt === null;

function pendingRow(one: PendingReport, now: Date): readonly string[] {
  const { namespace, workload, container, image, until, reason, acceptedAt } = one;
  const why = until === null ? reason : `${reason}, until ${until}`;
  return [namespace, workload, container, image, "pending", ageOf(acceptedAt, now), why];
}

const rolloutRows = (one: RolloutReport, now: Date): readonly (readonly string[])[] =>
  one.containers.map(({ container, after }) => {
    const { namespace, workload, phase, acceptedAt, reason } = one;
    return [namespace, workload, container, after, phase, ageOf(acceptedAt, now), reason];
  });

// As kubectl writes ages: two units at most.
function ageOf(since: string, now: Date): string {
  const seconds = Math.max(0, Math.floor((now.getTime() - new Date(since).getTime()) / 1_000));
  if (Number.isNaN(seconds)) return "?";
  if (seconds < 120) return `${String(seconds)}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${String(minutes)}m`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${String(hours)}h` : `${String(Math.floor(hours / 24))}d`;
}

// The last column is as long as it is.
function table(rows: readonly (readonly string[])[]): readonly string[] {
  const cells = rows.map((row) => row.map((cell) => printable(cell) || "-"));
  const widths = HEAD.map((_name, column) => Math.max(...cells.map((row) => (row[column] ?? "").length)));
  return cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("   ")
      .trimEnd(),
  );
}
