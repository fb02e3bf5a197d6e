import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../control-plane/run.ts";
import type { Registry } from "./registry.ts";

/** An image of one layer with one file. */
export interface ImageContent {
  readonly repository: string;
  /** The same text makes the same image, with the same digest. */
  readonly content: string;
}

/** Pushes an image under a tag with crane and gives its digest. */
export const pushImage = (registry: Registry, image: ImageContent & { readonly tag: string }): Promise<string> =>
  withImage(registry, image.content, async (archive) => {
    return digestOf(await crane(registry, ["push", archive, `${registry.host}/${image.repository}:${image.tag}`]));
  });

/** Pushes an image by its digest alone with crane, as a builder pushes the parts of an index, and gives the digest. */
export const pushByDigest = (registry: Registry, image: ImageContent): Promise<string> =>
  withImage(registry, image.content, async (archive) => {
    const digest = await crane(registry, ["digest", "--tarball", archive]);
    await crane(registry, ["push", archive, `${registry.host}/${image.repository}@${digest}`]);
    return digest;
  });

/** Pushes an index under a tag, its images by digest before it, as builders do for several platforms; gives its digest. */
export async function pushIndex(
  registry: Registry,
  { repository, tag, contents }: { readonly repository: string; readonly tag: string; readonly contents: string[] },
): Promise<string> {
  const parts: string[] = [];
  for (const content of contents) parts.push(await pushByDigest(registry, { repository, content }));
  const name = `${registry.host}/${repository}`;
  const manifests = parts.flatMap((digest) => ["-m", `${name}@${digest}`]);
  return digestOf(await crane(registry, ["index", "append", ...manifests, "-t", `${name}:${tag}`]));
}

/** Pushes again what a tag holds, as `docker push` does: crane sends nothing that is there. */
export async function pushAgain(registry: Registry, repository: string, tag: string): Promise<void> {
  const url = `${registry.url}/v2/${repository}/manifests/${tag}`;
  const type = "application/vnd.docker.distribution.manifest.v2+json";
  const body = await expectStatus(200, await fetch(url, { headers: { accept: type } }));
  await expectStatus(201, await fetch(url, { method: "PUT", headers: { "content-type": type }, body }));
}

/** Pulls an image, `repository:tag`, into a file that is thrown away. */
export const pullImage = (registry: Registry, image: string): Promise<void> =>
  withFolder(registry, async (folder) => {
    await crane(registry, ["pull", `${registry.host}/${image}`, join(folder, "image.tar")]);
  });

/** Deletes `repository:tag` or `repository@digest`. */
export async function deleteImage(registry: Registry, image: string): Promise<void> {
  await crane(registry, ["delete", `${registry.host}/${image}`]);
}

// crane prints name@digest.
const digestOf = (pushed: string): string => pushed.slice(pushed.indexOf("@") + 1);

const withImage = <T>(registry: Registry, content: string, use: (archive: string) => Promise<T>): Promise<T> =>
  withFolder(registry, async (folder) => {
    const [layer, archive] = [join(folder, "layer.tar"), join(folder, "image.tar")];
    await writeFile(join(folder, "content"), content);
    // Without a time of the clock's: equal contents are equal images.
    await run("tar", ["--mtime=@0", "--owner=0", "--group=0", "-C", folder, "-cf", layer, "content"]);
    await crane(registry, ["append", "-f", layer, "-t", "image", "-o", archive]);
    return use(archive);
  });

async function withFolder<T>(registry: Registry, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(registry.folder, "image-"));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function crane({ programs, folder }: Registry, args: readonly string[]): Promise<string> {
  // None of the user's own registries, accounts or proxies.
  const env = { PATH: process.env["PATH"], HOME: folder, DOCKER_CONFIG: folder };
  return (await run(programs.crane, args, { env })).stdout.trim();
}

async function expectStatus(status: number, answer: Response): Promise<string> {
  const text = await answer.text();
  if (answer.status === status) return text;
  throw new Error(`${answer.url} answered ${String(answer.status)}, not ${String(status)}: ${text}`);
}
