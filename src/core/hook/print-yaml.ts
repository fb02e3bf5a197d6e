import { Document, visit } from "yaml";

// Texts that no reader of YAML, 1.1 or 1.2, takes for anything else.
const PLAIN = /^[A-Za-z/][\w./@-]*$/;
const WORDS = /^(?:y|yes|n|no|on|off|true|false|null|nan|inf)$/i;

// These end a line in YAML 1.1, or may not stand in a document; they only ever stand in double quotes here.
const ESCAPED = /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g;

/**
 * Prints a value as block YAML that every reader takes alike: helm's and kubectl's readers differ from YAML 1.1 and from
 * YAML 1.2 in what they take for a number or a truth, so all but the plainest texts stand in double quotes, on one line.
 */
export function printYaml(value: unknown): string {
  const document = new Document(value, { version: "1.1", aliasDuplicateObjects: false });
  visit(document, {
    Scalar: (_key, node) => {
      const { value: text } = node;
      if (typeof text !== "string") return;
      node.value = text.toWellFormed();
      node.type = PLAIN.test(text) && !WORDS.test(text) ? "PLAIN" : "QUOTE_DOUBLE";
    },
  });
  return document.toString({ lineWidth: 0, doubleQuotedMinMultiLineLength: Infinity }).replace(ESCAPED, escape);
}

const escape = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** Moves lines to the right. */
export const indent = (text: string, blanks: number): string => text.replace(/^(?=.)/gm, " ".repeat(blanks));
