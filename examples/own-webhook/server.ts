import { createManager } from "imagehook/admission";
import { createServer } from "./webhooks.ts";

const { PORT = "8443", CERT_DIR = "/certs" } = process.env;
const manager = createManager();
manager.add(createServer({ port: Number(PORT), certDir: CERT_DIR }));
await manager.start();
