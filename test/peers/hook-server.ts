import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort } from "../../scripts/control-plane/network.ts";
import { ensureWebhook } from "../../scripts/peer/webhook.ts";
import { exchange, type Answering } from "./raw-client.ts";

/** A server of hooks that runs as a process of its own. */
export interface HookServer {
  readonly answer: Answering;
  readonly stop: () => Promise<void>;
}

/** The flags that both servers understand. */
export interface ServerOptions {
  /** The methods of hooks that name none, as `-http-methods` takes them. */
  readonly methods?: string;
}

/** Starts a server on a hooks file. */
export type StartServer = (hooksFile: string, options?: ServerOptions) => Promise<HookServer>;

interface Launch {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly port: number;
}

const READY_WITHIN_MS = 20_000;
const STOP_WITHIN_MS = 5_000;
const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

const flagsOf = (hooksFile: string, { methods }: ServerOptions): string[] => [
  "-hooks",
  hooksFile,
  ...(methods === undefined ? [] : ["-http-methods", methods]),
];

/** Starts a binary of adnanh/webhook. */
export async function peer(program: string, hooksFile: string, options: ServerOptions = {}): Promise<HookServer> {
  const port = await freePort();
  // Without -verbose it stops where no hook loads: a broken file is found at once.
  const args = ["-ip", "127.0.0.1", "-port", String(port), ...flagsOf(hooksFile, options)];
  return launch({ program, args, env: { PATH: process.env["PATH"] }, cwd: dirname(hooksFile), port });
}

/** Starts Debian's adnanh/webhook 2.8.0, fetched by the first call where this machine lacks it. */
export const debian: StartServer = async (hooksFile, options) =>
  peer(await ensureWebhook((line) => process.stdout.write(`${line}\n`)), hooksFile, options);

/** Starts imagehook with commands allowed, as its command line starts it. */
export const ours: StartServer = async (hooksFile, options = {}) => {
  const port = await freePort();
  const env = {
    PATH: process.env["PATH"],
    NODE_V8_COVERAGE: process.env["NODE_V8_COVERAGE"],
    COMMANDS_ENABLED: "true",
    HOST: "127.0.0.1",
    PORT: String(port),
    SHUTDOWN_DELAY: "0s",
    LOG_LEVEL: "error",
  };
  const args = [MAIN, ...flagsOf(hooksFile, options)];
  return launch({ program: process.execPath, args, env, cwd: dirname(hooksFile), port });
};

async function launch({ program, args, env, cwd, port }: Launch): Promise<HookServer> {
  const child = spawn(program, args, { env, cwd, stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      printed = (printed + text).slice(-4_000);
    });
  }
  const end = once(child, "close");
  // Whatever ends this process must not leave the server behind.
  const kill = (): boolean => child.kill("SIGKILL");
  process.once("exit", kill);
  try {
    await untilAnswering(child, port, () => printed);
  } catch (error) {
    kill();
    process.off("exit", kill);
    throw error;
  }
  return {
    answer: (request) => exchange(port, request),
    stop: async () => {
      child.kill("SIGTERM");
      const deadline = setTimeout(kill, STOP_WITHIN_MS);
      await end;
      clearTimeout(deadline);
      process.off("exit", kill);
    },
  };
}

async function untilAnswering(child: ChildProcess, port: number, printed: () => string): Promise<void> {
  const probe = { method: "GET", target: "/", headers: [], body: Buffer.alloc(0), framing: "none" } as const;
  const deadline = Date.now() + READY_WITHIN_MS;
  while (child.exitCode === null && child.signalCode === null && Date.now() < deadline) {
    const isAnswering = await exchange(port, probe).then(
      () => true,
      () => false,
    );
    if (isAnswering) return;
    await sleep(20);
  }
  throw new Error(`${child.spawnargs.join(" ")} does not answer on port ${String(port)}: ${printed().trim()}`);
}
