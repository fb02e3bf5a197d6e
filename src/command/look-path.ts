import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { fail, ok, type Result } from "../core/result.ts";

/**
 * Finds the program that a hook names, as adnanh/webhook does: a relative name lies in the hook's working directory
 * where it sets one, else a bare name is looked for in PATH.
 */
export async function lookPath(name: string, directory: string, path: string): Promise<Result<string, string>> {
  const inDirectory = isAbsolute(name) || directory === "" ? name : join(directory, name);
  const isBare = !inDirectory.includes("/");
  const candidates = isBare
    ? path.split(":").flatMap((folder) => (folder === "" ? [] : [join(folder, name)]))
    : [inDirectory];
  for (const candidate of candidates) if (await isProgram(candidate)) return ok(candidate);
  const where = isBare ? "is no program in PATH" : "is no program: it must be there and executable";
  const hint = name.includes(" ") ? "; arguments belong into pass-arguments-to-command" : "";
  return fail(`"${inDirectory}" ${where}${hint}`);
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
