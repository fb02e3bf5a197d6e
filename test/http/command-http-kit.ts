import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { readHooks } from "../../src/core/hook/read-hooks.ts";
import { createCommandRunner } from "../../src/command/runner.ts";
import { createBackground, type Background } from "../../src/flow/background.ts";
import { createDeliver } from "../../src/flow/deliver.ts";
import { createHookStore } from "../../src/flow/hook-store.ts";
import { createRunCommand } from "../../src/flow/run-command.ts";
import { imageHookRoutes } from "../../src/http/image-hooks.ts";
import { createApplication, listen, type HttpServer } from "../../src/http/server.ts";
import { createLogger } from "../../src/telemetry/logger.ts";
import { createFakeLog } from "../support/fake-log.ts";

/** A server whose hooks run real commands. */
export interface CommandHttpKit {
  readonly server: HttpServer;
  readonly background: Background;
  /** A folder that commands may write to. */
  readonly folder: string;
  /** The lines of a file there; none when it is not there. */
  readonly linesOf: (file: string) => Promise<readonly string[]>;
  readonly log: () => readonly Record<string, unknown>[];
  readonly logText: () => string;
  readonly close: () => Promise<void>;
}

/** Serves the hooks of a text, in which @FOLDER@ stands for the kit's folder. */
export async function serveCommands(hooks: string): Promise<CommandHttpKit> {
  const folder = await mkdtemp(join(tmpdir(), "imagehook-commands-test-"));
  const written: string[] = [];
  const log = createLogger({ level: "debug", format: "json" }, { write: (line) => written.push(line) });
  const store = createHookStore(createFakeLog(), { allowsCommands: true });
  store.adopt([
    { file: "hooks.yaml", reading: readHooks(hooks.replaceAll("@FOLDER@", folder), "hooks.yaml"), warnings: [] },
  ]);
  const background = createBackground(log);
  const runner = createCommandRunner({
    inherited: [["PATH", process.env["PATH"] ?? "/usr/bin:/bin"]],
    kill: (pid, signal) => process.kill(pid, signal),
    log,
  });
  const runCommand = createRunCommand({
    run: runner.run,
    proofs: { tokensOf: () => [], clock: { now: () => new Date() } },
    background,
    log,
    limits: { timeoutMs: 5_000, concurrency: 10, queue: 50 },
    maxBodyBytes: 1024 * 1024,
  });
  const push = () => assert.fail("no hook here is an upgrade");
  const routes = imageHookRoutes(createDeliver(store, { methods: [], push, runCommand }), log);
  const server = await listen(createApplication([routes], log), "127.0.0.1", 0);
  return {
    server,
    background,
    folder,
    linesOf: async (file) =>
      (await readFile(join(folder, file), "utf8").catch(() => "")).split("\n").filter((line) => line !== ""),
    log: () => written.map((line) => JSON.parse(line) as Record<string, unknown>),
    logText: () => written.join(""),
    close: async () => {
      await server.drain();
      await background.stop();
      await runner.close();
      await rm(folder, { recursive: true });
    },
  };
}
