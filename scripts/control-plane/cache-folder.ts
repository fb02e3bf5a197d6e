import { homedir } from "node:os";
import { join } from "node:path";

/** Where programs that were built or downloaded once are kept for the next run. */
export function cacheFolder(): string {
  const base = process.env["XDG_CACHE_HOME"] ?? "";
  return join(base === "" ? join(homedir(), ".cache") : base, "imagehook");
}
