import { createChannels } from "../channels/channels.ts";
import type { Config } from "../config.ts";
import { nextTry } from "../core/notice/retry.ts";
import { watchChannelsFile } from "../files/channels-file.ts";
import { keyFiles } from "../files/key-files.ts";
import type { RolloutParts } from "../flow/rollouts.ts";
import type { Clock, Diagnosis, Log, RemoteReceivers, Workloads } from "../flow/ports.ts";
import { createChannelsOf, createTell } from "../flow/tell.ts";
import { createMailer } from "../mail/mailer.ts";

/** How people are told, by mail and otherwise. */
export interface TellingPart extends Pick<RolloutParts, "channelsOf" | "tell" | "nextTry"> {
  /** The names of the channels that are set up. */
  readonly channelNames: () => readonly string[];
  /** Ends mails that are under way. */
  readonly closeMailer: () => void;
  readonly stop: () => Promise<void>;
}

interface TellingParts {
  readonly workloads: Workloads;
  readonly diagnosis: Diagnosis;
  readonly receivers: RemoteReceivers;
  readonly clock: Clock;
  readonly log: Log;
}

const NO_MAIL = { from: "", to: [], language: "en" } as const;

/** Builds it, with the channels of the file as it is now. */
export async function openTelling(
  { mail, notify, publicUrl }: Config,
  { workloads, diagnosis, receivers, clock, log }: TellingParts,
): Promise<TellingPart> {
  const mailer = mail.kind === "on" ? createMailer(mail) : null;
  if (mail.kind === "off") log.info({ reason: mail.reason }, "no mail will be sent");
  const { from: sender, to: defaultTo, language } = mail.kind === "on" ? mail : NO_MAIL;
  const { channelsFile, rancher, retry, ownerDomains } = notify;
  const channels = createChannels(channelsFile, { receivers, files: keyFiles, clock }, log);
  const watch = watchChannelsFile(channelsFile, channels.adopt);
  await watch.look();
  watch.start();
  const parts = {
    ...{ mailer, sender, defaultTo, language, ownerDomains, rancher, publicUrl },
    ...{ channel: channels.channel, workloads, diagnosis, log },
  };
  return {
    channelsOf: createChannelsOf(parts),
    tell: createTell(parts),
    nextTry: ({ id, attempts }, { finishedAt }, { kind, retryAfterSeconds }) =>
      nextTry({ id, attempts, firstAt: new Date(finishedAt), failedAt: clock.now(), kind, retryAfterSeconds }, retry),
    channelNames: channels.names,
    closeMailer: () => mailer?.close(),
    stop: watch.stop,
  };
}
