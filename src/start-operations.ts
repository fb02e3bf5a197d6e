import type { Outcome } from "./core/delivery/outcome.ts";
import { outcomeWord } from "./core/delivery/outcome-word.ts";
import type { TokenFiles } from "./files/tokens.ts";
import type { HookStore } from "./flow/hook-store.ts";
import type { Clock, Election, Log, StateArchive } from "./flow/ports.ts";
import { createRolloutReports } from "./flow/report-rollouts.ts";
import type { RolloutParts } from "./flow/rollouts.ts";
import { operationRoutes } from "./http/operations.ts";
import { createApplication, listen } from "./http/server.ts";
import { createMetrics } from "./telemetry/metrics.ts";

/** Where the operations port is, and what it serves. */
export interface OperationsSettings {
  readonly host: string;
  readonly operations: {
    /** Null: there is no such port, and nothing can be shown. */
    readonly port: number | null;
    /** The file of the API's tokens, which the token files track; empty: there is no API. */
    readonly apiTokenFile: string;
  };
}

/** What the operations port is built of. */
export interface OperationsParts {
  readonly version: string;
  readonly store: HookStore;
  readonly tokens: Pick<TokenFiles, "tokensOf">;
  readonly archive: StateArchive;
  readonly clock: Clock;
  readonly log: Log;
}

/** The operations port, not yet open, and the metrics that it shows. */
export interface OperationsPort {
  readonly onOutcome: (outcome: Outcome) => void;
  /** Count what becomes of rollouts. */
  readonly observers: Pick<RolloutParts, "onChanged" | "onEnded" | "onTold">;
  /** The election, with metrics that say who leads. */
  readonly watched: (election: Election) => Election;
  /** Opens the port; what comes back closes it. */
  readonly open: () => Promise<() => Promise<void>>;
}

/** Builds the operations port. */
export function createOperationsPort(
  { host, operations: { port, apiTokenFile } }: OperationsSettings,
  { version, store, tokens, archive, clock, log }: OperationsParts,
): OperationsPort {
  const metrics = createMetrics({ version, find: store.find, hooks: store.hooks, isSound: store.isSound });
  const open = async (): Promise<() => Promise<void>> => {
    if (port === null) return () => Promise.resolve();
    const reports = createRolloutReports(archive);
    const api = apiTokenFile === "" ? null : { tokens: () => tokens.tokensOf(apiTokenFile), reports };
    const routes = operationRoutes({ version, metrics: metrics.show, api });
    const server = await listen(createApplication(routes, log), host, port);
    log.info({ port: server.port, api: api !== null }, "operations port is open");
    return server.drain;
  };
  const onOutcome = (outcome: Outcome): void => {
    metrics.delivery(outcome.kind === "unknown-hook" ? "" : outcome.hook.id, outcomeWord(outcome));
  };
  const observers: OperationsPort["observers"] = {
    onChanged: ({ hook, arrivedAt }) => {
      metrics.patched(hook.id, (clock.now().getTime() - arrivedAt.getTime()) / 1_000);
    },
    onEnded: ({ hook }, { result }, tookMs) => {
      metrics.ended(hook, result?.kind ?? "closed", tookMs / 1_000);
    },
    onTold: metrics.notice,
  };
  const watched = (election: Election): Election => ({
    ...election,
    lead: (work, signal) =>
      election.lead(async (lead) => {
        metrics.leads(true);
        try {
          await work(lead);
        } finally {
          metrics.leads(false);
        }
      }, signal),
  });
  return { onOutcome, observers, watched, open };
}
