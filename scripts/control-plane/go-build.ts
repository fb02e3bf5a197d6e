import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { cacheFolder } from "./cache-folder.ts";
import { withLock } from "./lock.ts";
import { run } from "./run.ts";

/** A pinned Go module and the commands that are built from it. */
export interface GoModule {
  /** Holds go.mod, go.sum and programs of ours, if any; what is built from them is kept under its name. */
  readonly folder: string;
  readonly ldflags: (goMod: string) => string;
  readonly packages: Readonly<Record<string, string>>;
}

/** The version of a required module, for the programs that are told theirs when they are linked. */
export function pinnedVersion(goMod: string, module: string): string {
  const line = goMod.split("\n").find((text) => text.trim().replace("require ", "").startsWith(`${module} v`));
  const version = line === undefined ? undefined : /v\d+\.\d+\.\d+/.exec(line)?.[0];
  if (version === undefined) throw new Error(`go.mod requires no release of ${module}: add its require line`);
  return version;
}

const goAdvice = "install Go 1.26 or newer (https://go.dev/doc/install) and put its bin folder on PATH";

/** Rejects with what to install unless a Go is on PATH that can build the modules. */
async function requireGo(): Promise<void> {
  const { stdout } = await run("go", ["env", "GOVERSION"]).catch((error: unknown) => {
    throw new Error(`the cluster binaries have to be built once, but go does not run: ${goAdvice}`, { cause: error });
  });
  const [, major, minor] = /^go(\d+)\.(\d+)/.exec(stdout) ?? [];
  if (Number(major) > 1 || Number(minor) >= 26) return;
  throw new Error(`the cluster binaries need Go 1.26 or newer, but go is ${stdout.trim()}: ${goAdvice}`);
}

async function buildOne(module: GoModule, binary: string, target: string, say: (line: string) => void): Promise<void> {
  const ldflags = module.ldflags(await readFile(join(module.folder, "go.mod"), "utf8"));
  const started = Date.now();
  const seconds = (): string => `${String(Math.round((Date.now() - started) / 1000))} s`;
  let lastLine = "";
  say(`building ${binary} (once; the first time takes minutes)`);
  const ticker = setInterval(
    () => {
      say(`building ${binary}: ${seconds()} ${lastLine}`.trimEnd());
    },
    process.stdout.isTTY ? 5_000 : 15_000,
  );
  const temporary = `${target}.building.${String(process.pid)}`;
  try {
    const args = ["build", "-C", module.folder, "-trimpath", "-ldflags", ldflags, "-o", temporary];
    await run("go", [...args, module.packages[binary] ?? binary], {
      env: { ...process.env, CGO_ENABLED: "0" },
      onStderr: (chunk) => {
        lastLine = `(${chunk.trim().split("\n").at(-1) ?? ""})`;
      },
    });
    await rename(temporary, target);
    say(`built ${binary} in ${seconds()}`);
  } finally {
    clearInterval(ticker);
    await rm(temporary, { force: true });
  }
}

async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.includes(".building.")) await rm(join(folder, name), { force: true });
  }
}

/** Gives the path of a command of a pinned module, built now if this machine's cache lacks it; an interrupted build continues. */
export async function builtBinary(module: GoModule, binary: string, say: (line: string) => void): Promise<string> {
  const ours = (await readdir(module.folder, { recursive: true })).filter((file) => file.endsWith(".go")).toSorted();
  const sources = ["go.mod", "go.sum", ...ours].map((file) => readFile(join(module.folder, file), "utf8"));
  const [goMod = "", goSum, ...programs] = await Promise.all(sources);
  const inputs = [goMod, goSum, module.ldflags(goMod), ...programs].join("\0");
  const hash = createHash("sha256").update(inputs).digest("hex").slice(0, 12);
  const folder = join(cacheFolder(), `${basename(module.folder)}-${hash}`);
  const target = join(folder, binary);
  if (existsSync(target)) return target;
  await requireGo();
  await mkdir(folder, { recursive: true });
  const onWait = (pid: number): void => {
    say(`waiting for process ${String(pid)}, which builds into ${folder}`);
  };
  await withLock(join(folder, "lock"), onWait, async () => {
    if (existsSync(target)) return;
    await removeLeftovers(folder);
    await buildOne(module, binary, target, say);
  });
  return target;
}
