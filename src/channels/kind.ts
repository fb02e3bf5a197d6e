import type { ChannelNeeds } from "../core/notice/channel-settings.ts";
import type { Notice } from "../core/notice/notice.ts";
import type { Result } from "../core/result.ts";
import type { ChannelFailure, RemoteAnswer } from "../flow/ports.ts";

/** What a message can be made with. */
interface Means {
  /** The same whenever the same notice is sent again. */
  readonly id: string;
  readonly now: Date;
  readonly url: URL;
  /** The lines of the channel's file of secrets; none where it has no such file. */
  readonly secrets: readonly string[];
}

/** What is posted. */
interface ChannelMessage {
  /** At the host of the channel's own address. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A type of channel: how it writes what there is to tell, and what an answer means. */
export interface ChannelKind extends ChannelNeeds {
  /** The error says what is wrong with the channel's secrets. */
  readonly compose: (notice: Notice, means: Means) => Result<ChannelMessage, string>;
  /** Null where the receiver took it. */
  readonly faultOf: (answer: RemoteAnswer, now: Date) => ChannelFailure | null;
}
