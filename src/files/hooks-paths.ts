import { basename } from "node:path";
import type { HooksFile, Log } from "../flow/ports.ts";
import { listHooksFiles, readHooksFile, type TemplateEnvironment } from "./hooks-file.ts";
import { createPoll, type Poll } from "./poll.ts";
import { codeOf } from "../core/error-code.ts";
import { signatureOf } from "./signature.ts";

/** Where hooks files lie, and how they are read. */
export interface HooksPaths {
  /** Files, whatever their names, and directories. */
  readonly paths: readonly string[];
  readonly getenv: TemplateEnvironment;
}

const INTERVAL_MS = 250;

/**
 * Watches hooks files and directories of them, and hands on all files whenever one changed, came or went. A change
 * counts when it has been there for two looks, so that a file is not read while it is being written. The first look
 * counts at once. What a path held before is handed on while the path itself is away.
 */
export function watchHooksPaths(
  { paths, getenv }: HooksPaths,
  onFiles: (files: readonly HooksFile[]) => Promise<void>,
  log: Log,
): Poll & { readonly look: () => Promise<void> } {
  const places: Place[] = [...new Set(paths)].map((path) => ({ path, adopted: null, last: null, files: [] }));
  const isAlone = places.length === 1;
  const look = async (): Promise<void> => {
    const changed = await Promise.all(places.map((place) => lookAt(place, { isAlone, getenv }, log)));
    if (changed.includes(true)) await onFiles(places.flatMap(({ files }) => files));
  };
  return { ...createPoll(look, INTERVAL_MS), look };
}

interface Place {
  readonly path: string;
  /** What was seen there when it was read; null before the first look. */
  adopted: string | null;
  last: string | null;
  files: readonly HooksFile[];
}

interface Reading {
  /** Whether no other path is watched: files of a directory are then called by their base names. */
  readonly isAlone: boolean;
  readonly getenv: TemplateEnvironment;
}

// Tells whether there is something to hand on.
async function lookAt(place: Place, { isAlone, getenv }: Reading, log: Log): Promise<boolean> {
  const { path, last, adopted } = place;
  const listed = await list(path);
  const signature = listed.kind === "missing" ? `missing: ${listed.code}` : listed.signature;
  place.last = signature;
  if (signature === adopted || (adopted !== null && signature !== last)) return false;
  place.adopted = signature;
  if (listed.kind === "missing") {
    log.error({ path, code: listed.code }, "hooks cannot be read");
    return adopted === null;
  }
  const nameOf = (file: string): string => (isAlone && listed.isDirectory ? basename(file) : file);
  place.files = await readInTurn(listed.files, (file) => readHooksFile(file, nameOf(file), getenv));
  return true;
}

// One after the other: what is left of reading a large file is gone before the next one is read.
async function readInTurn(
  files: readonly string[],
  read: (file: string) => Promise<HooksFile>,
): Promise<readonly HooksFile[]> {
  const readings: HooksFile[] = [];
  for (const file of files) readings.push(await read(file));
  return readings;
}

type Listing =
  | {
      readonly kind: "listed";
      readonly isDirectory: boolean;
      readonly files: readonly string[];
      readonly signature: string;
    }
  | { readonly kind: "missing"; readonly code: string };

async function list(path: string): Promise<Listing> {
  try {
    const { isDirectory, files } = await listHooksFiles(path);
    const signatures = await Promise.all(files.map(async (file) => `${file} ${await signatureOf(file)}`));
    return { kind: "listed", isDirectory, files, signature: [String(isDirectory), ...signatures].join("\n") };
  } catch (error) {
    return { kind: "missing", code: codeOf(error) };
  }
}
