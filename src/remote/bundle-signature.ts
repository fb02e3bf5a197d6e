import type { KeyObject } from "node:crypto";
import { bundleFromJSON, isBundleWithDsseEnvelope, isBundleWithPublicKey } from "@sigstore/bundle";
import { toSignedEntity, Verifier } from "@sigstore/verify";
import { parseJson } from "../core/remote/json.ts";
import { signsImage } from "../core/remote/signed-statement.ts";
import { readPublicKeys } from "../core/remote/public-keys.ts";
import type { Digest } from "../core/image/reference.ts";

const NO_THRESHOLDS = { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 };
const NO_AUTHORITIES = { certificateAuthorities: [], timestampAuthorities: [], tlogs: [], ctlogs: [] };

/**
 * True when one of the bundles signs the image by one of the keys, PEM. Only the keys are trusted: entries of
 * transparency logs and timestamps that a bundle brings count neither for it nor against it.
 */
export function isImageSigned(image: Digest, bundles: readonly Buffer[], text: string): boolean {
  const keys = readPublicKeys(text);
  return bundles.some((bundle) => isSignedBy(keys, bundle, image));
}

function isSignedBy(keys: readonly KeyObject[], bundle: Buffer, image: Digest): boolean {
  try {
    const read = bundleFromJSON(parseJson(bundle));
    if (!isBundleWithPublicKey(read) || !isBundleWithDsseEnvelope(read)) return false;
    const { payloadType, payload } = read.content.dsseEnvelope;
    const entity = { ...toSignedEntity(read), tlogEntries: [], timestamps: [] };
    return signsImage(payloadType, payload, image) && keys.some((key) => verifies(entity, key));
  } catch {
    // The library throws on what is no bundle.
    return false;
  }
}

function verifies(entity: ReturnType<typeof toSignedEntity>, publicKey: KeyObject): boolean {
  const trusted = { ...NO_AUTHORITIES, publicKey: () => ({ publicKey, validFor: () => true }) };
  try {
    new Verifier(trusted, NO_THRESHOLDS).verify(entity);
    return true;
  } catch {
    return false;
  }
}
