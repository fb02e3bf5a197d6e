import { spawn, type ChildProcessByStdio } from "node:child_process";
import { delimiter, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { text } from "node:stream/consumers";

/** Which programs are run and on which cluster. */
export interface Programs {
  readonly kubectl: string;
  readonly helm: string;
  readonly kubeconfig: string;
  /** Where they keep what they remember: nothing goes to the user's own folders. */
  readonly folder: string;
}

type Tool = (args: readonly string[], stdin?: string) => Promise<string>;

/** The programs of a cluster's admin; each call ends with an error at its time limit. */
export interface Tools {
  readonly kubectl: Tool;
  readonly helm: Tool;
  /** Runs a line of shell, as a person would paste it. */
  readonly shell: (line: string) => Promise<string>;
  /** Runs kubectl and hands over each line of its output as it comes; gives whether it ended with 0. */
  readonly follow: (args: readonly string[], onLine: (line: string) => void) => Promise<boolean>;
}

const LIMIT_MS = 180_000;
const FOLLOW_LIMIT_MS = 900_000;

function toolEnvironment({ kubectl, helm, kubeconfig, folder }: Programs): NodeJS.ProcessEnv {
  return {
    ...process.env,
    PATH: [dirname(kubectl), dirname(helm), process.env["PATH"] ?? ""].join(delimiter),
    KUBECONFIG: kubeconfig,
    KUBECACHEDIR: join(folder, "kubectl-cache"),
    HELM_CACHE_HOME: join(folder, "helm", "cache"),
    HELM_CONFIG_HOME: join(folder, "helm", "config"),
    HELM_DATA_HOME: join(folder, "helm", "data"),
  };
}

/** Opens the tools; the signal ends what they are doing, and nothing else does: Ctrl-C at the terminal reaches none of them. */
export function openTools(programs: Programs, signal: AbortSignal): Tools {
  const env = toolEnvironment(programs);
  const tool =
    (binary: string): Tool =>
    async (args, stdin = "") => {
      const child = start(binary, args, env, signal);
      child.stdin.end(stdin);
      const end = ended(child, signal, LIMIT_MS);
      const [failure, stdout, stderr] = await Promise.all([end, text(child.stdout), text(child.stderr)]);
      if (failure === null) return stdout;
      throw new Error(`${[nameOf(binary), ...args].join(" ")}: ${failure}\n${(stderr + stdout).trim()}`);
    };
  const bash = tool("bash");
  return {
    kubectl: tool(programs.kubectl),
    helm: tool(programs.helm),
    shell: (line) => bash(["-ec", line]),
    follow: async (args, onLine) => {
      const child = start(programs.kubectl, args, env, signal);
      child.stdin.end();
      for (const stream of [child.stdout, child.stderr]) createInterface(stream).on("line", onLine);
      return (await ended(child, signal, FOLLOW_LIMIT_MS)) === null;
    },
  };
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

const nameOf = (binary: string): string => binary.replace(/^.*\//, "");

function start(binary: string, args: readonly string[], env: NodeJS.ProcessEnv, signal: AbortSignal): Child {
  signal.throwIfAborted();
  const child = spawn(binary, args, { env, stdio: ["pipe", "pipe", "pipe"], detached: true });
  // A program that does not read its input may close it first: its exit code says what happened.
  child.stdin.on("error", () => undefined);
  return child;
}

async function ended(child: Child, signal: AbortSignal, limitMs: number): Promise<string | null> {
  const limit = AbortSignal.timeout(limitMs);
  const either = AbortSignal.any([signal, limit]);
  const kill = (): void => {
    child.kill("SIGTERM");
  };
  either.addEventListener("abort", kill);
  try {
    return await new Promise<string | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, name) => {
        const how = limit.aborted ? `no end within ${String(limitMs / 1000)} s` : (name ?? `exit code ${String(code)}`);
        resolve(code === 0 ? null : how);
      });
    });
  } finally {
    either.removeEventListener("abort", kill);
    signal.throwIfAborted();
  }
}
