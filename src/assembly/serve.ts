import { setTimeout as sleep } from "node:timers/promises";
import { readVersion } from "../cli/version.ts";
import type { Config } from "../config.ts";
import { tokenFilesOf } from "../core/hook/caller.ts";
import { createCommandRunner } from "../command/runner.ts";
import { unknownChannels } from "../core/notice/unknown-channels.ts";
import { defaultHooksPaths } from "../files/default-hooks.ts";
import { watchHooksPaths } from "../files/hooks-paths.ts";
import { keyFiles } from "../files/key-files.ts";
import { createTokenFiles } from "../files/tokens.ts";
import { withDuty } from "../flow/with-duty.ts";
import { createBackground } from "../flow/background.ts";
import { createFailures } from "../flow/failures.ts";
import { createHookStore } from "../flow/hook-store.ts";
import { createOutsideCallers } from "../flow/outside-callers.ts";
import type { Clock, HooksFile, Log } from "../flow/ports.ts";
import { createDeliver } from "../flow/deliver.ts";
import { createPush } from "../flow/push.ts";
import { createRunCommand } from "../flow/run-command.ts";
import { createTellRefused } from "../flow/tell-refused.ts";
import { createRollouts } from "../flow/rollouts.ts";
import { createVet } from "../flow/vet.ts";
import { imageHookRoutes } from "../http/image-hooks.ts";
import { probeRoutes } from "../http/probes.ts";
import { createApplication } from "../http/server.ts";
import { openCluster } from "../kube/cluster.ts";
import { verifyToken } from "../remote/token-signature.ts";
import { openFetcher } from "../remote/fetcher.ts";
import { createRegistries } from "../remote/registry.ts";
import { signatures } from "../remote/signature.ts";
import { createAdmissionPort } from "./admission-port.ts";
import { openServer } from "./open-server.ts";
import { createOperationsPort } from "./operations-port.ts";
import { openTelling } from "./telling.ts";

/** What the process lends to the service. */
export interface Host {
  /** Which process this is, among all that may run at one time. */
  readonly identity: string;
  readonly kill: (pid: number, signal: NodeJS.Signals) => void;
  /** Resolves when the process is told to end. */
  readonly signalled: () => Promise<void>;
}

const clock: Clock = { now: () => new Date() };

const FINISH_MAILS_WITHIN_MS = 10_000;

// Reading so many leaves garbage that would stay for hours, and each command's fork would copy its pages' table.
const MANY_HOOKS = 1_000;

