import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { pemCertificates } from "../../../../src/core/notice/certificates.ts";
import { makeAuthority } from "../../../support/certificate.ts";

const first = makeAuthority("first").cert;
const second = makeAuthority("second").cert;

function pem(bytes: readonly number[]): string {
  return `-----BEGIN CERTIFICATE-----\n${Buffer.from(bytes).toString("base64")}\n-----END CERTIFICATE-----\n`;
}

describe("pemCertificates(text)", () => {
  it("keeps every certificate and drops the text around them", () => {
    assert.equal(pemCertificates(`subject: first\n${first}\nsubject: second\n${second}\n`), first + second);
  });

  it("reads a file with CRLF line ends, in a form that the TLS library reads too", () => {
    const ca = pemCertificates(first.replaceAll("\n", "\r\n"));
    assert.ok(ca !== null);
    assert.equal(new X509Certificate(ca).fingerprint256, new X509Certificate(first).fingerprint256);
  });

  it("takes outermost lengths of one byte", () => {
    const small = pem([0x30, 0x81, 0x03, 1, 2, 3]);
    assert.equal(pemCertificates(small), small);
  });

  const refused = [
    { when: "nothing", text: "" },
    { when: "a private key", text: "-----BEGIN PRIVATE KEY-----\nMAAA\n-----END PRIVATE KEY-----\n" },
    { when: "a certificate without its end", text: first.slice(0, -40) },
    {
      when: "a damaged one beside a sound one",
      text: `${first}-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n`,
    },
    { when: "one that was cut", text: first.replace(/\n.{64}\n/, "\n") },
    { when: "fewer than five bytes", text: pem([0x30, 0x81, 0x01, 1]) },
    { when: "something else than a sequence", text: pem([0x31, 0x81, 0x03, 1, 2, 3]) },
    { when: "a short length", text: pem([0x30, 3, 1, 2, 3]) },
    { when: "a length of four bytes", text: pem([0x30, 0x84, 0, 0, 0, 1, 7]) },
  ];
  for (const { when, text } of refused) {
    it(`refuses ${when}`, () => {
      assert.equal(pemCertificates(text), null);
    });
  }
});
