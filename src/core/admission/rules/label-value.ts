const MAX_LENGTH = 63;

/** The nearest valid value of a label: 63 characters, others than letters, digits, `.`, `_`, `-` become `-`, ends trimmed. */
export const toLabelValue = (text: string): string =>
  trimEnds(trimEnds(text.slice(0, 10 * MAX_LENGTH).replace(/[^\w.-]/g, "-")).slice(0, MAX_LENGTH));

const trimEnds = (text: string): string => {
  let [start, end] = [0, text.length];
  while (start < end && isMark(text.charAt(start))) start++;
  while (end > start && isMark(text.charAt(end - 1))) end--;
  return text.slice(start, end);
};

const isMark = (character: string): boolean => /[._-]/.test(character);
