import { RE2JS } from "re2js";
import { fail, ok, type Result } from "./result.ts";

/** Compiles a regular expression of RE2. The library throws for what it cannot; its message may quote the expression. */
export function compileRegex(text: string): Result<RE2JS, string> {
  try {
    return ok(RE2JS.compile(text));
  } catch (error) {
    return fail(`is not a regular expression of RE2: ${(error as Error).message}`);
  }
}
