import assert from "node:assert/strict";
import { at, containerOf, find, render, secretOf, type Manifest } from "./helm.ts";

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const certificate = "-----BEGIN CERTIFICATE-----\ncanary-certificate\n-----END CERTIFICATE-----\n";

function mailEnv(manifests: readonly Manifest[]): object[] {
  const env = at(containerOf(manifests), "env") as { name: string }[];
  return env.filter(({ name }) => name.startsWith("MAIL_"));
}

function fromSecret(variable: string, name: string, key = variable): object {
  return { name: variable, valueFrom: { secretKeyRef: { name, key } } };
}

const server = [
  { name: "MAIL_FROM", value: "hooks@example.com" },
  { name: "MAIL_SMTP_SERVER", value: "smtp.example.com" },
  { name: "MAIL_SMTP_PORT", value: "465" },
  { name: "MAIL_LANGUAGE", value: "en" },
  { name: "MAIL_TLS_CHECK", value: "true" },
];
const ownSecret = [fromSecret("MAIL_CACERT", "ih-imagehook-mail"), fromSecret("MAIL_PASSWORD", "ih-imagehook-mail")];

function podTemplate(manifests: readonly Manifest[]): unknown {
  return at(find(manifests, "Deployment", "ih-imagehook"), "spec", "template");
}

describe("the mail settings", () => {
  it("come from plain values, with the password and the CA in base64 in a Secret", async () => {
    const manifests = await render({ values: ["mail-plain"] });
    assert.deepEqual(mailEnv(manifests), [
      { name: "MAIL_FROM", value: "hooks@example.com" },
      { name: "MAIL_TO", value: "ops@example.com,dev@example.com" },
      { name: "MAIL_SMTP_SERVER", value: "smtp.example.com" },
      { name: "MAIL_SMTP_PORT", value: "587" },
      { name: "MAIL_LANGUAGE", value: "zh" },
      { name: "MAIL_TLS_CHECK", value: "false" },
      { name: "MAIL_TLS_MODE", value: "starttls" },
      ...ownSecret,
    ]);
    assert.deepEqual(secretOf(manifests, "ih-imagehook-mail"), {
      MAIL_PASSWORD: base64("canary-password"),
      MAIL_CACERT: base64(certificate),
    });
  });

  it("come from the original tool's strings as they are", async () => {
    const manifests = await render({ values: ["mail-seed"] });
    assert.deepEqual(mailEnv(manifests), [...server, ...ownSecret]);
    const secret = secretOf(manifests, "ih-imagehook-mail");
    assert.equal(secret["MAIL_PASSWORD"], base64("canary-password\n"));
    assert.equal(secret["MAIL_CACERT"]?.replaceAll("\n", ""), base64(certificate));
  });

  it("come from a plain Secret of the user's own by files", async () => {
    const manifests = await render({ values: ["mail-existing-plain"] });
    assert.deepEqual(mailEnv(manifests), [
      ...server,
      { name: "MAIL_PASSWORD_FILE", value: "/etc/imagehook/mail/password" },
      { name: "MAIL_CACERT_FILE", value: "/etc/imagehook/mail/ca.crt" },
    ]);
    assert.deepEqual(at(podTemplate(manifests), "spec", "volumes", 2), {
      name: "mail",
      secret: {
        secretName: "my-mail",
        defaultMode: 0o440,
        items: [
          { key: "smtp-password", path: "password" },
          { key: "ca.pem", path: "ca.crt" },
        ],
      },
    });
    assert.deepEqual(at(containerOf(manifests), "volumeMounts", 2), {
      name: "mail",
      mountPath: "/etc/imagehook/mail",
      readOnly: true,
    });
  });

  it("come from a Secret of the user's own that is in base64 already", async () => {
    const manifests = await render({ values: ["mail-existing-base64"] });
    assert.deepEqual(mailEnv(manifests), [
      ...server,
      fromSecret("MAIL_PASSWORD", "my-mail"),
      fromSecret("MAIL_CACERT", "my-mail"),
    ]);
    assert.deepEqual(
      manifests.filter(({ metadata }) => metadata.name === "ih-imagehook-mail"),
      [],
    );
  });

  for (const values of ["mail-plain", "mail-seed"]) {
    it(`put no password into any object but the Secret (${values})`, async () => {
      const manifests = await render({ values: [values] });
      const plain = JSON.stringify(manifests.filter(({ kind }) => kind !== "Secret"));
      for (const secret of ["canary-password", "canary-password\n", certificate]) {
        assert.equal(plain.includes(secret), false);
        assert.equal(plain.includes(base64(secret)), false);
        assert.equal(plain.includes(base64(base64(secret))), false);
      }
    });
  }

  it("roll the pod when the password changes", async () => {
    const before = podTemplate(await render({ values: ["mail-plain"] }));
    const same = podTemplate(await render({ values: ["mail-plain", "node-port"] }));
    const after = podTemplate(await render({ values: ["mail-plain"], args: ["--set", "mail.password=another"] }));
    assert.deepEqual(same, before);
    assert.notDeepEqual(at(after, "metadata"), at(before, "metadata"));
  });

  it("are absent where no mail is set up", async () => {
    const manifests = await render({ values: ["map"] });
    assert.deepEqual(mailEnv(manifests), []);
    assert.equal(at(podTemplate(manifests), "metadata", "annotations"), undefined);
  });
});
