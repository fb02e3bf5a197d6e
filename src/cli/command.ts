import { readAdmissionWords, type AdmissionCommand } from "./admission.ts";
import { readCheck, type CheckCommand } from "./check.ts";
import { readConvert, type ConvertCommand } from "./convert.ts";
import { readMailTest, type MailTestCommand } from "./mail-test.ts";
import { readParse, type ParseCommand } from "./parse-body.ts";
import { readRelease, type ReleaseCommand } from "./release.ts";
import type { Said } from "./read-words.ts";
import { readServe, type ServeCommand, type ServeSurroundings } from "./serve.ts";
import { readStatus, type StatusCommand } from "./status.ts";
import { readTest, type TestCommand } from "./test.ts";
import { readUrl, type UrlCommand } from "./url.ts";

/** What the command line asks for. */
export type Command =
  | ServeCommand
  | AdmissionCommand
  | CheckCommand
  | TestCommand
  | ParseCommand
  | ConvertCommand
  | UrlCommand
  | MailTestCommand
  | StatusCommand
  | ReleaseCommand
  | Said;

type Read = (words: readonly string[]) => Command;

const READERS: ReadonlyMap<string, Read> = new Map<string, Read>([
  ["admission", readAdmissionWords],
  ["check", readCheck],
  ["test", readTest],
  ["parse", readParse],
  ["convert", readConvert],
  ["url", readUrl],
  ["mail-test", readMailTest],
  ["status", readStatus],
  ["release", readRelease],
]);

/** Reads the command line, without the program's own name. */
export function readCommand(argv: readonly string[], surroundings: ServeSurroundings): Command {
  const [name = "", ...rest] = argv;
  const read = READERS.get(name);
  if (read !== undefined) return read(rest);
  return readServe(name === "serve" ? rest : argv, surroundings);
}
