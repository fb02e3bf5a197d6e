import { readFileSync } from "node:fs";

/** The version in package.json, which lies above `src` as it does above `dist`. */
export function readVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
