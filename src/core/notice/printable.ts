/** The most characters of one value in a mail: a whole image reference fits, a stack trace does not. */
const MAX_LENGTH = 500;

/** Makes one safe line of any text: control characters, line breaks and bidi overrides become blanks, the rest is cut. */
export function printable(text: string, max: number = MAX_LENGTH): string {
  const line = text
    .slice(0, 4 * max)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\s]+/gu, " ")
    .trim()
    .toWellFormed();
  return cut(line, max);
}

/** How much of a text of several lines is shown. */
interface LineLimits {
  readonly lines: number;
  /** Characters of one line. */
  readonly length: number;
}

/** Makes safe lines of the end of any text: blanks that indent a line stay, colours of terminals and control characters go. */
export function printableLines(text: string, { lines, length }: LineLimits): readonly string[] {
  const whole = text
    .slice(-4 * lines * length)
    .trimEnd()
    .split(/\r\n|[\n\r]/);
  return whole
    .slice(-lines)
    .map((line) => withoutColours(line).replaceAll("\t", "  ").replace(UNSAFE, " ").trimEnd().toWellFormed())
    .map((line) => cut(line, length));
}

const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

// What a terminal takes for a command begins so, and ends with a letter.
const withoutColours = (line: string): string =>
  line
    .split("\u001B[")
    .map((part, index) => (index === 0 ? part : part.replace(/^[\d;?]{0,20}[A-Za-z]/, "")))
    .join("");

function cut(line: string, max: number): string {
  const characters = Array.from(line);
  return characters.length > max ? `${characters.slice(0, max - 1).join("")}…` : line;
}
