import { lastLines, MAX_LINES, type CrashLog } from "../core/diagnosis/crash-log.ts";
import { diagnose, eventSubjects, printFinding, type Finding } from "../core/diagnosis/diagnose.ts";
import type { EventFacts, Evidence } from "../core/diagnosis/facts.ts";
import { describeFailure, type ClusterFailure } from "../core/rollout/cluster-failure.ts";
import { targetKey } from "../core/rollout/target.ts";
import type { Diagnosis, Log, Observation } from "../flow/ports.ts";
import { createRecent } from "../flow/recent.ts";
import type { KubeClient } from "./client.ts";
import { readLog, readPods, readWarnings } from "./evidence.ts";

/** What may be read besides pods. */
export interface DiagnosisOptions {
  readonly events: boolean;
  readonly logs: boolean;
}

const TIMEOUT_MS = 5_000;
const REMEMBERED_LOGS = 100;
// The limit counts from the first of the last lines, and the last line is the one that matters: there is room for
// lines that are far longer than those that are kept.
const MAX_LOG_BYTES = 64 * 1024;

/**
 * Explains rollouts from their pods and, where that is switched on, from Events and logs. What cannot be read is left
 * out, and a right that is missing is said once in the log.
 */
export function createDiagnosis(client: KubeClient, { events, logs }: DiagnosisOptions, log: Log): Diagnosis {
  const complained = new Set<string>();
  const crashLogs = createRecent<CrashLog>(REMEMBERED_LOGS);
  const report = (what: string, namespace: string, failure: ClusterFailure): void => {
    const isRight = failure.kind === "forbidden";
    if (isRight && complained.has(`${what} ${namespace}`)) return;
    if (isRight) complained.add(`${what} ${namespace}`);
    const message = `${what} could not be read to explain a rollout${isRight ? "; said once" : ""}`;
    log.warn({ namespace, reason: describeFailure(failure) }, message);
  };
  const warningsOf = async (evidence: Evidence, signal: AbortSignal): Promise<readonly EventFacts[]> => {
    const { namespace } = evidence.workload.target;
    const found: EventFacts[] = [];
    for (const uid of eventSubjects(evidence)) {
      const warnings = await readWarnings(client, namespace, uid, signal);
      if (warnings.kind === "ok") found.push(...warnings.value);
      else report("Events", namespace, warnings.error);
      if (warnings.kind === "error") break;
    }
    return found;
  };
  const gather = async ({ workload, rollout, podSelector }: Observation, signal: AbortSignal): Promise<Evidence> => {
    const { namespace } = workload.target;
    const pods = await readPods(client, namespace, podSelector, signal);
    if (pods.kind === "error") report("pods", namespace, pods.error);
    const evidence = { workload, rollout, pods: pods.kind === "ok" ? pods.value : [], events: [] };
    return events ? { ...evidence, events: await warningsOf(evidence, signal) } : evidence;
  };
  const crashLogOf = async (
    namespace: string,
    [finding]: readonly Finding[],
    signal: AbortSignal,
  ): Promise<CrashLog | null> => {
    const pod = finding?.pods[0];
    const container = pod?.containers.find(({ name }) => name === finding?.fault.crashed);
    if (pod === undefined || container === undefined) return null;
    const query = { namespace, pod: pod.name, container: container.name, lines: MAX_LINES, maxBytes: MAX_LOG_BYTES };
    const read = await readLog(client, { ...query, previous: container.state.kind !== "terminated" }, signal);
    if (read.kind === "error") {
      report("logs", namespace, read.error);
      return null;
    }
    const lines = lastLines(read.value);
    return lines.length === 0 ? null : { pod: pod.name, container: container.name, image: container.image, lines };
  };
  return {
    explain: async (observation, outer) => {
      const { target } = observation.workload;
      crashLogs.forget(targetKey(target));
      if (observation.podSelector === "") return "";
      const signal = AbortSignal.any([outer, AbortSignal.timeout(TIMEOUT_MS)]);
      const findings = diagnose(await gather(observation, signal));
      const crashLog = logs ? await crashLogOf(target.namespace, findings, signal) : null;
      if (crashLog !== null) crashLogs.set(targetKey(target), crashLog);
      return printFinding(findings);
    },
    crashLog: (target) => crashLogs.get(targetKey(target)) ?? null,
  };
}
