import { randomUUID } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Invocation } from "../core/hook/invocation.ts";
import { codeOf } from "../core/error-code.ts";

/** The files of one run. */
export interface InputFiles {
  /** The variables that name them. */
  readonly environment: readonly (readonly [string, string])[];
  /** What could not be written: its variable is left out, as in adnanh/webhook. */
  readonly problems: readonly string[];
  /** Removes the files; gives the codes of those that stay. */
  readonly remove: () => Promise<readonly string[]>;
}

/** Writes the files that a command is passed, into its working directory or else a folder of the service's own. */
export async function writeInputFiles(
  { files, directory }: Invocation,
  ownFolder: () => Promise<string>,
): Promise<InputFiles> {
  const environment: [string, string][] = [];
  const problems: string[] = [];
  for (const { variable, content } of files) {
    try {
      if (variable.includes("/")) throw Object.assign(new Error(), { code: "a slash in its name" });
      const path = join(directory === "" ? await ownFolder() : directory, `${variable}${randomUUID()}`);
      await write(path, content);
      environment.push([variable, path]);
    } catch (error) {
      problems.push(`the file of ${variable} cannot be written: ${codeOf(error)}`);
    }
  }
  const remove = async (): Promise<readonly string[]> => {
    const removed = await Promise.allSettled(environment.map(([, path]) => rm(path, { force: true })));
    return removed.flatMap((each) => (each.status === "rejected" ? [codeOf(each.reason)] : []));
  };
  return { environment, problems, remove };
}

// A full disk leaves a piece of the file.
async function write(path: string, content: Buffer): Promise<void> {
  try {
    await writeFile(path, content, { mode: 0o600, flag: "wx" });
  } catch (error) {
    await Promise.allSettled([rm(path, { force: true })]);
    throw error;
  }
}
