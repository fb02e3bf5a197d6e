import { fail, ok, type Result } from "../../result.ts";
import { fromBytes, toBytes, type Bytes } from "./bytes.ts";
import type { Absence, Run } from "./run.ts";

const MAX_ABSENCES = 100;
const MAX_FILES = 10_000;

const DIRECTORY = "CREDENTIALS_DIRECTORY";

/** The value of an environment variable; empty when it is not set. */
export function lookUpVariable(name: Bytes, run: Run, at: number): Bytes {
  const value = run.environment.getenv(fromBytes(name));
  if (value === undefined) note({ call: "getenv", what: "variable", name, at }, run);
  return toBytes(value ?? "");
}

/** The text of a file without one line end at its end; empty when it cannot be read. `name` is what it is called. */
export function lookUpFile(
  { call, name, path }: { readonly call: "cat" | "credential"; readonly name: Bytes; readonly path: Bytes },
  run: Run,
  at: number,
): Result<Bytes, string> {
  if (++run.files > MAX_FILES) return fail(`files are read more often than ${String(MAX_FILES)} times`);
  const text = run.environment.readFile(fromBytes(path));
  if (text === undefined) note({ call, what: "file", name, at }, run);
  return ok(toBytes((text ?? "").replace(/\n$/, "")));
}

/** A secret of systemd's: a file of the credentials directory, or without one an environment variable. */
export function lookUpCredential(name: Bytes, run: Run, at: number): Result<Bytes, string> {
  const directory = run.environment.getenv(DIRECTORY) ?? "";
  if (directory === "") {
    const value = run.environment.getenv(fromBytes(name));
    if (value === undefined) note({ call: "credential", what: "variable", name, at }, run);
    return ok(toBytes(value ?? ""));
  }
  return lookUpFile({ call: "credential", name, path: `${toBytes(directory)}/${name}` }, run, at);
}

// Each once, at its first place, and not where it is only asked whether it is there.
function note({ name, ...found }: Absence & { readonly name: Bytes }, run: Run): void {
  if (run.asking > 0 || run.absences.size >= MAX_ABSENCES) return;
  const key = `${found.what} ${name}`;
  const absence = { ...found, name: run.constants.has(name) ? fromBytes(name) : null };
  if (!run.absences.has(key)) run.absences.set(key, absence);
}
