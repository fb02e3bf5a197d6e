import { webhookMessage } from "../core/notice/webhook-message.ts";
import { fail, ok } from "../core/result.ts";
import { keyOfSecret, signWebhook } from "../core/standard-webhook.ts";
import type { ChannelKind } from "./kind.ts";
import { statusFault } from "./status-fault.ts";

// The least that Standard Webhooks allows.
const MIN_KEY_BYTES = 24;

/** The generic webhook, signed by Standard Webhooks with each of the channel's secrets, so that they can be changed one by one. */
export const webhook: ChannelKind = {
  needsSecret: true,
  compose: (notice, { id, now, url, secrets }) => {
    const keys = secrets.flatMap((secret) => keyOfSecret(secret) ?? []);
    const isUsable = keys.length === secrets.length && keys.every((key) => key.length >= MIN_KEY_BYTES);
    if (!isUsable) return fail("each line must be a secret of 24 bytes or more: echo whsec_$(openssl rand -base64 32)");
    const body = webhookMessage(notice);
    const timestamp = String(Math.floor(now.getTime() / 1000));
    const signatures = keys.map((key) => `v1,${signWebhook(key, { id, timestamp, body })}`);
    const headers = {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": timestamp,
      "webhook-signature": signatures.join(" "),
    };
    return ok({ url: url.href, headers, body });
  },
  faultOf: statusFault,
};
