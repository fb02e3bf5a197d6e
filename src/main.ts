#!/usr/bin/env node
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { readCommand, type Command } from "./cli.ts";
import { readConfig, type Config } from "./config.ts";
import { tokenFilesOf } from "./core/hook/caller.ts";
import { checkHooks, printFinding } from "./core/hook/check.ts";
import { createCommandRunner } from "./command/runner.ts";
import { watchHooksDirectory } from "./files/hooks-dir.ts";
import { readHooksPaths } from "./files/hooks-file.ts";
import { createTokenFiles } from "./files/tokens.ts";
import { createBackground } from "./flow/background.ts";
import { followChange } from "./flow/follow.ts";
import { createHookStore } from "./flow/hook-store.ts";
import { createNotifier } from "./flow/notify.ts";
import type { Clock, HooksFile, Log } from "./flow/ports.ts";
import { createDeliver } from "./flow/deliver.ts";
import { createPush } from "./flow/push.ts";
import { createRunCommand } from "./flow/run-command.ts";
import { createUpgrade } from "./flow/upgrade.ts";
import { imageHookRoutes } from "./http/image-hooks.ts";
import { probeRoutes } from "./http/probes.ts";
import { createApplication, listen } from "./http/server.ts";
import { openCluster } from "./kube/cluster.ts";
import { createMailer } from "./mail/mailer.ts";
import { createLogger, openStandardOutput } from "./telemetry/logger.ts";

const clock: Clock = { now: () => new Date() };

async function serve(config: Config, log: Log): Promise<void> {
  for (const warning of config.warnings) log.warn({}, warning);
  const cluster = await openCluster(config.cluster, config.stateNamespace, { clock, log });
  const { workloads, states, events } = cluster;

  const mailer = config.mail.kind === "on" ? createMailer(config.mail) : null;
  if (config.mail.kind === "off") log.info({ reason: config.mail.reason }, "no mail will be sent");
  const mail = config.mail.kind === "on" ? config.mail : { from: "", to: [], language: "en" as const };
  const notifier = createNotifier({
    mailer,
    sender: mail.from,
    defaultTo: mail.to,
    language: mail.language,
    workloads,
    clock,
    log,
  });

  const background = createBackground(log);
  const followParts = { workloads, states, events, clock, log, deadlineMs: config.rolloutDeadlineMs };
  const upgrade = createUpgrade({
    workloads,
    states,
    events,
    clock,
    onApplied: (change) => {
      background.run("follow", async (signal) => {
        const ended = await followChange(change, followParts, signal);
        if (ended !== null) await notifier.ended(ended);
      });
    },
    onRefused: (accepted, push, failure) => {
      background.run("notify", () => notifier.refused(accepted, push, failure));
    },
  });

  const store = createHookStore(log, { allowsCommands: config.commands.isEnabled });
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
    methods: [],
    push: createPush(proofs, upgrade),
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
    await tokens.track(store.hooks().flatMap(({ rule }) => (rule === null ? [] : tokenFilesOf(rule))));
  };
  const getenv = config.template ? config.getenv : null;
  const hooks = watchHooksDirectory({ directory: config.hooks, getenv }, adopt, log);

  let isDraining = false;
  const whyNotReady = (): string => (isDraining ? "shutting down" : store.isLoaded() ? "" : "hooks are not loaded yet");
  const routes = [probeRoutes({ whyNotReady, cluster: cluster.reachability }), imageHookRoutes(deliver, log)];
  await hooks.look();
  hooks.start();
  tokens.start();
  const server = await listen(createApplication(routes, log), config.host, config.port);
  log.info({ port: server.port, hooks: store.hooks().length }, "listening");

  await signalled();
  isDraining = true;
  log.info({ delayMs: config.shutdownDelayMs, tasks: background.count() }, "shutting down");
  await sleep(config.shutdownDelayMs);
  await server.drain();
  await Promise.all([hooks.stop(), tokens.stop(), background.stop()]);
  await runner.close();
  mailer?.close();
  await cluster.close();
  log.info({}, "stopped");
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

async function check({ paths, template, json }: Command & { kind: "check" }): Promise<void> {
  const files = await readHooksPaths(paths, template ? (name) => process.env[name] : null);
  const { findings, served } = checkHooks(files, { allowsCommands: process.env["COMMANDS_ENABLED"] === "true" });
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const summary = `${String(served)} hooks would be served; ${String(errors)} errors, ${String(findings.length - errors)} warnings`;
  const text = json ? JSON.stringify(findings, null, 2) : [...findings.map(printFinding), summary].join("\n");
  process.stdout.write(`${text}\n`);
  process.exitCode = errors === 0 ? 0 : 1;
}

async function start(command: Command & { kind: "serve" }): Promise<void> {
  const config = readConfig(process.env, command);
  if (config.kind === "error") {
    process.stderr.write(`imagehook cannot start:\n${config.error}\n`);
    process.exitCode = 2;
    return;
  }
  const log = createLogger(config.value.log, openStandardOutput());
  process.on("unhandledRejection", (error) => {
    log.error({ err: error }, "unhandled rejection");
    process.exit(1);
  });
  try {
    await serve(config.value, log);
    process.exitCode = 0;
  } catch (error) {
    log.error({ err: error }, "cannot go on");
    process.exitCode = 1;
  }
}

const command = readCommand(process.argv.slice(2));
switch (command.kind) {
  case "serve":
    await start(command);
    break;
  case "check":
    await check(command);
    break;
  case "said":
    (command.exitCode === 0 ? process.stdout : process.stderr).write(command.text);
    process.exitCode = command.exitCode;
}
