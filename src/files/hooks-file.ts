import { readFileSync, statSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { SyntaxProblem } from "../core/hook/field.ts";
import type { Issue } from "../core/hook/fields.ts";
import { isHooksFileName } from "../core/hook/hooks-file-name.ts";
import { readHooks } from "../core/hook/read-hooks.ts";
import { expandTemplate, issueOf } from "../core/hook/template/expand-template.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { HooksFile } from "../flow/ports.ts";
import { codeOf } from "../core/error-code.ts";

/** Gives environment variables to templates; null when files are no templates. */
export type TemplateEnvironment = ((name: string) => string | undefined) | null;

const MAX_FILES = 1_000;
const MAX_BYTES = 8 * 1024 * 1024;
const MAX_INCLUDED_BYTES = 1024 * 1024;

/** The hooks files at a path: the path itself, whatever its name, or those of a directory. */
interface HooksFiles {
  readonly isDirectory: boolean;
  readonly files: readonly string[];
}

/** Lists the hooks files at a path; rejects where there is nothing, or nothing that may be read. */
export async function listHooksFiles(path: string): Promise<HooksFiles> {
  if (!(await stat(path)).isDirectory()) return { isDirectory: false, files: [path] };
  const names = (await readdir(path)).filter(isHooksFileName).sort();
  return { isDirectory: true, files: names.slice(0, MAX_FILES).map((name) => join(path, name)) };
}

/** Reads hooks files by their paths; of a directory those that would be served. */
export async function readHooksPaths(
  paths: readonly string[],
  getenv: TemplateEnvironment,
): Promise<readonly HooksFile[]> {
  const files = await Promise.all(
    paths.map((path) =>
      listHooksFiles(path).then(
        ({ files: found }) => found,
        () => [path],
      ),
    ),
  );
  return Promise.all(files.flat().map((path) => readHooksFile(path, path, getenv)));
}

/** Reads one hooks file; `file` is what it is called in messages. What cannot be read is a file that does not parse. */
export async function readHooksFile(path: string, file: string, getenv: TemplateEnvironment): Promise<HooksFile> {
  const text = await readHooksText(path, getenv);
  if (text.kind === "error") return { file, reading: text, warnings: [] };
  return { file, reading: readHooks(text.value.text, file), warnings: text.value.warnings };
}

/** A hooks file's text after template expansion, and what its author should know of the templates. */
interface HooksText {
  readonly text: string;
  readonly warnings: readonly Issue[];
}

/** Reads one hooks file's text. */
export async function readHooksText(
  path: string,
  getenv: TemplateEnvironment,
): Promise<Result<HooksText, SyntaxProblem>> {
  const unreadable = (message: string): Result<HooksText, SyntaxProblem> =>
    fail({ at: { line: 1, column: 1 }, message });
  try {
    const bytes = await readFile(path);
    if (bytes.length > MAX_BYTES) return unreadable(`the file is larger than ${String(MAX_BYTES)} bytes`);
    const text = bytes.toString("utf8").replace(/^\uFEFF/, "");
    if (getenv === null) return ok({ text, warnings: [] });
    const expanded = expandTemplate(text, { getenv, readFile: readIncluded });
    if (expanded.kind === "error") return expanded;
    return ok({ text: expanded.value.text, warnings: expanded.value.unset.map(issueOf) });
  } catch (error) {
    return unreadable(`the file cannot be read: ${codeOf(error)}`);
  }
}

// A file that a template takes in. Templates are expanded without a pause, so it is read so too; a pipe, which could
// stop everything, is none.
function readIncluded(path: string): string | undefined {
  try {
    const found = statSync(path);
    if (!found.isFile() || found.size > MAX_INCLUDED_BYTES) return undefined;
    return readFileSync(path).subarray(0, MAX_INCLUDED_BYTES).toString("utf8");
  } catch {
    return undefined;
  }
}
