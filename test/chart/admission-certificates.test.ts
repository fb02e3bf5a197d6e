import assert from "node:assert/strict";
import { readAdmission } from "../../src/config-admission.ts";
import { at, containerOf, envOf, find, render, type Manifest } from "./helm.ts";

// The release is called ih, in the namespace hooks, whose hash is a9fa9fda.
const NAME = "ih-imagehook-admission-a9fa9fda";
const KINDS = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];
const pem = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n";

const admissionEnv = (manifests: readonly Manifest[]): object =>
  Object.fromEntries(Object.entries(envOf(manifests)).filter(([name]) => name.startsWith("ADMISSION_")));

/** What the service reads from that environment. */
function readBack(manifests: readonly Manifest[]): unknown {
  const read = readAdmission(envOf(manifests));
  assert.equal(read.kind, "ok", JSON.stringify(read));
  return at(read, "value");
}

const named = (manifests: readonly Manifest[]): string =>
  manifests
    .map(({ kind, metadata }) => `${kind} ${metadata.name}`)
    .filter((text) => text.includes("admission"))
    .join("\n");

/** What is mounted where the service looks for a pair that somebody else renews. */
function mounted(manifests: readonly Manifest[]): unknown {
  const mounts = at(containerOf(manifests), "volumeMounts") as readonly unknown[];
  assert(mounts.some((mount) => at(mount, "mountPath") === "/etc/imagehook/admission-certs"));
  const pod = at(find(manifests, "Deployment", "ih-imagehook"), "spec", "template", "spec");
  const volumes = at(pod, "volumes") as readonly unknown[];
  const volume = volumes.find((candidate) => at(candidate, "name") === "admission-certs");
  return at(volume, "secret");
}

