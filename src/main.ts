#!/usr/bin/env node
import { hostname } from "node:os";
import process from "node:process";
import { serve } from "./assembly/serve.ts";
import { signalled } from "./assembly/signals.ts";
import { runAdmission } from "./cli/admission.ts";
import { runCheck } from "./cli/check.ts";
import { readCommand, type Command } from "./cli/command.ts";
import { runConvert } from "./cli/convert.ts";
import { runMailTest } from "./cli/mail-test.ts";
import { runParse } from "./cli/parse-body.ts";
import { runRelease } from "./cli/release.ts";
import { runStatus } from "./cli/status.ts";
import { runTest } from "./cli/test.ts";
import { runUrl } from "./cli/url.ts";
import { readVersion } from "./cli/version.ts";
import { readConfig } from "./config.ts";
import { ok, type Result } from "./core/result.ts";
import type { Clock } from "./flow/ports.ts";
import { readForm } from "./http/multipart.ts";
import { createMailer } from "./mail/mailer.ts";
import { createLogger, openLogFile, openStandardOutput } from "./telemetry/logger.ts";
import { obstaclesOf, releasing, reporting, withCluster, type ClusterWork } from "./assembly/with-cluster.ts";

const clock: Clock = { now: () => new Date() };

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
    await serve({ ...config.value, warnings: [...command.warnings, ...config.value.warnings] }, log, {
      identity: `${hostname()}_${String(process.pid)}`,
      kill: (pid, signal) => process.kill(pid, signal),
      signalled,
    });
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

async function askCluster<T>(
  { stateNamespace = "", ...given }: { kubeconfig: string; context: string; stateNamespace?: string },
  work: ClusterWork<T>,
): Promise<Result<T, string>> {
  const flags = ["kubeconfig" as const, "context" as const].flatMap((name) =>
    given[name] === "" ? [] : [{ name, value: given[name], source: `--${name}` }],
  );
  const config = readConfig({ ...process.env, ...(stateNamespace && { STATE_NAMESPACE: stateNamespace }) }, flags);
  return config.kind === "error" ? config : withCluster(config.value, clock, work);
}

const getenv = (name: string): string | undefined => process.env[name];
const surroundings = { webhookCmd: process.env["WEBHOOK_CMD"] ?? "", version: readVersion() };
const command = readCommand(process.argv.slice(2), surroundings);
switch (command.kind) {
  case "serve":
    await start(command);
    break;
  case "admission":
    say(await runAdmission(command, getenv));
    break;
  case "check":
    say(await runCheck(command, { getenv, askCluster: (hooks) => askCluster(command, obstaclesOf(hooks)) }));
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
  case "status":
    say(await runStatus(command, { clock, ask: (query) => askCluster(command, reporting(query)) }));
    break;
  case "release":
    say(await runRelease(command, { release: (order) => askCluster(command, releasing(order)) }));
    break;
  case "said":
    say(command);
}
