import { setTimeout as sleep } from "node:timers/promises";
import { createAdmissionServer } from "../../../src/assembly/admission-server.ts";
import { allowed } from "../../../src/core/admission/response.ts";

// A server in a process of its own, so that its memory can be told from the test's. Tells its port to whoever started it.
const [, , certDir = ""] = process.argv;
const quiet = (): void => undefined;
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
const server = createAdmissionServer({ host: "127.0.0.1", port: 0, certDir, log });
server.register("/allow", async () => {
  await sleep(20);
  return allowed();
});
await server.start();
process.send?.(server.port);
process.once("disconnect", () => void server.stop());
