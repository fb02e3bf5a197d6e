import type { PayloadObject } from "../payload.ts";
import { textAt } from "../payload-at.ts";
import type { SnsEntry } from "./caller-entry.ts";

const MAX_CHARACTERS = 4_000;

/**
 * The address that confirms the subscription which a message asks for, null where the message's own is not that of the
 * entry's topic at SNS's own host. It is put together anew, of what was looked at.
 */
export function confirmationUrl({ host, topicArn }: SnsEntry, body: PayloadObject): string | null {
  const [text, token] = [textAt(body, "SubscribeURL"), textAt(body, "Token")];
  const url = text.length <= MAX_CHARACTERS && URL.canParse(text) ? new URL(text) : null;
  const base = `https://${host}/?`;
  if (url === null || token === "" || !url.href.startsWith(base)) return null;
  const query = { Action: "ConfirmSubscription", TopicArn: topicArn, Token: token };
  const isRight = Object.entries(query).every(([name, value]) => url.searchParams.getAll(name).join("\n") === value);
  return isRight ? `${base}${new URLSearchParams(query).toString()}` : null;
}
