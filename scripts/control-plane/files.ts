import { generateKeyPairSync, randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Places } from "./arguments.ts";

const auditPolicy = {
  apiVersion: "audit.k8s.io/v1",
  kind: "Policy",
  omitStages: ["RequestReceived"],
  rules: [{ level: "Metadata" }],
};

/** Writes what kube-apiserver reads at its start, and gives the admin's token. */
export async function writeApiServerFiles({ folder }: Places): Promise<string> {
  const adminToken = randomBytes(24).toString("hex");
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const secret = { mode: 0o600 };
  await Promise.all([
    writeFile(join(folder, "tokens.csv"), `${adminToken},admin,admin,"system:masters"\n`, secret),
    writeFile(join(folder, "service-account.key"), privateKey.export({ type: "sec1", format: "pem" }), secret),
    writeFile(join(folder, "service-account.pub"), publicKey.export({ type: "spki", format: "pem" })),
    writeFile(join(folder, "audit-policy.yaml"), JSON.stringify(auditPolicy)),
  ]);
  return adminToken;
}

/** Keeps the certificate authority that kube-apiserver made at its start: the last certificate of the chain that it serves. */
export async function writeCertificateAuthority({ folder, caFile }: Places): Promise<string> {
  const chain = await readFile(join(folder, "apiserver", "apiserver.crt"), "utf8");
  const authority = chain.slice(chain.lastIndexOf("-----BEGIN CERTIFICATE-----"));
  await writeFile(caFile, authority);
  return authority;
}

/** Writes a kubeconfig for one token. */
export async function writeKubeconfig(places: Places, server: string, token: string): Promise<void> {
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "imagehook-test", cluster: { server, "certificate-authority": places.caFile } }],
    users: [{ name: "admin", user: { token } }],
    contexts: [{ name: "imagehook-test", context: { cluster: "imagehook-test", user: "admin" } }],
    "current-context": "imagehook-test",
  };
  await writeFile(places.kubeconfig, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
}
