import { readCheck, type CheckCommand } from "./check.ts";
import type { Said } from "./parse.ts";
import { readServe, type ServeCommand, type ServeSurroundings } from "./serve.ts";

/** What the command line asks for. */
export type Command = ServeCommand | CheckCommand | Said;

/** Reads the command line, without the program's own name. */
export function readCommand(argv: readonly string[], surroundings: ServeSurroundings): Command {
  const [name, ...rest] = argv;
  if (name === "check") return readCheck(rest);
  return readServe(name === "serve" ? rest : argv, surroundings);
}
