import { readChannels } from "../core/notice/channel-settings.ts";
import type { Result } from "../core/result.ts";
import type { Channel, Channels, Log } from "../flow/ports.ts";
import { createChannel, type ChannelParts } from "./channel.ts";
import { KINDS } from "./kinds.ts";

/** The channels of a file, which may change. */
export interface ChannelStore extends Channels {
  /** Takes the file's text, or why it cannot be read; then, and where the text is no document, the channels stay as they were. */
  readonly adopt: (reading: Result<string, string>) => void;
}

/** Makes the store, empty at first. What is wrong with a file goes into the log, with its line and column. */
export function createChannels(file: string, parts: ChannelParts, log: Log): ChannelStore {
  let channels: ReadonlyMap<string, Channel> = new Map();
  return {
    channel: (name) => channels.get(name) ?? null,
    names: () => [...channels.keys()],
    adopt: (reading) => {
      if (reading.kind === "error") {
        log.error({ file, reason: reading.error }, "channels cannot be read; they stay as they were");
        return;
      }
      const read = readChannels(reading.value, KINDS);
      if (read.kind === "error") {
        log.error(
          { file, ...read.error.at, reason: read.error.message },
          "channels cannot be read; they stay as they were",
        );
        return;
      }
      for (const { at, message } of read.value.issues)
        log.error({ file, ...at, reason: message }, "channel is left out");
      channels = new Map(
        read.value.channels.flatMap((settings) => {
          const kind = KINDS.get(settings.type);
          return kind === undefined ? [] : [[settings.name, createChannel(settings, kind, parts)] as const];
        }),
      );
      log.info({ file, channels: [...channels.keys()] }, "channels were read");
    },
  };
}
