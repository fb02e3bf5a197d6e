import assert from "node:assert/strict";
import { sign } from "node:crypto";
import { isImageSigned } from "../../src/remote/bundle-signature.ts";
import { signatures } from "../../src/remote/signature.ts";
import { digest } from "../support/builders.ts";
import { makeBundle, makeSigningKey, type BundleParts } from "../support/signed-bundle.ts";

const bytesOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

describe("isImageSigned(image, bundles, keys)", () => {
  const image = digest("b");
  const [key, other] = [makeSigningKey(), makeSigningKey()];
  const signed = makeBundle({ key, digest: image });
  const isSigned = (bundle: unknown, keys = key.publicKey): boolean => isImageSigned(image, [bytesOf(bundle)], keys);

  for (const kind of ["p256", "ed25519", "rsa"] as const) {
    it(`takes a signature of the image by ${kind}`, () => {
      const own = makeSigningKey(kind);
      assert.equal(isSigned(makeBundle({ key: own, digest: image }), own.publicKey), true);
      assert.equal(isSigned(makeBundle({ key: own, digest: image })), false);
    });
  }

  it("takes one of several keys, and one of several bundles", () => {
    assert.equal(isSigned(signed, `# old\n${other.publicKey}\n# new\n${key.publicKey}`), true);
    const foreign = makeBundle({ key: other, digest: image });
    assert.equal(isImageSigned(image, [foreign, {}, signed].map(bytesOf), key.publicKey), true);
    assert.equal(isImageSigned(image, [foreign, {}].map(bytesOf), key.publicKey), false);
  });

  it("is what the port asks", async () => {
    assert.equal(await signatures.isSigned(image, [bytesOf(signed)], key.publicKey), true);
    assert.equal(await signatures.isSigned(image, [bytesOf(signed)], other.publicKey), false);
  });

  it("takes a bundle that brings a log's entry and a timestamp along, and asks neither", () => {
    const entry = {
      logIndex: "1",
      logId: { keyId: "AA==" },
      kindVersion: { kind: "dsse", version: "0.0.1" },
      integratedTime: "1700000000",
      inclusionProof: { logIndex: "1", rootHash: "AA==", treeSize: "2", hashes: [], checkpoint: { envelope: "x" } },
      canonicalizedBody: "e30=",
    };
    assert.equal(isSigned(makeBundle({ key, digest: image, material: { tlogEntries: [entry] } })), true);
  });

  const statements: readonly (readonly [name: string, over: Partial<BundleParts>])[] = [
    ["another image", { digest: digest("c") }],
    ["the digest by another algorithm", { digest: `sha512:${"b".repeat(64)}` }],
    ["nothing", { statement: { subject: [] } }],
    ["a subject without a digest", { statement: { subject: [{ name: image }] } }],
    ["what the image is made of", { statement: { predicateType: "https://cyclonedx.org/bom" } }],
    ["a statement of another kind", { statement: { _type: "https://example.com/Statement" } }],
    ["a payload of another type", { payloadType: "application/json" }],
    ["a key that is a certificate", { material: { publicKey: undefined, certificate: { rawBytes: "AA==" } } }],
  ];
  for (const [name, over] of statements) {
    it(`refuses a signature of ${name}`, () => {
      assert.equal(isSigned(makeBundle({ key, digest: image, ...over })), false);
    });
  }

  const { dsseEnvelope: envelope } = signed;
  const [one] = envelope.signatures;
  const forged: readonly (readonly [name: string, bundle: unknown])[] = [
    ["no object", null],
    ["an empty object", {}],
    ["a list", []],
    ["no signature", { ...signed, dsseEnvelope: { ...envelope, signatures: [] } }],
    ["an empty signature", { ...signed, dsseEnvelope: { ...envelope, signatures: [{ sig: "" }] } }],
    [
      "a signature of something else",
      {
        ...signed,
        dsseEnvelope: {
          ...envelope,
          signatures: [{ sig: sign("sha256", Buffer.from("x"), key.privateKey).toString("base64") }],
        },
      },
    ],
    [
      "a payload that was changed",
      {
        ...signed,
        dsseEnvelope: {
          ...makeBundle({ key: other, digest: image }).dsseEnvelope,
          signatures: [one],
          payloadType: "application/vnd.in-toto+json; x",
        },
      },
    ],
    ["a payload that is no JSON", { ...signed, dsseEnvelope: { ...envelope, payload: "e2" } }],
    [
      "a signature of the bytes alone",
      {
        mediaType: signed.mediaType,
        verificationMaterial: signed.verificationMaterial,
        messageSignature: { messageDigest: { algorithm: "SHA2_256", digest: "AA==" }, signature: one?.sig },
      },
    ],
  ];
  for (const [name, bundle] of forged) {
    it(`refuses a bundle that is ${name}`, () => {
      assert.equal(isSigned(bundle), false);
    });
  }

  it("refuses all without a key, or with one that is none", () => {
    assert.equal(isSigned(signed, ""), false);
    assert.equal(isSigned(signed, key.publicKey.replaceAll("PUBLIC", "PRIVATE")), false);
    assert.equal(isSigned(signed, "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"), false);
  });
});
