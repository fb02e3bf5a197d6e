const MAX_SHOWN = 40;

/** A text that a sender chose, in quotes, for a reason that people read: the beginning of a long one. */
export const shown = (text: string): string =>
  JSON.stringify(text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text);
