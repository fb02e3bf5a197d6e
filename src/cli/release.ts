import { Command as Program } from "commander";
import { printable } from "../core/notice/printable.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { describeFailure, type ClusterFailure } from "../core/rollout/cluster-failure.ts";
import { parseTarget, printTarget, type Target } from "../core/rollout/target.ts";
import type { Released, ReleaseOrder } from "../flow/release-held.ts";
import { readWords, type Said } from "./read-words.ts";

interface ReleaseOptions {
  readonly namespace: string;
  readonly hook: string;
  readonly pending: boolean;
  readonly kubeconfig: string;
  readonly context: string;
  /** Where the state objects are kept; empty: where the environment says. */
  readonly stateNamespace: string;
}

/** What `release` is asked to do. */
export interface ReleaseCommand extends ReleaseOptions {
  readonly kind: "release";
  readonly workloads: readonly string[];
}

const HELP = `
A push whose rollout was rolled back, or that someone has undone, is held back: the same push does not bring it again.
After this the next delivery of it is carried out; nothing is changed until then. A newer push needs no release.
Of a workload that is named every push whose rollout has ended is forgotten: what someone undid later is held too.

Examples:
  imagehook release deployment/website --namespace shop --state-namespace imagehook
  imagehook release --hook website
  imagehook release --hook website --pending
  kubectl exec deploy/imagehook -n imagehook -- node dist/main.js release deployment/website --namespace shop

Exit code: 0 when something was released, 1 when nothing was, 2 when the command line or a setting is wrong.`;

/** Reads the command line of `release`, without the command's name. */
export function readRelease(argv: readonly string[]): ReleaseCommand | Said {
  const program = new Program("imagehook release")
    .description("let pushes go that are held back after they were rolled back or undone")
    .argument("[workload...]", "workloads as type/name, such as deployment/website")
    .option("--namespace <name>", "the namespace of these workloads", "")
    .option("--hook <id>", "what this hook brought, of all workloads where none is named", "")
    .option("--pending", "drop pushes that wait for their time, too", false)
    .option(
      "--state-namespace <name>",
      "where imagehook keeps its state (default: STATE_NAMESPACE, or the pod's own)",
      "",
    )
    .option("--kubeconfig <file>", "outside of a pod: a kubeconfig file", "")
    .option("--context <name>", "a context of the kubeconfig instead of its current one", "")
    .addHelpText("after", HELP);
  program.action(() => {
    const { hook, namespace } = program.opts<ReleaseOptions>();
    if (program.args.length === 0 && hook === "") program.error("error: name a workload, or a hook with --hook");
    if (program.args.length > 0 && namespace === "")
      program.error("error: say in which namespace the workload is, with --namespace");
  });
  const said = readWords(program, argv);
  return said ?? { kind: "release", workloads: program.args, ...program.opts<ReleaseOptions>() };
}

/** What `release` is given beside its words. */
export interface ReleaseSurroundings {
  /** Lets go; the outer error says why the cluster cannot be asked, the inner one what it said. */
  readonly release: (order: ReleaseOrder) => Promise<Result<Result<readonly Released[], ClusterFailure>, string>>;
}

/** Lets go what is held back, and says what that was. */
export async function runRelease(command: ReleaseCommand, { release }: ReleaseSurroundings): Promise<Said> {
  const targets = targetsOf(command);
  if (targets.kind === "error") return say([targets.error], 2);
  const { hook, pending: dropsPending } = command;
  const asked = await release({ targets: targets.value, hook, dropsPending });
  if (asked.kind === "error") return say([`the cluster cannot be asked: ${asked.error}`], 2);
  if (asked.value.kind === "error") return say([describeFailure(asked.value.error)], 1);
  const released = asked.value.value;
  return released.length === 0 ? say(["nothing is held back"], 1) : say(released.map(printReleased), 0);
}

function targetsOf({ workloads, namespace }: ReleaseCommand): Result<readonly Target[], string> {
  const targets: Target[] = [];
  for (const workload of workloads) {
    const target = parseTarget(namespace, workload);
    if (target.kind === "error") return fail(target.error);
    targets.push(target.value);
  }
  return ok(targets);
}

const DEEDS = { held: "released", pending: "dropped" } as const;

const printReleased = ({ kind, target, container, image, hook }: Released): string =>
  `${target.namespace} ${printTarget(target)} ${DEEDS[kind]}: ${printable(container)} ${printable(image)} (hook ${printable(hook)})`;

const say = (lines: readonly string[], exitCode: number): Said => ({
  kind: "said",
  text: lines.map((line) => `${line}\n`).join(""),
  exitCode,
});
