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
  readonly remove: () => Promise<void>;
}

/** Writes the files that a command is passed, into its working directory or else a folder of the service's own. */
export async function writeInputFiles(
  { files, directory }: Invocation,
  ownFolder: () => Promise<string>,
): Promise<InputFiles> {
  const environment: [string, string][] = [];
  const problems: string[] = [];
  for (const { variable, content } of files) {
    const path = join(directory === "" ? await ownFolder() : directory, `${variable}${randomUUID()}`);
    try {
      if (variable.includes("/")) throw Object.assign(new Error(), { code: "a slash in its name" });
      await writeFile(path, content, { mode: 0o600, flag: "wx" });
      environment.push([variable, path]);
    } catch (error) {
      problems.push(`the file of ${variable} cannot be written: ${codeOf(error)}`);
    }
  }
  const remove = async (): Promise<void> => {
    await Promise.all(environment.map(([, path]) => rm(path, { force: true })));
  };
  return { environment, problems, remove };
}
