import { access, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fail, ok, type Result } from "../core/result.ts";
import { codeOf } from "../core/error-code.ts";

/** A file to be written. */
export interface NewFile {
  readonly name: string;
  readonly text: string;
}

/**
 * Writes files that only their owner can read, and gives their paths. Where one of them is there already none is
 * written, unless they may be overwritten: then it is a new file, with no permissions of the old one.
 */
export async function writeNewFiles(
  directory: string,
  files: readonly NewFile[],
  mayOverwrite: boolean,
): Promise<Result<readonly string[], string>> {
  const paths = files.map(({ name }) => join(directory, name));
  for (const path of mayOverwrite ? [] : paths) {
    if (await exists(path)) return fail(`${path} exists: give --force to overwrite it, or another directory`);
  }
  try {
    await mkdir(directory, { recursive: true });
    for (const { name, text } of files) {
      const path = join(directory, name);
      if (mayOverwrite) await rm(path, { force: true });
      await writeFile(path, text, { mode: 0o600, flag: "wx" });
    }
    return ok(paths);
  } catch (error) {
    return fail(`the files cannot be written to ${directory}: ${codeOf(error)}`);
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
