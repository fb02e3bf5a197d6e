import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder } from "../control-plane/cache-folder.ts";
import { withLock } from "../control-plane/lock.ts";
import { run } from "../control-plane/run.ts";

/** The release of adnanh/webhook that proofs are made against. */
const VERSION = "2.8.0";

const advice =
  `the proofs against the peer need Debian's package webhook ${VERSION}: run as root on Debian 12 with a mirror within ` +
  "reach, or put the package's usr/bin/webhook there by hand";

/** Gives the path of Debian's `webhook`, downloaded now if this machine's cache lacks it. */
export async function ensureWebhook(say: (line: string) => void): Promise<string> {
  const folder = join(cacheFolder(), `webhook-${VERSION}`);
  const target = join(folder, "webhook");
  if (existsSync(target)) return target;
  await mkdir(folder, { recursive: true });
  const onWait = (pid: number): void => {
    say(`waiting for process ${String(pid)}, which downloads into ${folder}`);
  };
  await withLock(join(folder, "lock"), onWait, async () => {
    if (!existsSync(target)) await download(folder, target, say);
  });
  return target;
}

async function download(folder: string, target: string, say: (line: string) => void): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith("download-")) await rm(join(folder, name), { recursive: true, force: true });
  }
  const workplace = await mkdtemp(join(folder, "download-"));
  try {
    say(`downloading Debian's package webhook (once) into ${folder}`);
    const program = await unpack(workplace, say);
    const { stdout } = await run(program, ["-version"]);
    if (stdout.trim() !== `webhook version ${VERSION}`) {
      throw new Error(`Debian's package here is "${stdout.trim()}"`);
    }
    await rename(program, target);
    say(`downloaded webhook ${VERSION}`);
  } catch (error) {
    throw new Error(`${advice} (${target})`, { cause: error });
  } finally {
    await rm(workplace, { recursive: true, force: true });
  }
}

async function unpack(workplace: string, say: (line: string) => void): Promise<string> {
  await downloadPackage(workplace).catch(async () => {
    // No lists, or lists that are older than what the mirror still has.
    say("apt-get knows no webhook package that it can fetch: updating its lists");
    await run("apt-get", ["-q", "update"]);
    await downloadPackage(workplace);
  });
  const archive = (await readdir(workplace)).find((name) => name.endsWith(".deb"));
  if (archive === undefined) throw new Error("apt-get download left no .deb file");
  await run("dpkg-deb", ["-x", join(workplace, archive), join(workplace, "files")]);
  return join(workplace, "files", "usr", "bin", "webhook");
}

// apt-get downloads into its working directory.
const downloadPackage = (workplace: string): Promise<unknown> =>
  run("sh", ["-c", 'cd "$1" && exec apt-get -q download webhook', "sh", workplace]);
