import { styleText } from "node:util";

/** Tells a person what happens; colours only where the output is a terminal that has them. */
export interface Terminal {
  readonly step: (title: string) => void;
  readonly say: (text: string) => void;
  readonly detail: (text: string) => void;
  /** Shows a command as one would type it. */
  readonly command: (text: string) => void;
  readonly good: (text: string) => void;
  readonly bad: (text: string) => void;
  /** From now on this text is shown as `…` only. */
  readonly hide: (secret: string) => void;
}

type Style = Parameters<typeof styleText>[0];

/** Opens the terminal that the steps are shown on. */
export function openTerminal(out: NodeJS.WriteStream): Terminal {
  const secrets: string[] = [];
  let steps = 0;
  const masked = (text: string): string => secrets.reduce((rest, secret) => rest.replaceAll(secret, "…"), text);
  const write = (text: string, indent: string, style?: Style): void => {
    for (const line of masked(text).trimEnd().split("\n")) {
      const whole = `${indent}${line}`.trimEnd();
      out.write(`${style === undefined || whole === "" ? whole : styleText(style, whole, { stream: out })}\n`);
    }
  };
  return {
    step: (title) => {
      steps += 1;
      out.write("\n");
      write(`${String(steps)}. ${title}`, "", "bold");
    },
    say: (text) => {
      write(text, "   ");
    },
    detail: (text) => {
      write(text, "     ", "dim");
    },
    command: (text) => {
      write(`$ ${text}`, "   ", "cyan");
    },
    good: (text) => {
      write(`ok: ${text}`, "   ", "green");
    },
    bad: (text) => {
      write(`NOT OK: ${text}`, "   ", "red");
    },
    hide: (secret) => {
      secrets.push(secret);
    },
  };
}
