import { fail, ok, type Result } from "../result.ts";
import { readDocument } from "./document.ts";
import type { SyntaxProblem } from "./field.ts";
import { readHook, type HookReading } from "./read-hook.ts";

/** What a file of the hooks directory holds: hooks, or something that is not meant as a hooks file. */
export type FileReading =
  | { readonly kind: "hooks"; readonly hooks: readonly HookReading[] }
  | { readonly kind: "not-hooks"; readonly reason: string };

/** Reads a hooks file's text, after template expansion. A file holds a list of hooks; nothing in it is no hook. */
export function readHooks(text: string, file: string): Result<FileReading, SyntaxProblem> {
  const document = readDocument(text);
  if (document.kind === "error") return document;
  if (document.value === null)
    return fail({ at: { line: 1, column: 1 }, message: "the file is empty; no hooks at all is []" });
  if (document.value.kind !== "list")
    return ok({ kind: "not-hooks", reason: `it holds a ${document.value.kind}, not a list of hooks` });
  return ok({ kind: "hooks", hooks: document.value.items.map((item) => readHook(item, file)) });
}
