// One replica of a webhook, as a process of its own: node admission-replica.ts NAME CERT_DIR
import { createAdmissionServer, createManager, mutating, patched } from "../../src/admission.ts";

const [, , name = "", certDir = ""] = process.argv;
const server = createAdmissionServer({ port: 0, certDir });
const by = mutating(() => patched("", { op: "add", path: "/metadata/labels", value: { by: name } }));
server.register("/by", by);
const manager = createManager();
manager.add(server);
manager.add({
  start: async () => {
    await server.started();
    process.stdout.write(`port ${String(server.port)}\n`);
  },
});
await manager.start();
