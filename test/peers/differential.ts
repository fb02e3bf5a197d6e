import fc from "fast-check";
import { copyFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DEVIATIONS, type Exchange } from "./deviations.ts";
import { fileOf, type GeneratedFile } from "./generated-hooks.ts";
import { requestOf } from "./generated-requests.ts";
import { renderHooks, type HookSpec } from "./hooks-text.ts";
import type { HookServer, StartServer } from "./hook-server.ts";
import { isSameAnswer, showAnswer, showRequest, type Answer, type Answering } from "./raw-client.ts";

/** A request that two servers answered differently. */
export interface Difference {
  readonly exchange: Exchange;
  readonly first: Answer;
  readonly second: Answer;
}

/** What came of a comparison. */
export interface Comparison {
  /** Requests whose answers were compared to the byte. */
  readonly compared: number;
  /** Requests left out, by the name of the deviation. */
  readonly excepted: ReadonlyMap<string, number>;
  /** The compared answers of the first server, by kind. */
  readonly outcomes: ReadonlyMap<OutcomeKind, number>;
  readonly differences: readonly Difference[];
}

/** What a server did with a request, as its answer tells. */
export type OutcomeKind = "triggered" | "mismatch" | "rule error" | "unknown hook" | "method" | "other";

const SAYS: readonly (readonly [OutcomeKind, (answer: Answer, text: string) => boolean])[] = [
  ["method", ({ status }, text) => status === 405 && text === ""],
  ["unknown hook", ({ status }, text) => status === 404 && text === "Hook not found."],
  ["rule error", (_answer, text) => text === "Error occurred while evaluating hook rules."],
  ["mismatch", (_answer, text) => text === "Hook rules were not satisfied."],
  ["triggered", (_answer, text) => text.startsWith("done") || text.startsWith("Error occurred while executing")],
];

const outcomeOf = (answer: Answer): OutcomeKind =>
  SAYS.find(([, says]) => says(answer, answer.body.toString()))?.[0] ?? "other";

/** Shows a difference with all that is needed to repeat it. */
export const showDifference = ({ exchange: { hook, request }, first, second }: Difference): string =>
  [`hook ${JSON.stringify(hook)}`, showRequest(request), `  first:  ${showAnswer(first)}`, `  second: ${showAnswer(second)}`].join("\n");

const deviationOf = (exchange: Exchange): string | undefined => DEVIATIONS.find(({ applies }) => applies(exchange))?.name;

const count = <Key>(counts: Map<Key, number>, key: Key): unknown => counts.set(key, (counts.get(key) ?? 0) + 1);

/** Sends the same requests to two servers, one after the other, and compares status and body. */
export async function compare(exchanges: readonly Exchange[], first: Answering, second: Answering): Promise<Comparison> {
  const excepted = new Map<string, number>();
  const outcomes = new Map<OutcomeKind, number>();
  const differences: Difference[] = [];
  for (const exchange of exchanges) {
    const deviation = deviationOf(exchange);
    if (deviation !== undefined) {
      count(excepted, deviation);
      continue;
    }
    const answers = await Promise.all([first(exchange.request), second(exchange.request)]);
    count(outcomes, outcomeOf(answers[0]));
    if (!isSameAnswer(...answers)) differences.push({ exchange, first: answers[0], second: answers[1] });
  }
  const compared = [...outcomes.values()].reduce((sum, each) => sum + each, 0);
  return { compared, excepted, outcomes, differences };
}

/** A hooks file and requests to its hooks. */
export interface Round {
  readonly file: GeneratedFile;
  readonly exchanges: readonly Exchange[];
}

/** Draws a hooks file and requests to its hooks; the same seed draws the same. */
export function drawRound(folder: string, seed: number, requests: number): Round {
  const [file] = fc.sample(fileOf(folder), { seed, numRuns: 1 });
  if (file === undefined) throw new Error("fast-check drew no hooks file");
  const now = new Date();
  const drawn = fc.constantFrom(...file.hooks).chain((hook) => requestOf(hook, now).map((request) => ({ hook: hook.spec, request })));
  return { file, exchanges: fc.sample(drawn, { seed, numRuns: requests }) };
}

/** Starts a server on a round's hooks; the hooks may be changed before, to plant a bug. */
export async function startOn(
  start: StartServer,
  { hooks, form, options }: GeneratedFile,
  folder: string,
  change: (hook: HookSpec) => HookSpec = (hook) => hook,
): Promise<HookServer> {
  const hooksFile = join(folder, change.name === "change" ? "hooks.txt" : `hooks-${change.name}.txt`);
  await copyFile(fileURLToPath(new URL("echo-all.sh", import.meta.url)), join(folder, "echo-all.sh"));
  await writeFile(hooksFile, renderHooks(hooks.map(({ spec }) => change(spec)), form));
  return start(hooksFile, options);
}
