import assert from "node:assert/strict";
import { once } from "node:events";
import { certificateIssuer } from "../../../../src/files/issue-certificate.ts";
import type { CertificateSecret, SecretSighting } from "../../../../src/flow/admission/certificate-ports.ts";
import { createSecretCertificates } from "../../../../src/flow/admission/secret-certificates.ts";
import type { CertificatePair } from "../../../../src/flow/ports.ts";
import { createFakeLog } from "../../../support/fake-log.ts";

/** A Secret whose watches show what they are given, and then wait for their signal. */
function watched(...watches: readonly (readonly SecretSighting[])[]): CertificateSecret {
  const left = [...watches];
  return {
    read: () => Promise.reject(new Error("nobody reads")),
    watch: async function* (signal) {
      yield* left.shift() ?? [];
      if (!signal.aborted) await once(signal, "abort");
    },
  };
}

const seen = ({ cert, key }: CertificatePair): SecretSighting => ({
  kind: "seen",
  texts: { "tls.crt": cert, "tls.key": key },
});
const empty: SecretSighting = { kind: "seen", texts: {} };
const unreachable: SecretSighting = { kind: "failure", failure: { kind: "unreachable", message: "away" } };

describe("createSecretCertificates(secret, log)", () => {
  let first: CertificatePair;
  let second: CertificatePair;
  before(async () => {
    const life = { notBeforeMs: 0, notAfterMs: Date.UTC(2036, 0, 1) };
    const authority = await certificateIssuer.makeAuthority(life);
    first = await certificateIssuer.issue(authority, { ...life, names: ["a.b.svc"] });
    second = await certificateIssuer.issue(authority, { ...life, names: ["a.b.svc"] });
  });

  it("waits for the first pair, past failures, and says so once", async () => {
    const log = createFakeLog();
    const secret = watched([unreachable, unreachable, empty, seen(first)]);
    assert.deepEqual(await createSecretCertificates(secret, log).first(AbortSignal.timeout(5_000)), first);
    assert.deepEqual(
      log.lines.map(({ level, message }) => [level, message]),
      [
        ["error", "the Secret of the certificates cannot be watched; it is tried again"],
        ["info", "the admission port waits for its first certificate"],
      ],
    );
  });

  it("gives up with the signal", async () => {
    const reason = new Error("stopped");
    const end = new AbortController();
    const waiting = createSecretCertificates(watched([empty]), createFakeLog()).first(end.signal);
    end.abort(reason);
    await assert.rejects(waiting, reason);
  });

  it("hands on each new pair once, and none that does not match", async () => {
    const log = createFakeLog();
    const mixed = { cert: second.cert, key: first.key };
    const source = createSecretCertificates(
      watched([seen(first)], [seen(first), seen(first), seen(mixed), seen(mixed), seen(second), seen(second)]),
      log,
    );
    await source.first(AbortSignal.timeout(5_000));
    const renewed: CertificatePair[] = [];
    await source.watch((pair) => renewed.push(pair))();
    assert.deepEqual(renewed, [second]);
    const said = "tls.crt and tls.key of the Secret are no pair; the last good one is served on";
    assert.deepEqual(
      log.lines.map(({ message }) => message),
      [said],
    );
    assert.ok(!log.text().includes("PRIVATE KEY"));
  });

  it("stays with the pair of a Secret that is gone or emptied, and goes on when it is back", async () => {
    const log = createFakeLog();
    const source = createSecretCertificates(watched([seen(first), { kind: "gone" }, empty, seen(second)]), log);
    const renewed: CertificatePair[] = [];
    await source.watch((pair) => renewed.push(pair))();
    assert.deepEqual(renewed, [first, second]);
    assert.deepEqual(
      log.lines.map(({ message }) => message),
      ["the Secret of the certificates is gone; the last good certificate is served on"],
    );
  });
});
