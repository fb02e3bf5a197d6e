// What parsed values were measured to take in V8, in bytes, beside the text itself.
const BRACKET = 64;
const COLON = 32;
const COMMA = 16;
const CODE_WEIGHTS = new Map([
  ["{", BRACKET],
  ["[", BRACKET],
  [":", COLON],
  [",", COMMA],
]);
const WEIGHTS = Uint8Array.from({ length: 128 }, (_, code) => CODE_WEIGHTS.get(String.fromCharCode(code)) ?? 0);
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

// A small body is not worth a look: so many bytes for each of its own.
const SMALL = 128 * 1024;
const SMALL_FACTOR = 16;

/** Whether a review is so large that its values outlive the collections of young ones. */
export const isLarge = (body: string): boolean => body.length > SMALL;

/** How many bytes of memory a review takes once it is parsed, roughly: `[[],[],…` takes thirty times its text. */
export function reviewWeight(body: string): number {
  if (!isLarge(body)) return body.length * SMALL_FACTOR;
  let weight = body.length;
  let isText = false;
  for (let index = 0; index < body.length; index++) {
    const code = body.charCodeAt(index);
    if (code === QUOTE) isText = !isText;
    else if (!isText) weight += WEIGHTS[code] ?? 0;
    else if (code === BACKSLASH) index++;
  }
  return weight;
}
