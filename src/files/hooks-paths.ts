import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { HooksFile, Log } from "../flow/ports.ts";
import { isHooksFileName, readHooksFile, type TemplateEnvironment } from "./hooks-file.ts";
import { createPoll, type Poll } from "./poll.ts";
import { codeOf, signatureOf } from "./signature.ts";

/** Where hooks files lie, and how they are read. */
export interface HooksDirectory {
  readonly directory: string;
  readonly getenv: TemplateEnvironment;
}

const INTERVAL_MS = 250;
const MAX_FILES = 1_000;

/**
 * Watches a directory of hooks files and hands on all of them whenever one changed, came or went. A change counts
 * when it has been there for two looks, so that a file is not read while it is being written. The first look counts
 * at once.
 */
export function watchHooksDirectory(
  { directory, getenv }: HooksDirectory,
  onFiles: (files: readonly HooksFile[]) => Promise<void>,
  log: Log,
): Poll & { readonly look: () => Promise<void> } {
  let adopted: string | null = null;
  let last: string | null = null;
  const look = async (): Promise<void> => {
    const listed = await list(directory);
    const signature = listed.kind === "listed" ? listed.signature : `missing: ${listed.code}`;
    const isSettled = adopted === null || signature === last;
    last = signature;
    if (signature === adopted || !isSettled) return;
    const isFirst = adopted === null;
    adopted = signature;
    if (listed.kind === "missing") log.error({ directory, code: listed.code }, "hooks directory cannot be read");
    if (listed.kind === "missing" && !isFirst) return;
    const names = listed.kind === "listed" ? listed.names : [];
    await onFiles(await Promise.all(names.map((name) => readHooksFile(join(directory, name), name, getenv))));
  };
  return { ...createPoll(look, INTERVAL_MS), look };
}

type Listing =
  | { readonly kind: "listed"; readonly names: readonly string[]; readonly signature: string }
  | { readonly kind: "missing"; readonly code: string };

async function list(directory: string): Promise<Listing> {
  try {
    const names = (await readdir(directory)).filter(isHooksFileName).sort().slice(0, MAX_FILES);
    const signatures = await Promise.all(names.map((name) => signatureOf(join(directory, name))));
    return {
      kind: "listed",
      names,
      signature: names.map((name, index) => `${name} ${signatures[index] ?? ""}`).join("\n"),
    };
  } catch (error) {
    return { kind: "missing", code: codeOf(error) };
  }
}