describe("the certificates of the chart's admission port", () => {
  it("are the service's own, in a Secret without data on which alone it has rights", async () => {
    const manifests = await render({ values: ["admission"] });
    const secret = find(manifests, "Secret", "ih-imagehook-admission-tls");
    assert.deepEqual([at(secret, "type"), "data" in secret, "stringData" in secret], ["Opaque", false, false]);
    assert.deepEqual(find(manifests, "Role", "ih-imagehook-admission").rules, [
      {
        apiGroups: [""],
        resources: ["secrets"],
        resourceNames: ["ih-imagehook-admission-tls"],
        verbs: ["get", "watch", "update"],
      },
    ]);
    assert.deepEqual(find(manifests, "ClusterRole", NAME).rules, [
      {
        apiGroups: ["admissionregistration.k8s.io"],
        resources: ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"],
        resourceNames: [NAME],
        verbs: ["get", "patch"],
      },
    ]);
    assert.deepEqual(admissionEnv(manifests), {
      ADMISSION_PORT: "8443",
      ADMISSION_RULES: "/etc/imagehook/admission",
      ADMISSION_SECRET: "ih-imagehook-admission-tls",
      ADMISSION_SERVICE: "ih-imagehook-admission",
      ADMISSION_CONFIGURATION: NAME,
      ADMISSION_CA_VALIDITY: "87600h",
      ADMISSION_CERT_VALIDITY: "2160h",
    });
    assert.deepEqual(at(readBack(manifests), "certificates"), {
      kind: "self-managed",
      secret: "ih-imagehook-admission-tls",
      service: "ih-imagehook-admission",
      configuration: NAME,
      authorityValidityMs: 87_600 * 3_600_000,
      validityMs: 2_160 * 3_600_000,
    });
    assert.doesNotMatch(JSON.stringify(manifests), /caBundle|cert-manager|helm\.sh\/hook/);
  });

  it("are the same at each rendering", async () => {
    assert.deepEqual(await render({ values: ["admission"] }), await render({ values: ["admission"] }));
  });

  it("are cert-manager's, of an authority that its renewals keep", async () => {
    const set = "admission.certificates.mode=certManager";
    const args = ["--set", set, "--api-versions", "cert-manager.io/v1"];
    const manifests = await render({ values: ["admission"], args });
    const certificate = (name: string): unknown => find(manifests, "Certificate", `ih-imagehook-${name}`);
    assert.deepEqual(find(manifests, "Issuer", "ih-imagehook-admission-self-signed").spec, { selfSigned: {} });
    assert.equal(at(certificate("admission-ca"), "spec", "isCA"), true);
    assert.equal(at(certificate("admission-ca"), "spec", "privateKey", "rotationPolicy"), "Never");
    assert.equal(at(certificate("admission-ca"), "spec", "issuerRef", "name"), "ih-imagehook-admission-self-signed");
    assert.deepEqual(find(manifests, "Issuer", "ih-imagehook-admission-ca").spec, {
      ca: { secretName: "ih-imagehook-admission-ca" },
    });
    assert.equal(at(certificate("admission"), "spec", "issuerRef", "name"), "ih-imagehook-admission-ca");
    assert.deepEqual(at(certificate("admission"), "spec", "dnsNames"), [
      "ih-imagehook-admission.hooks.svc",
      "ih-imagehook-admission.hooks.svc.cluster.local",
    ]);
    for (const kind of KINDS) {
      assert.deepEqual(at(find(manifests, kind, NAME), "metadata", "annotations"), {
        "cert-manager.io/inject-ca-from": "hooks/ih-imagehook-admission",
      });
    }
    assert.deepEqual(mounted(manifests), { secretName: "ih-imagehook-admission-cert", defaultMode: 288 });
    assert.deepEqual(Object.keys(admissionEnv(manifests)), ["ADMISSION_PORT", "ADMISSION_RULES", "ADMISSION_CERT_DIR"]);
    assert.doesNotMatch(named(manifests), /admission-tls|ClusterRole|Role/);
  });

  it("are cert-manager's, of an issuer of the user's", async () => {
    const certificates = "admission.certificates";
    const set = `${certificates}.mode=certManager,${certificates}.issuerRef.name=own,${certificates}.issuerRef.kind=ClusterIssuer`;
    const args = ["--set", set, "--api-versions", "cert-manager.io/v1"];
    const manifests = await render({ values: ["admission"], args });
    assert.deepEqual(
      manifests.filter(({ kind }) => kind === "Issuer"),
      [],
    );
    assert.deepEqual(at(find(manifests, "Certificate", "ih-imagehook-admission"), "spec", "issuerRef"), {
      group: "cert-manager.io",
      kind: "ClusterIssuer",
      name: "own",
    });
  });

  it("are the user's", async () => {
    const set = { mode: "provided", existingSecret: "mine", caBundle: pem };
    const args = ["--set-json", `admission.certificates=${JSON.stringify(set)}`];
    const manifests = await render({ values: ["admission"], args });
    for (const webhook of KINDS.flatMap((kind) => at(find(manifests, kind, NAME), "webhooks") as readonly unknown[])) {
      assert.equal(at(webhook, "clientConfig", "caBundle"), Buffer.from(pem).toString("base64"));
    }
    assert.deepEqual(mounted(manifests), { secretName: "mine", defaultMode: 288 });
    const certificates = { kind: "files", directory: "/etc/imagehook/admission-certs" };
    assert.deepEqual(readBack(manifests), {
      port: 8443,
      rules: "/etc/imagehook/admission",
      clientCaFile: "",
      certificates,
    });
    assert.doesNotMatch(named(manifests), /admission-tls|Role/);
  });

  it("are asked of callers where an authority is given, as a file beside the rules", async () => {
    const args = ["--set-json", `admission.clientCa=${JSON.stringify(pem)}`];
    const manifests = await render({ values: ["admission"], args });
    assert.equal(envOf(manifests)["ADMISSION_CLIENT_CA"], "/etc/imagehook/admission/client-ca.crt");
    assert.equal(find(manifests, "ConfigMap", "ih-imagehook-admission").data?.["client-ca.crt"]?.trim(), pem.trim());
  });
});
