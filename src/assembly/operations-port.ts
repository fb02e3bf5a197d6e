import type { Outcome } from "../core/delivery/outcome.ts";
import { outcomeWord } from "../core/delivery/outcome-word.ts";
import type { TokenFiles } from "../files/tokens.ts";
import type { HookStore } from "../flow/hook-store.ts";
import type { Log, StateArchive } from "../flow/ports.ts";
import { createRolloutReports } from "../flow/report-rollouts.ts";
import { operationRoutes } from "../http/operations.ts";
import { createApplication, listen } from "../http/server.ts";
import { createMetrics, type ShownMetrics } from "../telemetry/metrics.ts";

/** What the operations port is built of. */
export interface OperationsParts {
  readonly version: string;
  readonly host: string;
  /** Null: there is no such port, and nothing can be shown. */
  readonly port: number | null;
  /** The file of the API's tokens, which the token files track; empty: there is no API. */
  readonly apiTokenFile: string;
  readonly store: HookStore;
  readonly tokens: Pick<TokenFiles, "tokensOf">;
  readonly archive: StateArchive;
  readonly log: Log;
}

/** The operations port, not yet open, and the metrics that it shows. */
export interface OperationsPort {
  readonly metrics: ShownMetrics;
  readonly onOutcome: (outcome: Outcome) => void;
  /** Opens the port; what comes back closes it. */
  readonly open: () => Promise<() => Promise<void>>;
}

/** Builds the operations port. */
export function createOperationsPort(parts: OperationsParts): OperationsPort {
  const { version, host, port, apiTokenFile, store, tokens, archive, log } = parts;
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
  return { metrics, onOutcome, open };
}
