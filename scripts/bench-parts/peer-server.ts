import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ensureWebhook } from "../peer/webhook.ts";
import { startProgram, type Program } from "./program.ts";
import type { Stage } from "./stage.ts";

/** Starts adnanh/webhook, as Debian ships it, with these hooks. */
export async function startPeer({ folder, watchdog, say }: Stage, name: string, hooks: object): Promise<Program> {
  const place = join(folder, name);
  await mkdir(place);
  const file = join(place, "hooks.json");
  await writeFile(file, JSON.stringify(hooks));
  return startProgram({
    name,
    folder,
    watchdog,
    program: await ensureWebhook(say),
    isExecutable: true,
    args: (port) => ["-hooks", file, "-ip", "127.0.0.1", "-port", String(port)],
    readyPath: "/",
  });
}
