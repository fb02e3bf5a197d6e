import { clip } from "../clip.ts";

const MAX_SHOWN = 40;

/** A text that a sender chose, in quotes, for a reason that people read: the beginning of a long one. */
export const shown = (text: string): string => JSON.stringify(clip(text, MAX_SHOWN));
