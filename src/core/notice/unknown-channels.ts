/** A hook, as far as channels go. */
interface TellingHook {
  readonly id: string;
  readonly channels: readonly string[];
}

/** A channel that a hook names and that is not set up. */
interface UnknownChannel {
  readonly hook: string;
  readonly channel: string;
}

/** Finds the channels that hooks name and that nobody set up: what they are to be told waits until there is one. */
export const unknownChannels = (hooks: readonly TellingHook[], names: readonly string[]): readonly UnknownChannel[] =>
  hooks.flatMap(({ id, channels }) =>
    channels.filter((channel) => !names.includes(channel)).map((channel) => ({ hook: id, channel })),
  );
