import assert from "node:assert/strict";
import { readAdmission, type AdmissionConfig } from "../../src/config-admission.ts";
import { readConfig } from "../../src/config.ts";

type Environment = Readonly<Record<string, string>>;

function read(env: Environment): AdmissionConfig {
  const config = readConfig(env, []);
  assert.ok(config.kind === "ok", config.kind === "error" ? config.error : "");
  return config.value.admission;
}

function problemsOf(env: Environment): readonly string[] {
  const reading = readAdmission(env);
  return reading.kind === "error" ? reading.error : [];
}

const SECRET = { ADMISSION_SECRET: "tls", ADMISSION_SERVICE: "imagehook", ADMISSION_CONFIGURATION: "imagehook-ci" };

describe("readAdmission(env)", () => {
  it("answers no reviews where no port is set", () => {
    assert.deepEqual(read({}), {
      port: null,
      rules: "/etc/imagehook/admission",
      clientCaFile: "",
      certificates: { kind: "in-memory" },
    });
  });

  it("takes the certificate of a directory", () => {
    const { port, certificates } = read({ ADMISSION_PORT: "8443", ADMISSION_CERT_DIR: "/certs" });
    assert.equal(port, 8443);
    assert.deepEqual(certificates, { kind: "files", directory: "/certs" });
  });

  it("fills a Secret itself, with an authority of ten years and certificates of 90 days", () => {
    const { certificates } = read({ ADMISSION_PORT: "8443", ...SECRET });
    assert.deepEqual(certificates, {
      kind: "self-managed",
      secret: "tls",
      service: "imagehook",
      configuration: "imagehook-ci",
      authorityValidityMs: 3_650 * 24 * 3_600_000,
      validityMs: 90 * 24 * 3_600_000,
    });
  });

  for (const { env, problems } of [
    { env: { ADMISSION_PORT: "https" }, problems: ["ADMISSION_PORT: must be a port number, or off"] },
    {
      env: { ADMISSION_SECRET: "tls" },
      problems: [
        "ADMISSION_SERVICE: set it, ADMISSION_SECRET is set",
        "ADMISSION_CONFIGURATION: set it, ADMISSION_SECRET is set",
      ],
    },
    {
      env: { ...SECRET, ADMISSION_CERT_DIR: "/certs" },
      problems: ["ADMISSION_SECRET: set it or ADMISSION_CERT_DIR, not both"],
    },
    {
      env: { ...SECRET, ADMISSION_CA_VALIDITY: "1h" },
      problems: ["ADMISSION_CERT_VALIDITY: must not be longer than ADMISSION_CA_VALIDITY"],
    },
    { env: { ADMISSION_CERT_VALIDITY: "1s" }, problems: ["ADMISSION_CERT_VALIDITY: must be 2s at least"] },
  ]) {
    it(`refuses ${JSON.stringify(env)}`, () => {
      assert.deepEqual(problemsOf(env), problems);
    });
  }
});
