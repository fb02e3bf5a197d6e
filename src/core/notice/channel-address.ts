import { fail, ok, type Result } from "../result.ts";

const MAX_LENGTH = 2_000;

/**
 * Reads the address that a channel posts to. It must be HTTPS unless the operator said otherwise. Addresses may hold
 * secrets: no message shows one.
 */
export function readChannelAddress(text: string, isInsecure: boolean): Result<URL, string> {
  const url = text.length <= MAX_LENGTH && URL.canParse(text) ? new URL(text) : null;
  if (url === null) return fail("is no address, such as https://receiver.example.com/rollouts");
  if (url.protocol === "http:" && !isInsecure)
    return fail("is not encrypted: use https, or say insecure: true where only this cluster can read along");
  if (url.protocol !== "http:" && url.protocol !== "https:") return fail("must begin with https://");
  if (url.username !== "" || url.password !== "") return fail("holds a login, which is not sent: leave it out");
  return ok(url);
}
