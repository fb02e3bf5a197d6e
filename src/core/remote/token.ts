import { z } from "zod";
import { fail, ok, type Result } from "../result.ts";
import { parseJson } from "./json.ts";

/** A token that lets its bearer pull, and for how long. */
export interface Token {
  readonly text: string;
  readonly lifetimeMs: number;
}

// What the specification has where an answer does not say it.
const DEFAULT_SECONDS = 60;
const MAX_SECONDS = 3_600;

const text = z.string().regex(/^[\x21-\x7e]{1,16384}$/);
const answer = z.object({
  token: text.optional(),
  access_token: text.optional(),
  expires_in: z.number().min(0).optional(),
});

/** Reads the answer of a host that gives out tokens. */
export function readToken(bytes: Buffer): Result<Token, string> {
  const read = answer.safeParse(parseJson(bytes));
  const token = read.data?.token ?? read.data?.access_token;
  if (token === undefined) return fail("its answer holds no token");
  return ok({ text: token, lifetimeMs: Math.min(read.data?.expires_in ?? DEFAULT_SECONDS, MAX_SECONDS) * 1_000 });
}
