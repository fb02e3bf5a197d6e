import { basename } from "node:path";
import type { HooksFile, Log } from "../flow/ports.ts";
import { listHooksFiles, readHooksFile, type TemplateEnvironment } from "./hooks-file.ts";
import { createPoll, type Poll } from "./poll.ts";
import { codeOf } from "../core/error-code.ts";
import { createSettling } from "./settling.ts";
import { signatureOfAll } from "./signature.ts";

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
  const places: Place[] = [...new Set(paths)].map((path) => ({ path, settle: createSettling(), files: [] }));
  const isAlone = places.length === 1;
  const look = async (): Promise<void> => {
    const changed = await Promise.all(places.map((place) => lookAt(place, { isAlone, getenv }, log)));
    if (changed.includes(true)) await onFiles(places.flatMap(({ files }) => files));
  };
  return { ...createPoll(look, INTERVAL_MS), look };
}

interface Place {
  readonly path: string;
  readonly settle: ReturnType<typeof createSettling>;
  files: readonly HooksFile[];
}

interface Reading {
  /** Whether no other path is watched: files of a directory are then called by their base names. */
  readonly isAlone: boolean;
  readonly getenv: TemplateEnvironment;
}

// Tells whether there is something to hand on.
async function lookAt(place: Place, { isAlone, getenv }: Reading, log: Log): Promise<boolean> {
  const { path, settle } = place;
  const listed = await list(path);
  const settled = settle(listed.kind === "missing" ? `missing: ${listed.code}` : listed.signature);
  if (settled === "same") return false;
  if (listed.kind === "missing") {
    log.error({ path, code: listed.code }, "hooks cannot be read");
    return settled === "first";
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
    return { kind: "listed", isDirectory, files, signature: `${String(isDirectory)}\n${await signatureOfAll(files)}` };
  } catch (error) {
    return { kind: "missing", code: codeOf(error) };
  }
}
