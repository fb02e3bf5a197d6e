// The example of the book's chapter, and its mutating twin: see docs/admission.md.
//   npm run build && node examples/none-shall-pass.ts [CERT_DIR]
// With a directory it serves its tls.crt and tls.key, without one a self-signed pair that it makes in memory.
import { createAdmissionServer, createManager, denied, mutating, patched, validating } from "imagehook/admission";

const [, , certDir] = process.argv;
const port = Number(process.env["PORT"] ?? 8443);

// 1. The manager starts the server, and stops it on SIGTERM and SIGINT.
const manager = createManager();

// 2. The server.
const server = createAdmissionServer({ port, ...(certDir !== undefined && { certDir }) });
manager.add(server);

// 3. The handlers: each is one function from a request to a response.
const validatingHook = validating(() => denied("none shall pass!"));

const mutatingHook = mutating((request, { decoder }) => {
  const { annotations } = decoder.object(request)["metadata"] as { annotations?: object };
  return patched(
    "some changes",
    // A patch that does not apply fails the request, whatever failurePolicy says: what is not there is added first.
    ...(annotations === undefined ? [{ op: "add", path: "/metadata/annotations", value: {} } as const] : []),
    { op: "add", path: "/metadata/annotations/access", value: "granted" },
    { op: "add", path: "/metadata/annotations/reason", value: "not so secret" },
  );
});

// 4. They are registered by their paths.
server.register("/validating", validatingHook);
server.register("/mutating", mutatingHook);

// Loops start when the servers are up: what a webhook configuration needs as caBundle is known now.
manager.add({
  start: async () => {
    const caBundle = server.caBundle();
    if (caBundle !== null) process.stdout.write(`caBundle: ${caBundle}\n`);
    await server.started();
  },
});

// 5. All of it runs until the process is told to end.
await manager.start();
