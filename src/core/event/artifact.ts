import { otherKind } from "./other-kind.ts";
import type { EventReading } from "./push-event.ts";

/** What a registry says of a manifest; what it does not say is empty, and speaks for an image. */
export interface ManifestKind {
  readonly mediaType: string;
  readonly artifactType: string;
  /** The media type of the configuration that the manifest names. */
  readonly configType: string;
}

const IMAGES: readonly string[] = [
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
];
const INDEXES: readonly string[] = [
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.index.v1+json",
];
const CONFIGS: readonly string[] = [
  "application/vnd.docker.container.image.v1+json",
  "application/vnd.oci.image.config.v1+json",
];

/** Passes over what is no image: a layer, a Helm chart, a build cache and the like; null for an image. */
export function passOverArtifact({ mediaType, artifactType, configType }: ManifestKind): EventReading | null {
  const isIndex = INDEXES.includes(mediaType);
  if (!isIndex && mediaType !== "" && !IMAGES.includes(mediaType)) return otherKind("media type", mediaType);
  // An index names manifests, and no configuration.
  const type = artifactType || (isIndex ? "" : configType);
  return type === "" || CONFIGS.includes(type) ? null : otherKind("artifact type", type);
}
