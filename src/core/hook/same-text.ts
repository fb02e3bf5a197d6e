import { timingSafeEqual } from "node:crypto";

/**
 * Compares what was sent with what is expected, in a time that depends on the length of the first alone: neither on
 * where they differ nor on the length of the second.
 */
export function isSameText(sent: string, expected: string): boolean {
  const [left, right] = [Buffer.from(sent), Buffer.from(expected)];
  const isAsLong = left.length === right.length;
  return timingSafeEqual(left, isAsLong ? right : left) && isAsLong;
}
