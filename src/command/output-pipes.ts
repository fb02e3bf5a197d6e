import { execFile } from "node:child_process";
import { closeSync, constants, openSync } from "node:fs";
import { rm } from "node:fs/promises";
import { Socket } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { codeOf } from "../core/error-code.ts";
import { fail, ok, type Result } from "../core/result.ts";

const run = promisify(execFile);

/** Where one command writes, standard output and standard error in the order they come. */
export interface OutputPipe {
  /** Where the child opens its end. Until it has, an end here keeps the pipe from looking as if it had ended. */
  readonly path: string;
  readonly closeOwnEnd: () => void;
  /** Resolves when every writer has closed its end. */
  readonly ended: Promise<void>;
  /** What has come so far, cut at the limit. */
  readonly output: () => Buffer;
  readonly close: () => Promise<void>;
}

/** Opens a pipe for each run of a command; an error says why it cannot, such as no place to write. */
export interface OutputPipes {
  readonly open: () => Promise<Result<OutputPipe, string>>;
}

const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;
const CUT = Buffer.from("\n(the rest of the output is cut)\n");

/**
 * Makes pipes for output. They are named pipes of the file system: Node gives a child sockets, which no script can open
 * as /dev/stdout or /dev/stderr, and two of them lose the order. A pipe is used again only after its last writer closed it.
 */
export function createOutputPipes(folder: () => Promise<string>): OutputPipes {
  const free: string[] = [];
  let made = 0;
  const open: OutputPipes["open"] = async () => {
    let path = free.pop();
    try {
      path ??= await make(join(await folder(), `output-${String(++made)}`));
      return ok(openPipe(path, free));
    } catch (error) {
      // Whatever is wrong with this one, the next run makes another.
      if (path !== undefined) await rm(path, { force: true });
      return fail(`there is no pipe for its output: ${codeOf(error)}`);
    }
  };
  return { open };
}

async function make(path: string): Promise<string> {
  await run("mkfifo", ["-m", "600", path]);
  return path;
}

// A reader that does not block opens at once, and then so does the writer.
function openEnds(path: string): { readonly readEnd: number; readonly writeEnd: number } {
  const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return { readEnd, writeEnd: openSync(path, constants.O_WRONLY) };
  } catch (error) {
    closeSync(readEnd);
    throw error;
  }
}

function openPipe(path: string, free: string[]): OutputPipe {
  const { readEnd, writeEnd } = openEnds(path);
  const reader = new Socket({ fd: readEnd, writable: false });
  const chunks: Buffer[] = [];
  let bytes = 0;
  let hasEnded = false;
  reader.on("data", (chunk: Buffer) => {
    if (bytes < MAX_OUTPUT_BYTES) chunks.push(chunk.subarray(0, MAX_OUTPUT_BYTES - bytes));
    bytes += chunk.length;
  });
  const ended = new Promise<void>((resolve) => {
    reader.once("end", () => {
      hasEnded = true;
      resolve();
    });
    reader.once("error", () => {
      resolve();
    });
  });
  return {
    path,
    closeOwnEnd: () => {
      closeSync(writeEnd);
    },
    ended,
    output: () => Buffer.concat(bytes > MAX_OUTPUT_BYTES ? [...chunks, CUT] : chunks),
    close: async () => {
      reader.destroy();
      if (hasEnded) free.push(path);
      else await rm(path, { force: true });
    },
  };
}
