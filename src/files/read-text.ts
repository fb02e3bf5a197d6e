import { readFile } from "node:fs/promises";
import { codeOf } from "../core/error-code.ts";
import { fail, ok, type Result } from "../core/result.ts";

/** Reads a file that an operator named; the error names it too. */
export async function readText(file: string): Promise<Result<string, string>> {
  try {
    return ok(await readFile(file, "utf8"));
  } catch (error) {
    return fail(`${file}: cannot be read: ${codeOf(error)}`);
  }
}

/** What a library makes of a text, or null: it throws at what it cannot read, and its words may hold pieces of it. */
export function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
