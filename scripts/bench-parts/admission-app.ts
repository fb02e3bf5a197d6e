import process from "node:process";
import { pathToFileURL } from "node:url";
import type * as Admission from "../../src/admission.ts";

// A webhook server as people write it, with what was built; no line of log, and metrics as they are by default.
const { createAdmissionServer, allowed, denied, validating } = (await import(
  pathToFileURL(process.env["ADMISSION"] ?? "").href
)) as typeof Admission;
const none = (): void => undefined;
const server = createAdmissionServer({
  host: "127.0.0.1",
  port: Number(process.env["PORT"]),
  certDir: process.env["CERTIFICATES"] ?? "",
  log: { debug: none, info: none, warn: none, error: none },
});
server.register(
  "/judge",
  validating(({ object }) => (object === null ? denied("there is no object") : allowed())),
);
process.once("SIGTERM", () => void server.stop().then(() => process.exit(0)));
await server.start();
