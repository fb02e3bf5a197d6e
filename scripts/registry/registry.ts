import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startComponent, untilReady } from "../control-plane/component.ts";
import { freePort } from "../control-plane/network.ts";
import { startWatchdog } from "../control-plane/watchdog.ts";
import { findRegistryPrograms, type RegistryPrograms } from "./programs.ts";

/** How to start a registry. */
export interface RegistryOptions {
  /** Gets a POST for each event of every repository. */
  readonly notifyUrl?: string;
  /** Is told when its programs have to be built. */
  readonly say?: (line: string) => void;
}

/** A running CNCF distribution registry without TLS and without accounts. */
export interface Registry {
  /** The first part of its images' names: 127.0.0.1 and its port. */
  readonly host: string;
  readonly url: string;
  readonly pid: number;
  /** Removed when it stops. */
  readonly folder: string;
  readonly programs: RegistryPrograms;
  readonly stop: () => Promise<void>;
}

// The service answers within two seconds. What gets no 2xx is sent again at once, after five failures every second.
const notifications = { timeout: "3s", threshold: 5, backoff: "1s" };

function configOf(port: number, folder: string, notifyUrl: string | undefined): object {
  const endpoints = notifyUrl === undefined ? [] : [{ name: "hook", url: notifyUrl, ...notifications }];
  return {
    version: 0.1,
    log: { level: "info" },
    storage: { filesystem: { rootdirectory: join(folder, "data") }, delete: { enabled: true } },
    http: { addr: `127.0.0.1:${String(port)}`, secret: randomBytes(16).toString("hex") },
    notifications: { endpoints },
  };
}

const answers = (url: string): Promise<boolean> =>
  fetch(`${url}/v2/`, { signal: AbortSignal.timeout(2_000) }).then(
    ({ status }) => status === 200,
    () => false,
  );

/** Starts a registry on a free loopback port with all its data in one temporary folder; it never outlives this process. */
export async function startRegistry(options: RegistryOptions = {}): Promise<Registry> {
  const programs = await findRegistryPrograms(options.say ?? ((): void => undefined));
  const folder = await mkdtemp(join(tmpdir(), "imagehook-registry-"));
  const watchdog = await startWatchdog(folder);
  try {
    const port = await freePort();
    const config = join(folder, "config.yml");
    await mkdir(join(folder, "data"));
    // JSON is YAML.
    await writeFile(config, JSON.stringify(configOf(port, folder, options.notifyUrl)));
    const args = ["serve", config];
    // By default it sends its traces to a collector on this machine.
    const env = { OTEL_TRACES_EXPORTER: "none" };
    const process = await startComponent({
      name: "registry",
      binary: programs.registry,
      args,
      folder,
      watchdog,
      env,
    });
    const host = `127.0.0.1:${String(port)}`;
    const url = `http://${host}`;
    await untilReady([process], 10_000, () => answers(url));
    const stop = async (): Promise<void> => {
      await process.stop();
      await watchdog.finish();
    };
    return { host, url, pid: process.pid, folder, programs, stop };
  } catch (error) {
    await watchdog.finish();
    throw error;
  }
}
