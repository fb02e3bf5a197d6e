import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { codeOf } from "../core/error-code.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { RulesText } from "../flow/admission/rules-store.ts";
import { createPoll, type Poll } from "./poll.ts";
import { readText } from "./read-text.ts";
import { signatureOf } from "./signature.ts";

const INTERVAL_MS = 500;
const MAX_BYTES = 1024 * 1024;
const MAX_FILES = 100;

/**
 * Reads the rules files of a directory (`*.yaml`, `*.yml`, in the order of their names), or one file. A directory that is not
 * there holds none; the error says why a path cannot be read.
 */
export async function readRulesFiles(path: string): Promise<Result<readonly RulesText[], string>> {
  const files = await listRulesFiles(path);
  return files.kind === "error" ? files : ok(await Promise.all(files.value.map(readOne)));
}

/**
 * Watches a directory of rules files, and hands on all of them whenever one changed, came or went. A change counts when it
 * has been there for two looks; the first look counts at once.
 */
export function watchRulesFiles(
  path: string,
  onFiles: (files: readonly RulesText[]) => void,
): Poll & { readonly look: () => Promise<void> } {
  let adopted: string | null = null;
  let last = "";
  const look = async (): Promise<void> => {
    const listed = await listRulesFiles(path);
    const signature = await signatureOfAll(listed);
    const isSettled = adopted === null || signature === last;
    last = signature;
    if (signature === adopted || !isSettled) return;
    adopted = signature;
    const read = listed.kind === "error" ? [] : await Promise.all(listed.value.map(readOne));
    onFiles(listed.kind === "error" ? [{ file: path, text: listed }] : read);
  };
  return { ...createPoll(look, INTERVAL_MS), look };
}

async function signatureOfAll(listed: Result<readonly string[], string>): Promise<string> {
  if (listed.kind === "error") return listed.error;
  return (await Promise.all(listed.value.map(async (file) => `${file} ${await signatureOf(file)}`))).join("\n");
}

async function listRulesFiles(path: string): Promise<Result<readonly string[], string>> {
  try {
    if (!(await stat(path)).isDirectory()) return ok([path]);
    const names = (await readdir(path)).filter((name) => /^[^.].*\.ya?ml$/.test(name)).sort();
    if (names.length > MAX_FILES) return fail(`${path}: holds more than ${String(MAX_FILES)} rules files`);
    return ok(names.map((name) => join(path, name)));
  } catch (error) {
    return codeOf(error) === "ENOENT" ? ok([]) : fail(`${path}: cannot be read: ${codeOf(error)}`);
  }
}

async function readOne(file: string): Promise<RulesText> {
  const size = await stat(file).then(
    (seen) => seen.size,
    () => 0,
  );
  if (size > MAX_BYTES) return { file, text: fail(`${file}: is larger than ${String(MAX_BYTES)} bytes`) };
  return { file, text: await readText(file) };
}
