/** Whether a flag takes a value, or is true by being there. */
export type FlagKind = "boolean" | "value";

const FLAG = /^--?([^-=][^=]*)(?:=([^]*))?$/;

/**
 * Turns arguments as Go's package flag reads them into long options with their value after `=`: one dash or two, a
 * value after `=` or as the next word, a boolean's after `=` only. The first word that is no flag ends them, as `--`
 * does. A flag that is unknown becomes a long option without its value, so that its error can name the nearest one.
 */
export function readGoFlags(
  argv: readonly string[],
  kindOf: (name: string) => FlagKind | undefined,
): readonly string[] {
  const words: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const flag = FLAG.exec(argv[at] ?? "");
    if (flag === null) return [...words, "--", ...argv.slice(argv[at] === "--" ? at + 1 : at)];
    const [, name = "", joined] = flag;
    const kind = kindOf(name);
    if (kind === "value" && joined === undefined) words.push(optionOf(name, argv[++at]));
    else if (kind === undefined) words.push(optionOf(name, undefined));
    else words.push(optionOf(name, joined ?? "true"));
  }
  return words;
}

function optionOf(name: string, value: string | undefined): string {
  const option = name.length === 1 ? `-${name}` : `--${name}`;
  return value === undefined ? option : `${option}=${value}`;
}
