import { generateKeyPairSync, sign, type KeyObject } from "node:crypto";

/** A pair of keys as `cosign generate-key-pair` makes it. */
interface SigningKey {
  readonly privateKey: KeyObject;
  /** PEM. */
  readonly publicKey: string;
}

const PAIRS = {
  p256: () => generateKeyPairSync("ec", { namedCurve: "P-256" }),
  ed25519: () => generateKeyPairSync("ed25519"),
  rsa: () => generateKeyPairSync("rsa", { modulusLength: 2_048 }),
};

/** Makes one; ECDSA with P-256 is cosign's. */
export function makeSigningKey(kind: keyof typeof PAIRS = "p256"): SigningKey {
  const { privateKey, publicKey } = PAIRS[kind]();
  return { privateKey, publicKey: publicKey.export({ type: "spki", format: "pem" }).toString() };
}

/** What a bundle is made of; by default as `cosign sign --key` of version 3 writes it. */
export interface BundleParts {
  readonly key: SigningKey;
  readonly digest: string;
  readonly statement?: object;
  readonly payloadType?: string;
  readonly material?: object;
}

/** A bundle as its JSON has it. */
interface SignedBundle {
  readonly mediaType: string;
  readonly verificationMaterial: object;
  readonly dsseEnvelope: {
    readonly payload: string;
    readonly payloadType: string;
    readonly signatures: readonly { readonly sig: string }[];
  };
}

/** Makes a sigstore bundle, version 0.3, around an in-toto statement about an image. */
export function makeBundle({
  key,
  digest,
  statement,
  payloadType = "application/vnd.in-toto+json",
  material,
}: BundleParts): SignedBundle {
  const [algorithm = "", hex = ""] = digest.split(":");
  const payload = Buffer.from(
    JSON.stringify({
      _type: "https://in-toto.io/Statement/v1",
      subject: [{ digest: { [algorithm]: hex } }],
      predicateType: "https://sigstore.dev/cosign/sign/v1",
      predicate: {},
      ...statement,
    }),
  );
  const algorithmOfKey = key.privateKey.asymmetricKeyType === "ed25519" ? null : "sha256";
  return {
    mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json",
    verificationMaterial: { publicKey: { hint: "some key" }, tlogEntries: [], ...material },
    dsseEnvelope: {
      payload: payload.toString("base64"),
      payloadType,
      signatures: [{ sig: sign(algorithmOfKey, encode(payloadType, payload), key.privateKey).toString("base64") }],
    },
  };
}

// The pre-authentication encoding of DSSE: what is signed.
const encode = (type: string, payload: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`DSSEv1 ${String(type.length)} ${type} ${String(payload.length)} `), payload]);
