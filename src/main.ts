#!/usr/bin/env node
import { hostname } from "node:os";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { runCheck, type CheckCommand } from "./cli/check.ts";
import { readCommand, type Command } from "./cli/command.ts";
import { runConvert } from "./cli/convert.ts";
import { runMailTest } from "./cli/mail-test.ts";
import { runParse } from "./cli/parse-body.ts";
import { runTest } from "./cli/test.ts";
import { runUrl } from "./cli/url.ts";
import { readVersion } from "./cli/version.ts";
import { readConfig, type Config } from "./config.ts";
import { tokenFilesOf } from "./core/hook/caller.ts";
import { createCommandRunner } from "./command/runner.ts";
import type { Hook } from "./core/hook/hook.ts";
import { fail, ok, type Result } from "./core/result.ts";
import { openCertificate } from "./files/certificate.ts";
import { defaultHooksPaths } from "./files/default-hooks.ts";
import { watchHooksPaths } from "./files/hooks-paths.ts";
import { keyFiles } from "./files/key-files.ts";
import { createTokenFiles } from "./files/tokens.ts";
import { createBackground } from "./flow/background.ts";
import { createFailures } from "./flow/failures.ts";
import { findObstacles, type Obstacle } from "./flow/find-obstacles.ts";
import { createHookStore } from "./flow/hook-store.ts";
import { createOutsideCallers } from "./flow/outside-callers.ts";
import type { Clock, HooksFile, Log } from "./flow/ports.ts";
import { createDeliver } from "./flow/deliver.ts";
import { createPush } from "./flow/push.ts";
import { NO_LOG } from "./flow/rehearse.ts";
import { createRunCommand } from "./flow/run-command.ts";
import { createTellRefused } from "./flow/tell-refused.ts";
import { createRollouts } from "./flow/rollouts.ts";
import { createChannelsOf, createTell } from "./flow/tell.ts";
import { createVet } from "./flow/vet.ts";
import { imageHookRoutes } from "./http/image-hooks.ts";
import { readForm } from "./http/multipart.ts";
import { probeRoutes } from "./http/probes.ts";
import { createApplication, listen, type HttpServer } from "./http/server.ts";
import { openCluster } from "./kube/cluster.ts";
import { verifyToken } from "./remote/token-signature.ts";
import { createMailer } from "./mail/mailer.ts";
import { openFetcher } from "./remote/fetcher.ts";
import { createRegistries } from "./remote/registry.ts";
import { signatures } from "./remote/signature.ts";
import { createLogger, openLogFile, openStandardOutput } from "./telemetry/logger.ts";

const clock: Clock = { now: () => new Date() };

const NO_MAIL = { from: "", to: [], language: "en" } as const;

// Reading so many leaves garbage that would stay for hours, and each command's fork would copy its pages' table.
const MANY_HOOKS = 1_000;

async function serve(config: Config, log: Log): Promise<void> {
  for (const warning of config.warnings) log.warn({}, warning);
  const cluster = await openCluster(config.cluster, config.stateNamespace, {
    clock,
    log,
    candidacy: { identity: `${hostname()}_${String(process.pid)}`, ...config.leadership },
  });
  const { workloads, states, events } = cluster;

  const mailer = config.mail.kind === "on" ? createMailer(config.mail) : null;
  if (config.mail.kind === "off") log.info({ reason: config.mail.reason }, "no mail will be sent");
  const { from: sender, to, language } = config.mail.kind === "on" ? config.mail : NO_MAIL;
  const store = createHookStore(log, { allowsCommands: config.commands.isEnabled });
  const tellParts = { mailer, sender, defaultTo: to, language, workloads, log, channel: () => null };

  const fetcher = await openFetcher(config.outgoing);
  const registries = createRegistries({ remote: fetcher, clock, otherHosts: config.outgoing.hosts });
  const { nodes, pullSecrets } = cluster;

  const background = createBackground(log);
  const [draining, stopping] = [new AbortController(), new AbortController()];
  const rollouts = createRollouts({
    store,
    workloads,
    states,
    events,
    election: cluster.election,
    diagnosis: { explain: () => Promise.resolve("") },
    vet: createVet({ registries, nodes, pullSecrets, signatures, keyFiles, log }),
    channelsOf: createChannelsOf(tellParts),
    tell: createTell(tellParts),
    nextTry: (_notice, _about, now) => new Date(now.getTime() + 30_000),
    clock,
    log,
    deadlineMs: config.rolloutDeadlineMs,
    drain: draining.signal,
    onChanged: () => undefined,
    onEnded: () => undefined,
    onTold: () => undefined,
  });

  const tokens = createTokenFiles(log);
  const proofs = { tokensOf: tokens.tokensOf, clock };
  const runner = createCommandRunner({
    inherited: config.commands.environment.flatMap((name) => {
      const value = config.getenv(name);
      return value === undefined ? [] : [[name, value] as const];
    }),
    kill: (pid, signal) => process.kill(pid, signal),
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
    if (store.hooks().length >= MANY_HOOKS)
      globalThis.gc?.({ type: "major", execution: "sync", flavor: "last-resort" });
    await tokens.track(store.hooks().flatMap(tokenFilesOf));
  };
  const getenv = config.template ? config.getenv : null;
  const paths = config.hooks.length === 0 ? await defaultHooksPaths() : config.hooks;
  const hooks = watchHooksPaths({ paths, getenv }, adopt, log);

  let isDraining = false;
  const whyNotReady = (): string => (isDraining ? "shutting down" : store.isLoaded() ? "" : "hooks are not loaded yet");
  const probes = probeRoutes({ whyNotReady, cluster: cluster.reachability }, config.http.headers);
  const imageHooks = imageHookRoutes(deliver, log, config.http);
  // Without a prefix an id could be a probe's path, and the probe wins; else what comes most often is looked at first.
  const routes = config.http.prefix === "" ? [probes, imageHooks] : [imageHooks, probes];
  await hooks.look();
  hooks.start();
  tokens.start();
  const running = rollouts.run(stopping.signal);
  const { server, stopRenewal } = await open(createApplication(routes, log, config.http.requestIds), config, log);
  log.info({ port: server.port, hooks: store.hooks().length }, "listening");

  await signalled();
  isDraining = true;
  log.info({ delayMs: config.shutdownDelayMs, tasks: background.count() }, "shutting down");
  await sleep(config.shutdownDelayMs);
  draining.abort();
  await server.drain();
  stopping.abort();
  await Promise.all([running, hooks.stop(), tokens.stop(), stopRenewal(), background.stop()]);
  await runner.close();
  mailer?.close();
  await fetcher.close();
  await cluster.close();
  log.info({}, "stopped");
}

type Application = ReturnType<typeof createApplication>;

async function open(
  application: Application,
  { host, port, tls }: Config,
  log: Log,
): Promise<{ server: HttpServer; stopRenewal: () => Promise<void> }> {
  if (tls === null) return { server: await listen(application, host, port), stopRenewal: () => Promise.resolve() };
  const certificate = await openCertificate(tls);
  if (certificate.kind === "error") throw new Error(certificate.error);
  const { pair, watch } = certificate.value;
  const server = await listen(application, host, port, { ...pair, minVersion: tls.minVersion });
  const renewal = watch(server.renew, log);
  renewal.start();
  return { server, stopRenewal: renewal.stop };
}

// A second signal does not wait.
async function signalled(): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const name of ["SIGTERM", "SIGINT"] as const) {
      process.once(name, () => {
        process.on(name, () => process.exit(1));
        resolve();
      });
    }
  });
}

