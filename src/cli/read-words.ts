import { CommanderError, type Command as Program } from "commander";

/** What the program prints instead of doing something: help, a version, or what is wrong with the command line. */
export interface Said {
  readonly kind: "said";
  readonly text: string;
  readonly exitCode: number;
}

/** Lets commander read the words; null when it had nothing to say. */
export function readWords(program: Program, words: readonly string[]): Said | null {
  let text = "";
  const write = (more: string): void => {
    text += more;
  };
  try {
    program
      .exitOverride()
      .configureOutput({ writeOut: write, writeErr: write })
      .parse([...words], { from: "user" });
    return null;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { kind: "said", text, exitCode: error.exitCode === 0 ? 0 : 2 };
  }
}

/** Takes up one more value of an option that may be given several times. */
export const collect = (value: string, others: readonly string[]): readonly string[] => [...others, value];
