import { answerTo } from "../core/delivery/answer-to.ts";
import { explainCallers } from "../core/hook/callers/explain-callers.ts";
import type { Refusal } from "../core/delivery/outcome.ts";
import { explainRule, type Step } from "../core/hook/explain.ts";
import type { CommandHook, Hook, UpgradeHook } from "../core/hook/hook.ts";
import type { Invocation } from "../core/hook/invocation.ts";
import type { PushEvent } from "../core/event/push-event.ts";
import { ANY_TAG } from "../core/image/tag-policy.ts";
import { printScope } from "../core/rollout/selection.ts";
import { ALL_CONTAINERS, printContainer } from "../core/rollout/target.ts";
import type { AcceptedPush } from "../flow/push.ts";
import type { Rehearsal } from "../flow/rehearse.ts";

/** What a request would set off, as programs read it. */
export interface TestReport {
  readonly hook: string;
  readonly fires: boolean;
  /** The callers one by one; empty when the hook names none. */
  readonly callers: readonly Step[];
  /** The trigger rule part by part; empty when the hook has none. */
  readonly rule: readonly Step[];
  /** Why nothing would happen; null when something would. */
  readonly reason: string | null;
  /** Null where it depends on the cluster, or on how the command ends. */
  readonly answer: { readonly status: number; readonly body: string } | null;
  /** What would be done, as names and values to show. */
  readonly action: readonly Fact[];
}

type Fact = readonly [name: string, value: string];

/** Makes the report of a rehearsal. */
export function reportOf(
  hook: Hook,
  { judged, tried, action, outcome }: Rehearsal,
  tokensOf: (path: string) => readonly string[],
): TestReport {
  const rule = hook.rule === null ? [] : explainRule(hook.rule, judged, tokensOf);
  const callers = hook.kind === "upgrade" ? explainCallers(hook.upgrade.callers, tried) : [];
  if (action !== null) {
    const facts = action.kind === "upgrade" ? upgradeFacts(action.push) : commandFacts(action.invocation, hook);
    const isDryRun = action.kind === "upgrade" && action.push.isDryRun;
    const all = isDryRun ? facts : [...facts, ...answerFact(hook)];
    return { hook: hook.id, fires: true, callers, rule, reason: null, answer: null, action: all };
  }
  const { status, body } = answerTo(outcome);
  return {
    hook: hook.id,
    fires: false,
    callers,
    rule,
    reason: reasonOf(outcome),
    answer: { status, body: String(body) },
    action: [],
  };
}

// What the answer does not say.
function reasonOf(outcome: Rehearsal["outcome"]): string {
  if (outcome.kind === "unknown-hook") return "there is no such hook";
  const ended = outcome.outcome.kind === "dry-run" ? outcome.outcome.would : outcome.outcome;
  if (ended.kind === "accepted") return "the hook names no command";
  if (ended.kind === "mismatch") return mismatchReason(ended);
  if (ended.kind === "not-served") return ended.detail ?? ended.reason;
  if ("reason" in ended) return ended.kind === "bad-request" ? `${ended.field}: ${ended.reason}` : ended.reason;
  return unsaid(ended.kind);
}

function unsaid(kind: string): string {
  if (kind === "handshake") return "it is Event Grid's validation of the address, which is answered";
  return kind === "method-not-allowed" ? "the method is not one of the hook's" : "the body is not taken";
}

const mismatchReason = ({ tried }: Refusal & { kind: "mismatch" }): string =>
  tried === undefined ? "the trigger rule is not satisfied" : "none of its callers is proved";

function upgradeFacts({ hook, events, network, isDryRun }: AcceptedPush): readonly Fact[] {
  const { target, container, repository } = hook.upgrade;
  return [
    [
      isDryRun ? "dry run: would roll forward" : "would roll forward",
      `${printScope(target)} in namespace ${target.namespace}, ${printContainer(container)}`,
    ],
    ...events.flatMap(eventFacts),
    ["network", network],
    ...(repository.kind === "own"
      ? [["if", `${runnerOf(container)} runs an image of that repository now`] as const]
      : []),
    ...(hook.upgrade.tags === ANY_TAG
      ? []
      : [["and if", "its image.tags let the tag replace the one that runs"] as const]),
  ];
}

const runnerOf = (container: string): string => (container === ALL_CONTAINERS ? "a container" : "the container");

const eventFacts = ({ repository, tag, digest, pushedAt }: PushEvent): readonly Fact[] => [
  ["repository", repository],
  ["tag", tag],
  ["digest", digest ?? "not given"],
  ["pushed at", pushedAt ?? "not given"],
];

function commandFacts(invocation: Invocation, hook: Hook): readonly Fact[] {
  const { path, arguments: args, environment, files, directory } = invocation;
  const ownTimeMs = hook.kind === "command" ? hook.command.limits.timeoutMs : null;
  return [
    ["would run", path],
    ...args.map((value, index) => [`argument ${String(index + 1)}`, JSON.stringify(value)] as const),
    ...environment.map(([name, value]) => [`variable ${name}`, JSON.stringify(value)] as const),
    ...files.map(({ variable, content }) => [`file in ${variable}`, `${String(content.length)} bytes`] as const),
    ["directory", directory === "" ? "that of the service" : directory],
    ["time-out", ownTimeMs === null ? "that of the service" : `${String(ownTimeMs / 1000)} s`],
  ];
}

const answerFact = (hook: Hook): readonly Fact[] => [
  ["answer", hook.kind === "upgrade" ? upgradeAnswer(hook) : commandAnswer(hook)],
];

const upgradeAnswer = ({ response }: UpgradeHook): string =>
  `${String(response.successStatus)}, once the cluster has taken it`;

function commandAnswer({ command, response }: CommandHook): string {
  const status = String(response.successStatus);
  return command.output === "hidden" ? `${status}, at once` : `${status} and the output, when the command ends well`;
}

const MAX_SHOWN = 200;
const MARKS = { holds: "✓", "does not hold": "✗", "not looked at": "–" } as const;

/** Prints a report as a tree for a person. */
export function printReport({ hook, fires, callers, rule, reason, answer, action }: TestReport): string {
  const lines = [
    `hook ${hook}`,
    ...callers.map(printStep),
    ...(rule.length > 0 || callers.length > 0 ? [] : ["  – no trigger rule: every request satisfies it"]),
    ...rule.map(printStep),
    ...(fires ? action.map(printFact) : [`✗ nothing would happen: ${String(reason)}`]),
    ...(answer === null ? [] : [`  answer: ${String(answer.status)} ${answer.body}`.trimEnd()]),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function printStep({ depth, what, verdict, came, problem }: Step): string {
  const notes = [came === null ? null : `${came} came`, problem].filter((note) => note !== null);
  const note = verdict === "not looked at" ? verdict : notes.join("; ");
  return `${"  ".repeat(depth + 1)}${MARKS[verdict]} ${what}${note === "" ? "" : ` (${note})`}`;
}

const printFact = ([name, value]: Fact, index: number): string =>
  `${index === 0 ? "✓" : " "} ${name}: ${value.length > MAX_SHOWN ? `${value.slice(0, MAX_SHOWN)}…` : value}`;
