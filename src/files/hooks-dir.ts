import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { readHooks } from "../core/hook/read-hooks.ts";
import { expandTemplate } from "../core/hook/template.ts";
import { fail } from "../core/result.ts";
import type { HooksFile, Log } from "../flow/ports.ts";
import { createPoll, type Poll } from "./poll.ts";
import { codeOf, signatureOf } from "./signature.ts";

/** Where hooks files lie, and how they are read. */
export interface HooksDirectory {
  readonly directory: string;
  /** Gives an environment variable to templates; null when files are no templates. */
  readonly getenv: ((name: string) => string | undefined) | null;
}

const INTERVAL_MS = 250;
const HOOKS_FILE = /^[^.].*\.(?:json|ya?ml)$/;
const MAX_FILES = 1_000;
const MAX_BYTES = 8 * 1024 * 1024;

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
    await onFiles(await Promise.all(names.map((name) => read(directory, name, getenv))));
  };
  return { ...createPoll(look, INTERVAL_MS), look };
}

type Listing =
  | { readonly kind: "listed"; readonly names: readonly string[]; readonly signature: string }
  | { readonly kind: "missing"; readonly code: string };

async function list(directory: string): Promise<Listing> {
  try {
    const names = (await readdir(directory))
      .filter((name) => HOOKS_FILE.test(name))
      .sort()
      .slice(0, MAX_FILES);
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

async function read(directory: string, file: string, getenv: HooksDirectory["getenv"]): Promise<HooksFile> {
  const unreadable = (message: string): HooksFile => ({ file, reading: fail({ at: { line: 1, column: 1 }, message }) });
  try {
    const bytes = await readFile(join(directory, file));
    if (bytes.length > MAX_BYTES) return unreadable(`the file is larger than ${String(MAX_BYTES)} bytes`);
    const text = bytes.toString("utf8").replace(/^\uFEFF/, "");
    if (getenv === null) return { file, reading: readHooks(text, file) };
    const expanded = expandTemplate(text, getenv);
    return { file, reading: expanded.kind === "ok" ? readHooks(expanded.value, file) : expanded };
  } catch (error) {
    return unreadable(`the file cannot be read: ${codeOf(error)}`);
  }
}
