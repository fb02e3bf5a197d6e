import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { SyntaxProblem } from "../core/hook/document.ts";
import { readHooks } from "../core/hook/read-hooks.ts";
import { expandTemplate, type Getenv } from "../core/hook/template.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { HooksFile } from "../flow/ports.ts";
import { codeOf } from "./signature.ts";

/** Gives environment variables to templates; null when files are no templates. */
export type TemplateEnvironment = Getenv | null;

const HOOKS_FILE = /^[^.].*\.(?:json|ya?ml)$/;
const MAX_BYTES = 8 * 1024 * 1024;

/** Tells by its name whether a file of a hooks directory is read. */
export const isHooksFileName = (name: string): boolean => HOOKS_FILE.test(name);

/** Reads hooks files by their paths; of a directory those that would be served. */
export async function readHooksPaths(
  paths: readonly string[],
  getenv: TemplateEnvironment,
): Promise<readonly HooksFile[]> {
  const files = await Promise.all(paths.map(filesAt));
  return Promise.all(files.flat().map((path) => readHooksFile(path, path, getenv)));
}

async function filesAt(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory() !== true) return [path];
  return (await readdir(path))
    .filter(isHooksFileName)
    .sort()
    .map((name) => join(path, name));
}

/** Reads one hooks file; `file` is what it is called in messages. What cannot be read is a file that does not parse. */
export async function readHooksFile(path: string, file: string, getenv: TemplateEnvironment): Promise<HooksFile> {
  const text = await readHooksText(path, getenv);
  return { file, reading: text.kind === "ok" ? readHooks(text.value, file) : text };
}

/** Reads one hooks file's text, its templates expanded. */
export async function readHooksText(path: string, getenv: TemplateEnvironment): Promise<Result<string, SyntaxProblem>> {
  const unreadable = (message: string): Result<string, SyntaxProblem> => fail({ at: { line: 1, column: 1 }, message });
  try {
    const bytes = await readFile(path);
    if (bytes.length > MAX_BYTES) return unreadable(`the file is larger than ${String(MAX_BYTES)} bytes`);
    const text = bytes.toString("utf8").replace(/^\uFEFF/, "");
    return getenv === null ? ok(text) : expandTemplate(text, getenv);
  } catch (error) {
    return unreadable(`the file cannot be read: ${codeOf(error)}`);
  }
}
