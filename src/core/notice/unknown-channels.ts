import type { Hook } from "../hook/hook.ts";

/** A channel that a hook names and that is not set up. */
interface UnknownChannel {
  readonly hook: string;
  readonly channel: string;
}

/** Finds the channels that hooks name and that nobody set up: nothing is told to them. */
export const unknownChannels = (hooks: readonly Hook[], names: readonly string[]): readonly UnknownChannel[] =>
  hooks
    .flatMap((hook) =>
      hook.kind === "upgrade" ? hook.upgrade.channels.map((channel) => ({ hook: hook.id, channel })) : [],
    )
    .filter(({ channel }) => !names.includes(channel));
