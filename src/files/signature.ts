import { stat } from "node:fs/promises";

/** A text that changes when a file does, however it is changed: written, renamed over, or swapped behind a link. */
export async function signatureOf(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(":");
  } catch (error) {
    return codeOf(error);
  }
}

/** The code of a system error, such as ENOENT. */
export const codeOf = (error: unknown): string => {
  const { code } = error as { code?: unknown };
  return typeof code === "string" ? code : "EUNKNOWN";
};
