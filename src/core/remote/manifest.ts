import { createHash } from "node:crypto";
import { z } from "zod";
import { parseDigest, type Digest } from "../image/reference.ts";
import { fail, ok, type Result } from "../result.ts";

const INDEXES: readonly string[] = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
];
const MANIFESTS: readonly string[] = [
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];

/** The media types of manifests that are asked for. */
export const MANIFEST_TYPES = [...INDEXES, ...MANIFESTS].join(", ");

/** What an image was built for, in the words of the OCI image specification. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
}

/** A manifest as a registry has it. */
export interface Manifest {
  readonly digest: Digest;
  /** The platforms of an index; null for a single image, whose configuration says it. */
  readonly platforms: readonly Platform[] | null;
  /** The digest of a single image's configuration. */
  readonly config: Digest | null;
}

const digest = z.string().transform((text, context) => {
  const parsed = parseDigest(text);
  if (parsed !== null) return parsed;
  context.addIssue({ code: "custom", message: "is not a digest" });
  return z.NEVER;
});
const platform = z.object({ os: z.string(), architecture: z.string() });
const index = z.object({ manifests: z.array(z.object({ platform: platform.optional() })).max(1_000) });
const image = z.object({ config: z.object({ digest }) });

/** The digest of bytes. */
export const digestOf = (bytes: Buffer): Digest =>
  `sha256:${createHash("sha256").update(bytes).digest("hex")}` as Digest;

/** Reads a manifest's bytes by its media type. The digest is that of the bytes, whatever a registry says it is. */
export function readManifest(mediaType: string, bytes: Buffer): Result<Manifest, string> {
  const type = mediaType.split(";")[0]?.trim() ?? "";
  const json = parse(bytes);
  if (INDEXES.includes(type)) {
    const read = index.safeParse(json);
    if (!read.success) return fail("the index is malformed");
    return ok({ digest: digestOf(bytes), platforms: platformsOf(read.data), config: null });
  }
  if (!MANIFESTS.includes(type)) return fail(`it is of the type "${type.slice(0, 100)}", which is no image`);
  const read = image.safeParse(json);
  return read.success
    ? ok({ digest: digestOf(bytes), platforms: null, config: read.data.config.digest })
    : fail("the manifest is malformed");
}

/** Reads the platform out of an image's configuration. */
export function readPlatform(bytes: Buffer): Result<Platform, string> {
  const read = platform.safeParse(parse(bytes));
  return read.success ? ok(read.data) : fail("its configuration names no platform");
}

// Attestations stand in an index as images of an unknown platform.
const platformsOf = ({ manifests }: z.infer<typeof index>): readonly Platform[] =>
  manifests.flatMap(({ platform: one }) => (one === undefined || one.os === "unknown" ? [] : [one]));

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
}
