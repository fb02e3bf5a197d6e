import { createHash } from "node:crypto";

/** The Message-ID of the mail about one thing: the same thing always has the same one, in the sender's domain. */
export function messageId(about: string, sender: string): string {
  const hash = createHash("sha256").update(about).digest("hex").slice(0, 32);
  return `<${hash}@${sender.slice(sender.lastIndexOf("@") + 1)}>`;
}
