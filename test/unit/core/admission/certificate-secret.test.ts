import assert from "node:assert/strict";
import { generateKeyPairSync, X509Certificate } from "node:crypto";
import {
  bundleText,
  idsOfBundle,
  readCertificateSecret,
  servingPair,
  type SecretTexts,
} from "../../../../src/core/admission/certificate-secret.ts";
import { certificateIssuer } from "../../../../src/files/issue-certificate.ts";
import type { CertificatePair } from "../../../../src/flow/ports.ts";

const NAMES = ["a.b.svc", "a.b"];
const life = { notBeforeMs: Date.UTC(2026, 0, 1), notAfterMs: Date.UTC(2036, 0, 1) };
const idOf = ({ cert }: Pick<CertificatePair, "cert">): string => new X509Certificate(cert).fingerprint256;

describe("readCertificateSecret(texts)", () => {
  let authority: CertificatePair;
  let former: CertificatePair;
  let leaf: CertificatePair;
  let full: SecretTexts;
  before(async () => {
    [authority, former] = await Promise.all([
      certificateIssuer.makeAuthority(life),
      certificateIssuer.makeAuthority(life),
    ]);
    leaf = await certificateIssuer.issue(authority, { ...life, names: NAMES });
    full = {
      "ca.crt": authority.cert,
      "ca.key": authority.key,
      "tls.crt": leaf.cert,
      "tls.key": leaf.key,
      "ca-old.crt": former.cert,
      "ca-old-until": "2027-03-04T05:06:07.000Z",
    };
  });

  it("reads all of it", () => {
    const { holdings, certificates } = readCertificateSecret(full);
    assert.deepEqual(holdings, {
      authority: { ...life, id: idOf(authority), canSign: true },
      leaf: { ...life, names: NAMES, issuer: idOf(authority) },
      retired: [{ id: idOf(former), notAfterMs: life.notAfterMs }],
      retiredUntilMs: Date.UTC(2027, 2, 4, 5, 6, 7),
    });
    assert.deepEqual([...certificates.keys()], [idOf(authority), idOf(former)]);
  });

  it("finds nothing in an empty one", () => {
    const { holdings, certificates } = readCertificateSecret({});
    assert.deepEqual([holdings.authority, holdings.leaf, holdings.retired], [null, null, []]);
    assert.equal(certificates.size, 0);
  });

  const broken: readonly { readonly when: string; readonly texts: () => SecretTexts; readonly is: () => unknown[] }[] =
    [
      { when: "the authority is no certificate", texts: () => ({ "ca.crt": "none" }), is: () => [undefined, null] },
      {
        when: "the authority is cut",
        texts: () => ({ "ca.crt": authority.cert.replace(/\n.{20}/, "\n") }),
        is: () => [undefined, null],
      },
      { when: "the authority has no key", texts: () => ({ "ca.key": "" }), is: () => [false, idOf(authority)] },
      {
        when: "the authority has another's key",
        texts: () => ({ "ca.key": former.key }),
        is: () => [false, idOf(authority)],
      },
      {
        when: "the authority has a key of another sort",
        texts: () => ({ "ca.key": rsaKey() }),
        is: () => [false, idOf(authority)],
      },
      {
        when: "the authority is a serving certificate",
        texts: () => ({ "ca.crt": leaf.cert, "ca.key": leaf.key }),
        is: () => [false, null],
      },
      { when: "the certificate is missing", texts: () => ({ "tls.crt": "" }), is: () => [true, undefined] },
      {
        when: "the certificate has another's key",
        texts: () => ({ "tls.key": authority.key }),
        is: () => [true, undefined],
      },
      {
        when: "the certificate is of an old authority",
        texts: () => ({ "ca.crt": former.cert, "ca.key": former.key, "ca-old.crt": authority.cert }),
        is: () => [true, idOf(authority)],
      },
      {
        when: "the certificate is of nobody who is known",
        texts: () => ({ "ca.crt": former.cert, "ca.key": former.key }),
        is: () => [true, null],
      },
    ];
  for (const { when, texts, is } of broken)
    it(`sees that ${when}`, () => {
      const { holdings } = readCertificateSecret({ ...full, ...texts() });
      assert.deepEqual([holdings.authority?.canSign, holdings.leaf?.issuer], is());
    });

  it("does not take one for the issuer that has the issuer's name and key id, and another key", () => {
    const [genuine, other] = [new X509Certificate(authority.cert), new X509Certificate(former.cert)];
    let bytes = other.raw.toString("latin1");
    bytes = bytes.replaceAll(commonNameOf(other), commonNameOf(genuine)).replace(keyIdOf(other), keyIdOf(genuine));
    const lines =
      Buffer.from(bytes, "latin1")
        .toString("base64")
        .match(/.{1,64}/g) ?? [];
    const forged = `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
    assert.equal(new X509Certificate(leaf.cert).checkIssued(new X509Certificate(forged)), true);
    const { holdings } = readCertificateSecret({ ...full, "ca.crt": forged, "ca-old.crt": "" });
    assert.equal(holdings.authority?.canSign, false);
    assert.equal(holdings.leaf?.issuer, null);
  });

  it("keeps an old authority to its own end where no other is told", () => {
    for (const until of ["", "soon"]) {
      const { holdings } = readCertificateSecret({ ...full, "ca-old-until": until });
      assert.equal(holdings.retiredUntilMs, life.notAfterMs);
    }
  });

  it("keeps eight old authorities at most", () => {
    const { holdings } = readCertificateSecret({ ...full, "ca-old.crt": former.cert.repeat(1_000) });
    assert.equal(holdings.retired.length, 8);
  });
});

describe("servingPair(texts)", () => {
  it("gives the texts as they stand, with all of a chain, and null for what does not match", async () => {
    const authority = await certificateIssuer.makeAuthority(life);
    const leaf = await certificateIssuer.issue(authority, { ...life, names: NAMES });
    const chain = `${leaf.cert}${authority.cert}`;
    assert.deepEqual(servingPair({ "tls.crt": chain, "tls.key": leaf.key }), { cert: chain, key: leaf.key });
    assert.equal(servingPair({ "tls.crt": leaf.cert, "tls.key": authority.key }), null);
    assert.equal(servingPair({}), null);
  });
});

describe("bundleText(ids, held)", () => {
  it("comes back as the same ids, whatever stands between", async () => {
    const [first, second] = await Promise.all([
      certificateIssuer.makeAuthority(life),
      certificateIssuer.makeAuthority(life),
    ]);
    const held = readCertificateSecret({ "ca.crt": first.cert, "ca-old.crt": second.cert });
    const text = bundleText([idOf(first), idOf(second), "unknown"], held);
    assert.equal(text, `${first.cert}${second.cert}`);
    assert.deepEqual(idsOfBundle(`# ours\n${text.replaceAll("\n", "\r\n")} -----BEGIN CERTIFICATE-----`), [
      idOf(first),
      idOf(second),
    ]);
  });
});

const rsaKey = (): string =>
  generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs8", format: "pem" }).toString();

const commonNameOf = ({ subject }: X509Certificate): string => subject.replace("CN=", "");

// Twenty bytes behind the extension's object identifier and three headers.
function keyIdOf({ raw }: X509Certificate): string {
  const from = raw.indexOf(Buffer.from("0603551d0e", "hex")) + 9;
  return raw.subarray(from, from + 20).toString("latin1");
}
