import { createAdmissionServer } from "../../../src/assembly/admission-server.ts";
import { allowed } from "../../../src/core/admission/response.ts";
import { setTimeout as sleep } from "node:timers/promises";

// A server in a process of its own, whose memory can be told from the test's: port 0, told to whoever started it.
const [, , certDir = "", delayMs = "0"] = process.argv;
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const server = createAdmissionServer({
  host: "127.0.0.1",
  port: 0,
  certDir,
  log: silent,
  ...(process.env["MAXB"] ? { maxInFlightBytes: Number(process.env["MAXB"]) } : {}),
});
server.register("/allow", async () => {
  await sleep(Number(delayMs));
  return allowed();
});
await server.start();
process.send?.(server.port);
process.once("disconnect", () => void server.stop());
