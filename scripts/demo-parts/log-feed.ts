import { appendFileSync } from "node:fs";
import type { Terminal } from "./terminal.ts";

/** The service's log: kept in a file, shown when asked for or line by line as it comes. */
export interface LogFeed {
  readonly file: string;
  readonly add: (chunk: string) => void;
  readonly lastLines: (count: number) => string;
  /** Shows the lines that were not shown yet. */
  readonly show: () => void;
  /** From now on every line is shown as it comes. */
  readonly showAlways: () => void;
}

/** Opens the log of the service in a file of the demo's folder. */
export function openLogFeed(file: string, terminal: Terminal): LogFeed {
  const lines: string[] = [];
  let begun = "";
  let shown = 0;
  let always = false;
  const show = (): void => {
    for (const line of lines.slice(shown)) terminal.detail(line);
    shown = lines.length;
  };
  return {
    file,
    add: (chunk) => {
      appendFileSync(file, chunk);
      const parts = `${begun}${chunk}`.split("\n");
      begun = parts.pop() ?? "";
      lines.push(...parts);
      if (always) show();
    },
    lastLines: (count) => lines.slice(-count).join("\n"),
    show,
    showAlways: () => {
      always = true;
      show();
    },
  };
}
