import { cp, mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { run } from "../../scripts/control-plane/run.ts";

const root = join(import.meta.dirname, "../..");

interface LockFile {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>;
}

let packing: Promise<{ readonly folder: string; readonly tarball: string }> | undefined;

// Registered where this module is loaded, outside of any describe: it runs after all suites of the process.
after(async () => {
  const packed = await packing?.catch(() => undefined);
  if (packed !== undefined) await rm(packed.folder, { recursive: true, force: true });
});

/** Builds and packs what would be published, once for all suites of this mocha process. */
async function pack(): Promise<{ readonly folder: string; readonly tarball: string }> {
  const folder = await mkdtemp(join(tmpdir(), "imagehook-package-"));
  const place = join(folder, "source");
  await mkdir(place);
  for (const file of ["package.json", "README.md", "LICENSE"]) await cp(join(root, file), join(place, file));
  await run("tsc", ["-p", join(root, "tsconfig.build.json"), "--outDir", join(place, "dist")]);
  const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", folder], { cwd: place });
  const [packed] = JSON.parse(stdout) as readonly { readonly filename: string }[];
  if (packed === undefined) throw new Error(`npm pack made nothing: ${stdout}`);
  return { folder, tarball: join(folder, packed.filename) };
}

/**
 * Installs the packed package into the `node_modules` of a project, with the dependencies that it declares and theirs alone.
 * They are this checkout's own, so that no network is needed.
 */
export async function installPackage(project: string): Promise<void> {
  packing ??= pack();
  const { tarball } = await packing;
  const modules = join(project, "node_modules");
  const own = join(modules, "imagehook");
  await mkdir(own, { recursive: true });
  await run("tar", ["-xzf", tarball, "-C", own, "--strip-components=1"]);
  const lock = JSON.parse(await readFile(join(root, "package-lock.json"), "utf8")) as LockFile;
  for (const [path, { dev = false }] of Object.entries(lock.packages)) {
    const [, name] = /^node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(path) ?? [];
    if (name === undefined || dev || !existsSync(join(root, path))) continue;
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(join(root, path), join(modules, name));
  }
}
