import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { findBinaries } from "./control-plane/binaries.ts";
import { startControlPlane, type ControlPlane } from "./control-plane/control-plane.ts";
import { findRegistryPrograms } from "./registry/programs.ts";

const usage = `usage: scripts/cluster [--once | --binaries]
  starts a control plane and keeps it until Ctrl-C
  --once      starts it, prints the versions, stops it
  --binaries  only builds what it needs, and what the tests on it need`;

const say = (line: string): void => {
  console.log(line);
};

const untilSignal = (): Promise<string> =>
  new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, resolve);
  });

async function describe(cluster: ControlPlane): Promise<void> {
  say("");
  say((await cluster.kubectl(["version"])).trim());
  say(`Helm Version: ${(await cluster.helm(["version", "--short"])).trim()}`);
  say("");
  say("What kwok plays for a pod: annotation imagehook.test/pod: never-ready | crash-loop | image-pull,");
  say("imagehook.test/ready-after: 3s, or an image tag that ends in -never-ready, -crash-loop or -image-pull");
  say(`audit log, logs of all parts: ${cluster.folder}`);
}

async function keep(cluster: ControlPlane, stopped: Promise<string>): Promise<void> {
  say("");
  say(`export KUBECONFIG=${cluster.kubeconfig}`);
  say(`export PATH=${dirname(cluster.binaries.kubectl)}:${dirname(cluster.binaries.helm)}:$PATH`);
  say("");
  say("Ctrl-C stops it");
  say(`${await stopped}: stopping`);
}

const options = { once: { type: "boolean" }, binaries: { type: "boolean" }, help: { type: "boolean" } } as const;

function readArguments(): ReturnType<typeof parseArgs<{ options: typeof options }>>["values"] {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${usage}`, { cause: error });
  }
}

async function main(): Promise<void> {
  const values = readArguments();
  if (values.help === true) {
    say(usage);
    return;
  }
  if (values.binaries === true) {
    await findBinaries(say);
    await findRegistryPrograms(say);
    return;
  }
  const stopped = untilSignal();
  const starting = startControlPlane({ say });
  // A signal during the start: the watchdog takes down what has been started.
  const cluster = await Promise.race([starting, stopped]);
  if (typeof cluster === "string") process.exit(130);
  try {
    await describe(cluster);
    if (values.once !== true) await keep(cluster, stopped);
  } finally {
    await cluster.stop();
  }
  say("stopped");
}

await main().catch((error: unknown) => {
  console.error(`scripts/cluster: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
