import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { SHORT_TOKEN } from "../core/hook/caller.ts";
import type { Surroundings } from "../core/hook/match.ts";
import type { Log } from "../flow/ports.ts";
import { createPoll, type Poll } from "./poll.ts";
import { codeOf } from "../core/error-code.ts";
import { signatureOf } from "./signature.ts";

/** The token files that hooks name: one valid token a line, read anew when a file changes. */
export interface TokenFiles extends Poll {
  readonly tokensOf: Surroundings["tokensOf"];
  /** Names the files that are needed from now on, and reads those that are new. */
  readonly track: (paths: readonly string[]) => Promise<void>;
}

interface TokenFile {
  readonly signature: string;
  readonly tokens: readonly string[];
}

const INTERVAL_MS = 500;
// Of thousands of files only some are looked at each time; a volume that is swapped shows in its folder at once.
const FILES_A_LOOK = 200;
const MAX_BYTES = 64 * 1024;
const MAX_TOKENS = 20;

/** Makes the reader. A file that is missing or empty holds no valid token, so that its hook lets nobody in. */
export function createTokenFiles(log: Log): TokenFiles {
  let files = new Map<string, TokenFile>();
  const refresh = async (path: string): Promise<readonly [string, TokenFile]> => {
    const signature = await signatureOf(path);
    const known = files.get(path);
    if (known?.signature === signature) return [path, known];
    const tokens = await readTokens(path, log);
    return [path, { signature, tokens }];
  };
  const track = async (paths: readonly string[]): Promise<void> => {
    files = new Map(await Promise.all([...new Set(paths)].map(refresh)));
  };
  let folders: ReadonlyMap<string, string> = new Map();
  let from = 0;
  const poll = createPoll(async () => {
    const paths = [...files.keys()];
    const before = folders;
    folders = await signaturesOfFolders(paths);
    const swapped = [...folders].flatMap(([folder, signature]) => (before.get(folder) === signature ? [] : [folder]));
    const inSwapped = swapped.length === 0 ? [] : paths.filter((path) => swapped.includes(dirname(path)));
    const inTurn = paths.slice(from, from + FILES_A_LOOK);
    from = from + FILES_A_LOOK >= paths.length ? 0 : from + FILES_A_LOOK;
    for (const path of new Set([...inSwapped, ...inTurn])) {
      const [, file] = await refresh(path);
      if (files.has(path)) files.set(path, file);
    }
  }, INTERVAL_MS);
  return { ...poll, track, tokensOf: (path) => files.get(path)?.tokens ?? [] };
}

async function signaturesOfFolders(paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const folders = [...new Set(paths.map((path) => dirname(path)))];
  const signatures = folders.map(async (folder) => {
    const [own, swapped] = await Promise.all([folder, join(folder, "..data")].map(signatureOf));
    return [folder, `${String(own)} ${String(swapped)}`] as const;
  });
  return new Map(await Promise.all(signatures));
}

async function readTokens(file: string, log: Log): Promise<readonly string[]> {
  try {
    const bytes = await readFile(file);
    if (bytes.length > MAX_BYTES) {
      log.error({ file, bytes: bytes.length }, "token file is too large; it holds no valid token");
      return [];
    }
    const lines = bytes.toString("utf8").split(/\r?\n/);
    const tokens = lines.filter((line) => line.trim() !== "").slice(0, MAX_TOKENS);
    if (tokens.length === 0) log.warn({ file }, "token file is empty; its hook lets nobody in");
    if (tokens.some((token) => token.length < SHORT_TOKEN))
      log.warn({ file }, "token file holds a token that is short enough to guess");
    return tokens;
  } catch (error) {
    log.warn({ file, code: codeOf(error) }, "token file cannot be read; its hook lets nobody in");
    return [];
  }
}
