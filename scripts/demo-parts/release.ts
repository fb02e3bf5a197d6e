import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import type { MailServer } from "./mail-server.ts";
import type { Scenario } from "./scenario.ts";
import type { Tools } from "./tools.ts";

/** The chart as it was installed. */
export interface Release {
  readonly values: string;
  readonly valuesFile: string;
  /** Where the service is told to listen; the trigger URL names it. */
  readonly port: number;
  readonly token: string;
}

/** The name of the release, and so of the Deployment that it makes. */
export const RELEASE_NAME = "imagehook";
/** Where the chart lies. */
export const CHART = join(import.meta.dirname, "../../charts/imagehook");
/** Who gets the mail. */
export const RECIPIENT = "ops@example.com";

/** Writes the values file of the demo, with a token of its own. */
export async function writeValues(
  { webNamespace, repoType }: Scenario,
  mail: MailServer,
  { folder, port }: { readonly folder: string; readonly port: number },
): Promise<Release> {
  const token = randomBytes(20).toString("hex");
  const hook = { namespace: webNamespace, workload: "deployment/website", container: "web", repoType, token };
  const values = {
    image: { repository: "registry.example.com/team/imagehook" },
    publicUrl: `http://127.0.0.1:${String(port)}`,
    hooks: { website: { ...hook, mailTo: RECIPIENT } },
    mail: {
      from: mail.user,
      smtpServer: "127.0.0.1",
      smtpPort: mail.port,
      password: mail.password,
      caCert: mail.caCert,
    },
    log: { format: "text" },
    // The pod stays pending: the demo runs the service as a process of this machine instead.
    nodeSelector: { "imagehook.dev/demo": "runs-as-a-local-process" },
  };
  const valuesFile = join(folder, "values.yaml");
  await writeFile(valuesFile, stringify(values), { mode: 0o600 });
  const caCert = "-----BEGIN CERTIFICATE----- …";
  return { values: stringify({ ...values, mail: { ...values.mail, caCert } }), valuesFile, port, token };
}

/** Installs the chart; gives the command of its notes that prints the trigger URL. */
export async function installChart({ helm }: Tools, { valuesFile }: Release, namespace: string): Promise<string> {
  const notes = await helm(["install", RELEASE_NAME, CHART, "--namespace", namespace, "--values", valuesFile]);
  const command = notes.split("\n").find((line) => line.trimStart().startsWith('echo "http'));
  if (command === undefined) throw new Error(`helm install printed no command for the trigger URL, but:\n${notes}`);
  return command.trim();
}
