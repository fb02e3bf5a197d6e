import { firstRunes, type Bytes } from "./bytes.ts";
import { pad, type Form } from "./form.ts";
import { isRawText, quoteText } from "./quote.ts";

/** Writes a text by a verb of printf; null when the verb does not suit texts. */
export function formatText(text: Bytes, verb: string, form: Form): Bytes | null {
  switch (verb) {
    case "v":
      return form.isSource ? formatQuoted(text, form) : formatPlain(text, form);
    case "s":
      return formatPlain(text, form);
    case "q":
      return formatQuoted(text, form);
    case "x":
      return formatHex(text, form);
    case "X":
      // Only the digits and the x of 0x have an upper case.
      return formatHex(text, form).toUpperCase();
    default:
      return null;
  }
}

const truncate = (text: Bytes, { precision }: Form): Bytes => (precision === null ? text : firstRunes(text, precision));

/** Writes a text as it is, cut to the precision and filled to the width. */
export const formatPlain = (text: Bytes, form: Form): Bytes => pad(truncate(text, form), form);

function formatQuoted(text: Bytes, form: Form): Bytes {
  const shown = truncate(text, form);
  return pad(form.sharp && isRawText(shown) ? `\`${shown}\`` : quoteText(shown, form.plus), form);
}

// The precision counts bytes here; the flag # gives 0x, once or, with the flag for blanks, at each byte.
function formatHex(text: Bytes, form: Form): Bytes {
  const { precision, sharp, space } = form;
  const bytes = Buffer.from(precision === null ? text : text.slice(0, precision), "latin1").toString("hex");
  const prefix = sharp && bytes !== "" ? "0x" : "";
  return pad(prefix + (space ? (bytes.match(/../g) ?? []).join(` ${prefix}`) : bytes), form);
}
