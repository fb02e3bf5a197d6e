import { hash, timingSafeEqual } from "node:crypto";

/** Compares two texts in a time that does not depend on where they differ, nor on their lengths. */
export const isSameText = (a: string, b: string): boolean => timingSafeEqual(sha256(a), sha256(b));

const sha256 = (text: string): Buffer => hash("sha256", text, "buffer");
