// Well-formed sequences (Unicode, table 3-7) over text of one character per byte; what is none is a stray byte.
const SEQUENCES =
  /[^\x80-\xff]+|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|\xed[\x80-\x9f][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}|([\x80-\xff])/g;

/** Reads UTF-8 as Go does: each stray byte is one U+FFFD, where Node makes one of several. A byte order mark stays. */
export function decodeUtf8(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  if (!text.includes("\uFFFD")) return text;
  const mended = bytes
    .toString("latin1")
    .replace(SEQUENCES, (sequence, stray: string | undefined) => (stray === undefined ? sequence : "\xef\xbf\xbd"));
  return Buffer.from(mended, "latin1").toString("utf8");
}
