import { readFile, stat } from "node:fs/promises";
import { codeOf } from "../core/error-code.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { createPoll, type Poll } from "./poll.ts";
import { signatureOf } from "./signature.ts";

/** The file of channels, looked at again and again. */
export interface ChannelsFile extends Poll {
  /** Looks at it once. */
  readonly look: () => Promise<void>;
}

const INTERVAL_MS = 500;
const MAX_BYTES = 256 * 1024;

/**
 * Watches the file: its text is handed over first and whenever it has changed, or why it cannot be read. Without a path
 * nothing is ever handed over.
 */
export function watchChannelsFile(path: string, adopt: (reading: Result<string, string>) => void): ChannelsFile {
  let seen = "";
  const look = async (): Promise<void> => {
    const signature = path === "" ? "" : await signatureOf(path);
    if (signature === seen) return;
    seen = signature;
    adopt(await readText(path));
  };
  return { ...createPoll(look, INTERVAL_MS), look };
}

async function readText(path: string): Promise<Result<string, string>> {
  try {
    const { size } = await stat(path);
    return size > MAX_BYTES ? fail("it is too large") : ok(await readFile(path, "utf8"));
  } catch (error) {
    return fail(codeOf(error));
  }
}
