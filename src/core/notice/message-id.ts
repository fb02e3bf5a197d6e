import { createHash } from "node:crypto";

/** The Message-ID of the mail about one thing: the same thing always has the same one, in the sender's domain. */
export function messageId(about: string, sender: string): string {
  const hash = createHash("sha256").update(about).digest("hex").slice(0, 32);
  return `<${hash}@${sender.slice(sender.lastIndexOf("@") + 1)}>`;
}

/**
 * The id that all mails about one workload answer to, so that mail programs show them as one thread. No mail bears it.
 * The workload is told by its key, which names kind, namespace and name.
 */
export const threadId = (workloadKey: string, sender: string): string => messageId(`thread ${workloadKey}`, sender);
