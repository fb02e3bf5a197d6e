import { parse } from "shell-quote";
import { fail, ok, type Result } from "../core/result.ts";

const CLOSED_QUOTES = /^(?:[^'"\\]|\\[^]|'[^']*'|"(?:[^"\\]|\\[^])*")*$/;
const VARIABLE = {};

/**
 * Splits a text into words with the quoting of a shell. No shell reads it: `*` and `?` stand for themselves, and what
 * else would be the shell's is an error instead of something other than its author meant.
 */
export function splitWords(text: string): Result<readonly string[], string> {
  if (!CLOSED_QUOTES.test(text)) return fail("a quote is not closed, or a backslash stands at the end");
  const words: string[] = [];
  for (const word of entriesOf(text)) {
    if (typeof word === "string") words.push(word);
    else if ("op" in word && word.op === "glob") words.push(word.pattern);
    else return fail(`no shell reads it: put words that hold $ # ; & | < > or brackets into single quotes`);
  }
  return ok(words);
}

// The library throws at a brace that is not closed.
function entriesOf(text: string): ReturnType<typeof parse<object>> {
  try {
    return parse(text, () => VARIABLE);
  } catch {
    return [VARIABLE];
  }
}
