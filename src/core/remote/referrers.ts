import { z } from "zod";
import { parseDigest, type Digest } from "../image/reference.ts";
import { parseJson } from "./json.ts";

/** The media type of the bundles that sigstore's tools attach to images, and the type of such an artifact. */
export const BUNDLE_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json";

const MAX_BUNDLES = 20;

const descriptor = z.object({
  digest: z.string(),
  artifactType: z.string().optional(),
  mediaType: z.string().optional(),
});
const referrers = z.object({ manifests: z.array(descriptor).max(1_000) });
const artifact = z.object({ layers: z.array(descriptor).max(100) });

/** The digests of the manifests with bundles in a list of an image's referrers; null where it is no such list. */
export function bundleManifests(bytes: Buffer): readonly Digest[] | null {
  const read = referrers.safeParse(parseJson(bytes));
  if (!read.success) return null;
  const bundles = read.data.manifests.filter(({ artifactType }) => artifactType === BUNDLE_TYPE);
  return bundles.slice(0, MAX_BUNDLES).flatMap(({ digest }) => parseDigest(digest) ?? []);
}

/** The digest of the bundle that a manifest holds; null where it holds none. */
export function bundleOf(bytes: Buffer): Digest | null {
  const read = artifact.safeParse(parseJson(bytes));
  const layer = read.data?.layers.find(({ mediaType }) => mediaType === BUNDLE_TYPE);
  return parseDigest(layer?.digest ?? "");
}

/** The tag at which registries keep an image's referrers that have no API for them (OCI distribution, referrers tag schema). */
export const referrersTag = (image: Digest): string => image.replace(":", "-");
