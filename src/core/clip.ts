/** The beginning of a text that somebody outside chose the length of. */
export const clip = (text: string, maxLength = 80): string =>
  text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
