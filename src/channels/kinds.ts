import type { ChannelKind } from "./kind.ts";
import { webhook } from "./webhook.ts";

/** The types of channels, by the name that settings call them. Another one is a file like webhook.ts, and a line here. */
export const KINDS: ReadonlyMap<string, ChannelKind> = new Map([["webhook", webhook]]);
