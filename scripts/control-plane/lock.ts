import { link, readFile, rm, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

const isErrno = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !isErrno(error, "ESRCH");
  }
}

async function tryLock(lockFile: string): Promise<boolean> {
  // A link appears with its content at once: no one ever reads a lock without its owner's pid.
  const mine = `${lockFile}.${String(process.pid)}`;
  await writeFile(mine, String(process.pid));
  try {
    await link(mine, lockFile);
    return true;
  } catch (error) {
    if (isErrno(error, "EEXIST")) return false;
    throw error;
  } finally {
    await rm(mine, { force: true });
  }
}

/** Runs the work while no other living process holds the lock file; the lock of a dead process is taken over. */
export async function withLock<T>(
  lockFile: string,
  onWait: (ownerPid: number) => void,
  work: () => Promise<T>,
): Promise<T> {
  let told = false;
  while (!(await tryLock(lockFile))) {
    const owner = Number(await readFile(lockFile, "utf8").catch(() => "0"));
    if (owner > 0 && !isAlive(owner)) {
      await rm(lockFile, { force: true });
    } else {
      if (!told) onWait(owner);
      told = true;
      await sleep(300);
    }
  }
  try {
    return await work();
  } finally {
    await rm(lockFile, { force: true });
  }
}
