import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { serviceNames } from "../../src/core/admission/certificates.ts";
import { certificateIssuer } from "../../src/files/issue-certificate.ts";
import { createCertificateKeeper, type CertificateKeeping } from "../../src/flow/admission/keep-certificates.ts";
import { createCertificateSecret } from "../../src/kube/certificate-secret.ts";
import { createWebhookConfigurations } from "../../src/kube/webhook-configurations.ts";
import { useCluster, waitFor } from "../support/cluster.ts";
import { createFakeLog, type FakeLog } from "../support/fake-log.ts";
import { renderCertificates, type RenderedCertificates } from "./certificates-kit.ts";

const DAY_MS = 86_400_000;
const CLOCK = { now: () => new Date() };

describe("createCertificateKeeper(keeping), on the real API server with an account that has only its rights", function () {
  this.timeout(60_000);
  const cluster = useCluster();
  let rendered: RenderedCertificates;
  let log: FakeLog;
  let end: AbortController;
  let running: Promise<void>[];
  beforeEach(async () => {
    rendered = await renderCertificates(cluster());
    log = createFakeLog();
    end = new AbortController();
    running = [];
  });
  afterEach(async () => {
    end.abort();
    await Promise.all(running);
    await rendered.close();
  });

  const keep = (keeping: Partial<CertificateKeeping> = {}): void => {
    const { client, namespace, name } = rendered;
    const keeper = createCertificateKeeper({
      secret: createCertificateSecret(client, { namespace, name }),
      configurations: createWebhookConfigurations(client, name),
      issuer: certificateIssuer,
      demands: {
        names: serviceNames(name, namespace),
        authorityValidityMs: 3_650 * DAY_MS,
        validityMs: 90 * DAY_MS,
      },
      clock: CLOCK,
      log,
      recheckMs: 300,
      ...keeping,
    });
    running.push(keeper(end.signal));
  };
  /** Waits until all four webhooks believe the authority of the Secret alone. */
  const settled = (): Promise<Readonly<Record<string, string>>> =>
    waitFor(
      async () => ({ texts: (await rendered.texts()) ?? {}, bundles: await rendered.bundles() }),
      ({ texts, bundles }) => texts["tls.crt"] !== undefined && bundles.every((bundle) => bundle === texts["ca.crt"]),
      { timeoutMs: 15_000, what: "believed certificates" },
    ).then(({ texts }) => texts);

  it("fills the empty Secret, tells both configurations, and then writes nothing more", async () => {
    keep();
    const texts = await settled();
    assert.deepEqual(Object.keys(texts).sort(), ["ca.crt", "ca.key", "tls.crt", "tls.key"]);
    const leaf = new X509Certificate(texts["tls.crt"] ?? "");
    const authority = new X509Certificate(texts["ca.crt"] ?? "");
    assert.ok(leaf.verify(authority.publicKey));
    const { name, namespace } = rendered;
    assert.equal(
      leaf.subjectAltName,
      serviceNames(name, namespace)
        .map((one) => `DNS:${one}`)
        .join(", "),
    );
    const version = await rendered.secretVersion();
    await sleep(1_500);
    assert.equal(await rendered.secretVersion(), version);
    assert.equal(log.lines.length, 3, log.text());
    for (const secret of ["ca.key", "tls.key"]) assert.ok(!log.text().includes(texts[secret]?.slice(60, 100) ?? "?"));
  });

  it("makes one authority where several lead at once", async () => {
    for (let index = 0; index < 4; index++) keep();
    const texts = await settled();
    await sleep(1_000);
    assert.equal((await rendered.texts())?.["ca.crt"], texts["ca.crt"]);
    assert.equal(log.factsOf("a certificate authority and a serving certificate are made").length, 1);
    assert.deepEqual(
      log.lines.filter(({ level }) => level === "error"),
      [],
    );
  });

  it("puts back a bundle that somebody has wiped, without a new certificate", async () => {
    keep();
    const texts = await settled();
    await rendered.renderConfigurations();
    const { name } = rendered;
    const wipe = JSON.stringify([{ op: "remove", path: "/webhooks/1/clientConfig/caBundle" }]);
    await cluster().kubectl(["patch", "validatingwebhookconfiguration", name, "--type=json", "-p", wipe]);
    assert.deepEqual(await settled(), texts);
  });

  it("tells a configuration that comes later, and says that it was missing", async () => {
    await cluster().kubectl(["delete", "mutatingwebhookconfiguration", rendered.name]);
    keep();
    await settled();
    await rendered.renderConfigurations(["MutatingWebhookConfiguration"]);
    await settled();
    assert.equal((await rendered.bundles()).length, 4);
    assert.deepEqual(log.factsOf("a webhook configuration is not there; it is passed over"), [
      { missing: `mutatingwebhookconfigurations/${rendered.name}` },
    ]);
  });

  it("says that the Secret is gone, and fills it when it is back", async () => {
    keep();
    const before = await settled();
    await cluster().kubectl(["delete", "secret", rendered.name, "-n", rendered.namespace]);
    const message = "the Secret of the certificates cannot be read; it is tried again";
    await waitFor(
      () => Promise.resolve(log.factsOf(message)),
      (facts) => facts.length === 1,
      {
        timeoutMs: 10_000,
        what: "a complaint",
      },
    );
    await sleep(1_000);
    assert.equal(log.factsOf(message).length, 1);
    await rendered.renderSecret();
    const after = await settled();
    assert.notEqual(after["ca.crt"], before["ca.crt"]);
  });

  it("signs with no new authority while a configuration cannot be told, and says which right is missing", async () => {
    keep();
    const before = await settled();
    const name = rendered.name;
    const rights = (verbs: readonly string[]): Promise<string> => {
      const patch = JSON.stringify([{ op: "replace", path: "/rules/0/verbs", value: verbs }]);
      return cluster().kubectl(["patch", "clusterrole", name, "--type=json", "-p", patch]);
    };
    await rights(["get"]);
    await sleep(500);
    const patch = JSON.stringify({ data: { "ca.key": "" } });
    await cluster().kubectl(["patch", "secret", name, "-n", rendered.namespace, "-p", patch]);
    const message = "a webhook configuration cannot be told the authority";
    const said = await waitFor(
      () => Promise.resolve(log.factsOf(message)),
      (facts) => facts.length === 2,
      {
        timeoutMs: 10_000,
        what: "two complaints",
      },
    );
    assert.match(String(said[0]?.["reason"]), /lacks the right to patch mutatingwebhookconfigurations/);
    const now = (await rendered.texts()) ?? {};
    assert.deepEqual([now["tls.crt"], now["ca-old.crt"]], [before["tls.crt"], before["ca.crt"]]);
    const authority = new X509Certificate(now["ca.crt"] ?? "");
    await rights(["get", "patch"]);
    const after = await waitFor(
      async () => (await rendered.texts())?.["tls.crt"] ?? "",
      (cert) => cert !== before["tls.crt"],
      { timeoutMs: 15_000, what: "a certificate of the new authority" },
    );
    const believed = await rendered.bundles();
    assert.deepEqual(new Set(believed), new Set([`${authority.toString()}${String(before["ca.crt"])}`]));
    assert.ok(new X509Certificate(after).verify(authority.publicKey));
  });
});
