import { readChannelAddress } from "../core/notice/channel-address.ts";
import type { ChannelSettings } from "../core/notice/channel-settings.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { Channel, ChannelFailure, Clock, KeyFiles, RemoteFailure, RemoteReceivers } from "../flow/ports.ts";
import type { ChannelKind } from "./kind.ts";

/** What channels reach. */
export interface ChannelParts {
  readonly receivers: RemoteReceivers;
  readonly files: KeyFiles;
  readonly clock: Clock;
}

// Less than the time for which a notice is claimed.
const TIMEOUT_MS = 30_000;
const MAX_ANSWER_BYTES = 4_096;
const MAX_SECRETS = 10;

/** Makes a channel. Its files are read each time that something is sent, so that secrets can be changed meanwhile. */
export const createChannel = (settings: ChannelSettings, kind: ChannelKind, parts: ChannelParts): Channel => ({
  send: async (notice, id, signal) => {
    const url = await urlOf(settings, parts.files);
    if (url.kind === "error") return fail(unusable(settings, url.error));
    const secrets = await secretsOf(settings, parts.files);
    if (secrets.kind === "error") return fail(unusable(settings, secrets.error));
    const now = parts.clock.now();
    const message = kind.compose(notice, { id, now, url: url.value, secrets: secrets.value });
    if (message.kind === "error") return fail(unusable(settings, `${settings.secretFile}: ${message.error}`));
    const answer = await parts.receivers.post({
      ...message.value,
      host: url.value.host,
      allowsHttp: settings.isInsecure,
      maxBytes: MAX_ANSWER_BYTES,
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    if (answer.kind === "error") return fail(notSent(answer.error));
    const fault = kind.faultOf(answer.value, now);
    return fault === null ? ok(String(answer.value.status)) : fail(fault);
  },
});

async function urlOf({ url, isInsecure }: ChannelSettings, files: KeyFiles): Promise<Result<URL, string>> {
  if (url.kind === "text") return readChannelAddress(url.value, isInsecure);
  const text = await files.read(url.path);
  if (text.kind === "error") return text;
  const address = readChannelAddress(text.value.trim(), isInsecure);
  return address.kind === "ok" ? address : fail(`what ${url.path} holds ${address.error}`);
}

async function secretsOf({ secretFile }: ChannelSettings, files: KeyFiles): Promise<Result<readonly string[], string>> {
  if (secretFile === "") return ok([]);
  const text = await files.read(secretFile);
  if (text.kind === "error") return text;
  const lines = text.value.split("\n").flatMap((line) => line.trim() || []);
  if (lines.length === 0) return fail(`${secretFile} is empty`);
  return lines.length > MAX_SECRETS ? fail(`${secretFile} has more than ${String(MAX_SECRETS)} lines`) : ok(lines);
}

// The operator mends it while the notice waits.
const unusable = ({ name }: ChannelSettings, message: string): ChannelFailure => ({
  kind: "temporary",
  code: "ESETTINGS",
  message,
  hint: `correct the channel ${name}`,
  retryAfterSeconds: null,
});

const REACH_HINT =
  "check the channel's url, the network's rules, and OUTGOING_CA where an authority of your own certified the receiver";

const notSent = ({ kind, message }: RemoteFailure): ChannelFailure => ({
  kind: kind === "unreachable" ? "temporary" : "permanent",
  code: kind,
  message,
  hint: kind === "unreachable" ? REACH_HINT : "",
  retryAfterSeconds: null,
});
