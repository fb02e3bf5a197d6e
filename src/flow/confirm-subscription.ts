import type { PushOutcome } from "../core/delivery/outcome.ts";
import type { SnsEntry } from "../core/hook/callers/caller-entry.ts";
import { confirmationUrl } from "../core/hook/callers/sns-subscription.ts";
import type { PayloadObject } from "../core/hook/payload.ts";
import type { Remote } from "./ports.ts";

const MAX_BYTES = 64 * 1024;
const CONFIRM_WITHIN_MS = 4_000;

/** Confirms the subscription that a proven message of SNS asks for, at SNS's own host. */
export async function confirmSubscription(entry: SnsEntry, body: PayloadObject, remote: Remote): Promise<PushOutcome> {
  const url = confirmationUrl(entry, body);
  if (url === null)
    return {
      kind: "bad-request",
      field: "SubscribeURL",
      reason: "does not confirm a subscription to the hook's topic",
    };
  const signal = AbortSignal.timeout(CONFIRM_WITHIN_MS);
  const answer = await remote.get({ url, allow: [entry.host], maxBytes: MAX_BYTES, signal });
  if (answer.kind === "error") return { kind: "unavailable", what: "subscription", reason: answer.error.message };
  const { status } = answer.value;
  if (status === 200) return { kind: "ignored", reason: `subscription to ${entry.topicArn} confirmed` };
  return { kind: "unavailable", what: "subscription", reason: `${entry.host} answered ${String(status)}` };
}
