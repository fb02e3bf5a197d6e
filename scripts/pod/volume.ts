import { lstat, mkdir, mkdtemp, readFile, readdir, rename, rm, symlink, writeFile, readlink } from "node:fs/promises";
import { dirname, join } from "node:path";

/** What a volume holds: bytes by file name, which may have folders in it. */
export type VolumeFiles = ReadonlyMap<string, Buffer>;

const DATA = "..data";

/**
 * Lays files out in a volume's directory as the kubelet does: the files in a folder of their own, a link `..data` to
 * it that is swapped by a rename, and a link a name at the top. Nothing is swapped where nothing has changed.
 */
export async function layOut(directory: string, files: VolumeFiles): Promise<void> {
  await mkdir(directory, { recursive: true });
  const old = await readlink(join(directory, DATA)).catch(() => null);
  if (old !== null && (await holds(join(directory, old), files))) return;
  const folder = await mkdtemp(join(directory, "..2026_"));
  for (const [name, bytes] of files) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), bytes);
  }
  await symlink(folder.slice(directory.length + 1), join(directory, `${DATA}_tmp`));
  await rename(join(directory, `${DATA}_tmp`), join(directory, DATA));
  const tops = new Set([...files.keys()].map((name) => name.split("/")[0] ?? name));
  for (const name of await readdir(directory)) {
    if (!name.startsWith("..") && !tops.has(name)) await rm(join(directory, name));
  }
  for (const name of tops) {
    const isThere = await lstat(join(directory, name)).catch(() => null);
    if (isThere === null) await symlink(join(DATA, name), join(directory, name));
  }
  if (old !== null) await rm(join(directory, old), { recursive: true });
}

async function holds(folder: string, files: VolumeFiles): Promise<boolean> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  if (entries.filter((entry) => entry.isFile()).length !== files.size) return false;
  const same = [...files].map(async ([name, bytes]) => {
    const present = await readFile(join(folder, name)).catch(() => null);
    return present?.equals(bytes) === true;
  });
  return (await Promise.all(same)).every((is) => is);
}
