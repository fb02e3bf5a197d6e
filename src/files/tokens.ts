import { readFile } from "node:fs/promises";
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
  const poll = createPoll(async () => {
    for (const path of files.keys()) {
      const [, file] = await refresh(path);
      if (files.has(path)) files.set(path, file);
    }
  }, INTERVAL_MS);
  return { ...poll, track, tokensOf: (path) => files.get(path)?.tokens ?? [] };
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
