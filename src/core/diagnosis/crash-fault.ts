import type { ContainerFacts, EventFacts, Exit, Fault } from "./facts.ts";
import { quote, withQuote } from "./quote.ts";

// Those that a container is ended by in practice.
const SIGNALS: Readonly<Record<number, string>> = { 6: "SIGABRT", 9: "SIGKILL", 11: "SIGSEGV", 15: "SIGTERM" };
const NOT_STARTED: readonly string[] = ["StartError", "ContainerCannotRun"];
const PLAIN_REASONS: readonly string[] = ["", "Error", "Completed"];

/**
 * Says that a container's process ends when it should run: how it ended, how often. What the process itself left as its
 * last message is not said: it may be the end of its log.
 */
export function crashFault(container: ContainerFacts, called: string, events: readonly EventFacts[]): Fault | null {
  const { name, state, role, lastExit } = container;
  if (state.kind === "terminated") {
    return role === "init" && state.exitCode === 0 ? null : exitFault(container, state, called, events);
  }
  if (state.kind !== "waiting" || state.reason !== "CrashLoopBackOff") return null;
  if (lastExit === null) return faultOf(name, withQuote(`${called} keeps crashing`, state.message));
  return exitFault(container, lastExit, called, events);
}

function exitFault(
  { name, state, restarts }: ContainerFacts,
  exit: Exit,
  called: string,
  events: readonly EventFacts[],
): Fault {
  if (NOT_STARTED.includes(exit.reason)) return faultOf(name, withQuote(`${called} cannot be started`, exit.message));
  const verb = state.kind === "waiting" || restarts > 0 ? "keeps crashing" : "ended";
  return faultOf(name, `${called} ${verb}: ${describeExit(exit)}${oftenOf(restarts)}${killedBy(name, events)}`);
}

const faultOf = (name: string, text: string): Fault => ({ rank: 0, key: `crash ${name}`, text, crashed: name });

function oftenOf(restarts: number): string {
  if (restarts === 0) return "";
  return `, ${String(restarts)} ${restarts === 1 ? "restart" : "restarts"}`;
}

function describeExit({ exitCode, signal, reason }: Exit): string {
  const code = `exit code ${String(exitCode)}`;
  if (reason === "OOMKilled") return `out of memory, killed at its memory limit (OOMKilled, ${code})`;
  const number = signal > 0 ? signal : signalOf(exitCode);
  const named = PLAIN_REASONS.includes(reason) ? "" : `${quote(reason)}, `;
  return number === 0
    ? `${named}${code}`
    : `${named}ended by ${SIGNALS[number] ?? `signal ${String(number)}`} (${code})`;
}

// As shells and container runtimes count: 128 and the number of the signal.
const signalOf = (exitCode: number): number => (exitCode > 128 && exitCode <= 128 + 64 ? exitCode - 128 : 0);

// The kubelet ends a container whose liveness or startup probe fails.
function killedBy(name: string, events: readonly EventFacts[]): string {
  const probe = events.find(
    ({ container, reason, message }) =>
      container === name && reason === "Unhealthy" && !message.startsWith("Readiness probe"),
  );
  return probe === undefined ? "" : `; ${quote(probe.message)}`;
}