/** Builds the parts of the service, serves until the process is told to end, and ends them in their order. */
export async function serve(config: Config, log: Log, host: Host): Promise<void> {
  for (const warning of config.warnings) log.warn({}, warning);
  const cluster = await openCluster(config.cluster, config.stateNamespace, {
    clock,
    log,
    diagnose: config.diagnose,
    candidacy: { identity: host.identity, ...config.leadership },
  });
  const { states, events } = cluster;

  const store = createHookStore(log, { allowsCommands: config.commands.isEnabled });

  const fetcher = await openFetcher(config.outgoing);
  const { workloads, diagnosis } = cluster;
  const telling = await openTelling(config, { workloads, diagnosis, receivers: fetcher, clock, log });
  const registries = createRegistries({ remote: fetcher, clock, otherHosts: config.outgoing.hosts });
  const { nodes, pullSecrets } = cluster;

  const background = createBackground(log);
  const tokens = createTokenFiles(log);
  const operations = createOperationsPort({
    version: readVersion(),
    host: config.host,
    ...config.operations,
    store,
    tokens,
    archive: cluster.archive,
    log,
  });
  const admission = createAdmissionPort({
    config: config.admission,
    host: config.host,
    cluster,
    hooks: { allowsCommands: config.commands.isEnabled, expandsTemplates: config.template },
    metrics: operations.metrics,
    clock,
    log,
  });
  const [draining, stopping] = [new AbortController(), new AbortController()];
  const rollouts = createRollouts({
    store,
    workloads,
    states,
    events,
    election: withDuty(cluster.election, admission.duty),
    diagnosis,
    vet: createVet({ registries, nodes, pullSecrets, signatures, keyFiles, log }),
    channelsOf: telling.channelsOf,
    tell: telling.tell,
    nextTry: telling.nextTry,
    clock,
    log,
    deadlineMs: config.rolloutDeadlineMs,
    drain: draining.signal,
    metrics: operations.metrics,
  });

  const proofs = { tokensOf: tokens.tokensOf, clock };
  const runner = createCommandRunner({
    inherited: config.commands.environment.flatMap((name) => {
      const value = config.getenv(name);
      return value === undefined ? [] : [[name, value] as const];
    }),
    kill: host.kill,
    log,
  });
  const deliver = createDeliver(store, {
    methods: config.http.methods,
    push: createPush(proofs, {
      upgrade: rollouts.upgrade,
      awaitEnd: rollouts.awaitEnd,
      onRefused: createTellRefused({ workloads, events, background, clock }),
      failures: config.failureLimit === 0 ? null : createFailures(config.failureLimit, clock),
      outside: createOutsideCallers({ remote: fetcher, verifyToken, clock }),
    }),
    runCommand: createRunCommand({
      run: runner.run,
      proofs,
      background,
      log,
      limits: config.commands,
      maxBodyBytes: config.maxBodyBytes,
    }),
  });
  const adopt = async (files: readonly HooksFile[]): Promise<void> => {
    store.adopt(files);
    for (const unknown of unknownChannels(store.hooks(), telling.channelNames()))
      log.warn({ ...unknown }, "hook names a channel that does not exist; nothing is told to it");
    if (store.hooks().length >= MANY_HOOKS)
      globalThis.gc?.({ type: "major", execution: "sync", flavor: "last-resort" });
    await tokens.track([...store.hooks().flatMap(tokenFilesOf), config.operations.apiTokenFile].filter(Boolean));
  };
  const getenv = config.template ? config.getenv : null;
  const paths = config.hooks.length === 0 ? await defaultHooksPaths() : config.hooks;
  const hooks = watchHooksPaths({ paths, getenv }, adopt, log);

  let isDraining = false;
  const whyNotReady = (): string => {
    if (isDraining) return "shutting down";
    return store.isLoaded() ? admission.whyNotReady() : "hooks are not loaded yet";
  };
  const probes = probeRoutes({ whyNotReady, cluster: cluster.reachability }, config.http.headers);
  const imageHooks = imageHookRoutes(deliver, log, {
    ...config.http,
    publicUrl: config.publicUrl,
    onOutcome: operations.onOutcome,
  });
  // Without a prefix an id could be a probe's path, and the probe wins; else what comes most often is looked at first.
  const routes = config.http.prefix === "" ? [probes, imageHooks] : [imageHooks, probes];
  await hooks.look();
  await admission.start();
  hooks.start();
  tokens.start();
  const running = rollouts.run(stopping.signal);
  const { server, stopRenewal } = await openServer(createApplication(routes, log, config.http.requestIds), config, log);
  const closeOperations = await operations.open();
  log.info({ port: server.port, hooks: store.hooks().length }, "listening");

  await host.signalled();
  isDraining = true;
  log.info({ delayMs: config.shutdownDelayMs, tasks: background.count() }, "shutting down");
  await sleep(config.shutdownDelayMs);
  draining.abort();
  await Promise.all([server.drain(), admission.stop()]);
  stopping.abort();
  // What is being sent is given a moment: the next leader sends it again, but not before its claim has lapsed.
  const impatience = setTimeout(telling.closeMailer, FINISH_MAILS_WITHIN_MS);
  await running;
  clearTimeout(impatience);
  await closeOperations();
  await Promise.all([hooks.stop(), tokens.stop(), telling.stop(), stopRenewal(), background.stop()]);
  await runner.close();
  telling.closeMailer();
  await fetcher.close();
  await cluster.close();
  log.info({}, "stopped");
}
