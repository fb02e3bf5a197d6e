import { stat } from "node:fs/promises";
import { codeOf } from "../core/error-code.ts";

/** A text that changes when a file does, however it is changed: written, renamed over, or swapped behind a link. */
export async function signatureOf(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(":");
  } catch (error) {
    return codeOf(error);
  }
}

/** The same for several files: it changes as well when one comes or goes. */
export async function signatureOfAll(paths: readonly string[]): Promise<string> {
  const signatures = await Promise.all(paths.map(async (path) => `${path} ${await signatureOf(path)}`));
  return signatures.join("\n");
}
