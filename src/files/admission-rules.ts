import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { codeOf } from "../core/error-code.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { RulesText } from "../flow/admission/rules-text.ts";
import { createPoll, type Poll } from "./poll.ts";
import { createSettling } from "./settling.ts";
import { signatureOfAll } from "./signature.ts";

const INTERVAL_MS = 500;
const MAX_BYTES = 1024 * 1024;
const MAX_FILES = 100;

/** Reads the rules files of a directory (`*.yaml`, `*.yml`, in the order of their names), or one file. */
export async function readRulesFiles(path: string): Promise<readonly RulesText[]> {
  const listed = await listRulesFiles(path);
  return listed.kind === "ok" ? Promise.all(listed.value.map(readOne)) : [{ file: path, text: listed }];
}

/**
 * Watches a directory of rules files, and hands on all of them whenever one changed, came or went. A change counts when it
 * has been there for two looks; the first look counts at once. While the directory cannot be read, what it held is handed on, and
 * the directory itself as a file that cannot be read; one that never was there holds none.
 */
export function watchRulesFiles(
  path: string,
  onFiles: (files: readonly RulesText[]) => void,
): Poll & { readonly look: () => Promise<void> } {
  const settle = createSettling();
  let held: readonly RulesText[] | null = null;
  const look = async (): Promise<void> => {
    const listed = await listRulesFiles(path);
    const isThere = listed.kind === "ok";
    if (settle(isThere ? await signatureOfAll(listed.value) : listed.error) === "same") return;
    if (isThere) held = await Promise.all(listed.value.map(readOne));
    const isExpected = isThere || (held === null && listed.error === MISSING);
    onFiles([...(held ?? []), ...(isExpected ? [] : [{ file: path, text: listed }])]);
  };
  return { ...createPoll(look, INTERVAL_MS), look };
}

const unreadable = (code: string): string => `cannot be read: ${code}`;
const MISSING = unreadable("ENOENT");

async function listRulesFiles(path: string): Promise<Result<readonly string[], string>> {
  try {
    if (!(await stat(path)).isDirectory()) return ok([path]);
    const names = (await readdir(path)).filter((name) => /^[^.].*\.ya?ml$/.test(name)).sort();
    if (names.length > MAX_FILES) return fail(`holds more than ${String(MAX_FILES)} rules files: join some of them`);
    return ok(names.map((name) => join(path, name)));
  } catch (error) {
    return fail(unreadable(codeOf(error)));
  }
}

async function readOne(file: string): Promise<RulesText> {
  try {
    const found = await stat(file);
    if (!found.isFile()) return { file, text: fail("is no file") };
    if (found.size > MAX_BYTES) return { file, text: fail(`is larger than ${String(MAX_BYTES)} bytes`) };
    return { file, text: ok(await readFile(file, "utf8")) };
  } catch (error) {
    return { file, text: fail(unreadable(codeOf(error))) };
  }
}