async function start(command: Command & { kind: "serve" }): Promise<void> {
  const config = readConfig(process.env, command.flags);
  if (config.kind === "error") {
    refuse(config.error, 2);
    return;
  }
  const { file } = config.value.log;
  const out = file === null ? ok(openStandardOutput()) : openLogFile(file);
  if (out.kind === "error") {
    refuse(out.error, 1);
    return;
  }
  const log = createLogger(config.value.log, out.value);
  process.on("unhandledRejection", (error) => {
    log.error({ err: error }, "unhandled rejection");
    process.exit(1);
  });
  try {
    await serve({ ...config.value, warnings: [...command.warnings, ...config.value.warnings] }, log);
    process.exitCode = 0;
  } catch (error) {
    log.error({ err: error }, "cannot go on");
    process.exitCode = 1;
  }
}

function refuse(why: string, exitCode: number): void {
  process.stderr.write(`imagehook cannot start:\n${why}\n`);
  process.exitCode = exitCode;
}

function say({ text, exitCode }: Command & { kind: "said" }): void {
  (exitCode === 2 ? process.stderr : process.stdout).write(text);
  process.exitCode = exitCode;
}

const CLUSTER_ANSWERS_WITHIN_MS = 60_000;

async function askCluster(
  hooks: readonly Hook[],
  { kubeconfig, context }: CheckCommand,
): Promise<Result<readonly Obstacle[], string>> {
  const given = { kubeconfig, context };
  const flags = Object.entries(given).flatMap(([name, value]) =>
    value === "" ? [] : [{ name, value, source: `--${name}` }],
  );
  const config = readConfig(process.env, flags);
  if (config.kind === "error") return config;
  if (config.value.cluster.kind === "none")
    return fail("none is configured: in a pod it is its own, elsewhere use --kubeconfig or KUBECONFIG");
  try {
    const cluster = await openCluster(config.value.cluster, config.value.stateNamespace, { clock, log: NO_LOG });
    const obstacles = await findObstacles(hooks, cluster, AbortSignal.timeout(CLUSTER_ANSWERS_WITHIN_MS));
    await cluster.close();
    return ok(obstacles);
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

const getenv = (name: string): string | undefined => process.env[name];
const surroundings = { webhookCmd: process.env["WEBHOOK_CMD"] ?? "", version: readVersion() };
const command = readCommand(process.argv.slice(2), surroundings);
switch (command.kind) {
  case "serve":
    await start(command);
    break;
  case "check":
    say(await runCheck(command, { getenv, askCluster: (hooks) => askCluster(hooks, command) }));
    break;
  case "test":
    say(await runTest(command, { getenv, readForm, clock }));
    break;
  case "parse":
    say(await runParse(command, process.stdin));
    break;
  case "convert":
    say(await runConvert(command, getenv));
    break;
  case "url":
    say(await runUrl(command, getenv));
    break;
  case "mail-test":
    say(await runMailTest(command, { env: process.env, createMailer, clock }));
    break;
  case "said":
    say(command);
}
