import { createAdmissionServer, type AdmissionServer } from "imagehook/admission";
import { teamLabel } from "./team-label.ts";

/** The server with all its webhooks, not yet started: the program starts it, the manifests are made of it. */
export function createServer(options: { readonly port?: number; readonly certDir?: string } = {}): AdmissionServer {
  const server = createAdmissionServer(options);
  server.register("/team-label", teamLabel);
  return server;
}
