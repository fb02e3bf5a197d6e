/** Where lines go in the end, such as the standard output. */
export interface LineOutput {
  readonly write: (text: string) => unknown;
}

/** An output that writes the lines of one turn of the event loop at once. */
export interface GatheredOutput extends LineOutput {
  /** Writes what is gathered now: at the end of the process there is no next turn. */
  readonly flush: () => void;
}

/** Gathers lines: a write to a pipe or a file holds the process up, so under load many lines share one. */
export function gatherLines(out: LineOutput): GatheredOutput {
  let lines: string[] = [];
  const flush = (): void => {
    if (lines.length === 0) return;
    const text = lines.join("");
    lines = [];
    out.write(text);
  };
  const write = (line: string): void => {
    if (lines.push(line) === 1) setImmediate(flush);
  };
  return { write, flush };
}
