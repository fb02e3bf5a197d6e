/** The most characters of one value in a mail: a whole image reference fits, a stack trace does not. */
const MAX_LENGTH = 500;

/** Makes one safe line of any text: control characters, line breaks and bidi overrides become blanks, the rest is cut. */
export function printable(text: string, max: number = MAX_LENGTH): string {
  const line = text
    .slice(0, 4 * max)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\s]+/gu, " ")
    .trim()
    .toWellFormed();
  const characters = Array.from(line);
  return characters.length > max ? `${characters.slice(0, max - 1).join("")}…` : line;
}
