import type { Result } from "../result.ts";
import { fail, ok } from "../result.ts";
import { MAX_RECIPIENTS } from "./mail.ts";
import { printable } from "./printable.ts";

const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const LABEL = /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

/** Tells whether the text is one plain `local@domain` of RFC 5321: no display name, no quotes, no address literal, ASCII only. */
export function isAddress(text: string): boolean {
  const at = text.lastIndexOf("@");
  const local = text.slice(0, Math.max(at, 0));
  const domain = text.slice(at + 1);
  if (text.length > 254 || local.length > 64 || !LOCAL.test(local)) return false;
  return domain.split(".").every((label) => LABEL.test(label));
}

/** Reads recipients that are separated by commas, semicolons or blanks, each kept once; an empty text is an empty list. */
export function parseAddresses(text: string): Result<readonly string[], string> {
  const entries = text.split(/[\t\r\n ,;]+/).filter((entry) => entry !== "");
  const wrong = entries.find((entry) => !isAddress(entry));
  if (wrong !== undefined) return fail(notAnAddress(wrong));
  const addresses = [...new Map(entries.map((entry) => [entry.toLowerCase(), entry])).values()];
  return addresses.length > MAX_RECIPIENTS ? fail(tooMany(addresses.length)) : ok(addresses);
}

function notAnAddress(entry: string): string {
  const shown = printable(entry, 100);
  return `"${shown}" is not an e-mail address; write plain addresses such as ops@example.com, separated by commas`;
}

function tooMany(count: number): string {
  const most = String(MAX_RECIPIENTS);
  return `${String(count)} addresses are more than the ${most} that one mail may have; use a mailing list`;
}
