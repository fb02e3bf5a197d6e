// Writes what the webhook is installed with into manifests.yaml: node manifests.ts IMAGE CA_FILE
import { readFileSync, writeFileSync } from "node:fs";
import { manifestsFor, printManifests } from "imagehook/admission";
import { createServer } from "./webhooks.ts";

const [, , image = "", caFile = ""] = process.argv;
const manifests = manifestsFor(createServer(), {
  name: "own-webhook",
  namespace: "own-webhook",
  image,
  caBundle: readFileSync(caFile).toString("base64"),
  certificates: { secret: "own-webhook-tls" },
});
// Into a file: the standard output is the log's.
writeFileSync("manifests.yaml", printManifests(manifests));
