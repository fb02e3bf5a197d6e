import { createHash } from "node:crypto";
import { z } from "zod";
import { parseDigest, type Digest } from "../image/reference.ts";
import { fail, ok, type Result } from "../result.ts";
import { parseJson } from "./json.ts";

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
  readonly mediaType: string;
  readonly content:
    | { readonly kind: "index"; readonly platforms: readonly Platform[] }
    /** Which platform a single image is for stands in its configuration, a blob. */
    | { readonly kind: "image"; readonly config: Digest };
}

const digest = z.string().transform((text, context) => {
  const parsed = parseDigest(text);
  if (parsed !== null) return parsed;
  context.addIssue({ code: "custom", message: "is not a digest" });
  return z.NEVER;
});
const name = z.string().min(1).max(100);
const platform = z.object({ os: name, architecture: name });
const typed = z.object({ mediaType: z.string() });
const index = z.object({ manifests: z.array(z.object({ platform: platform.optional() })).max(1_000) });
const image = z.object({ config: z.object({ digest }) });

/** The digest of bytes, by the algorithm of another digest or else by sha256. */
export function digestOf(bytes: Buffer, like: Digest | null = null): Digest {
  const algorithm = like?.startsWith("sha512:") === true ? "sha512" : "sha256";
  return `${algorithm}:${createHash(algorithm).update(bytes).digest("hex")}` as Digest;
}

/** Reads a manifest's bytes by the media type that they were sent as, or else by the one that they name. */
export function readManifest(contentType: string, bytes: Buffer): Result<Manifest, string> {
  const json = parseJson(bytes);
  const mediaType = mediaTypeOf(contentType, json);
  if (INDEXES.includes(mediaType)) {
    const read = index.safeParse(json);
    if (!read.success) return fail("its index is malformed");
    return ok({ mediaType, content: { kind: "index", platforms: platformsOf(read.data) } });
  }
  if (!MANIFESTS.includes(mediaType)) return fail("its manifest is of a type that no image has");
  const read = image.safeParse(json);
  return read.success
    ? ok({ mediaType, content: { kind: "image", config: read.data.config.digest } })
    : fail("its manifest is malformed");
}

/** Reads the platform out of an image's configuration. */
export function readPlatform(bytes: Buffer): Result<Platform, string> {
  const read = platform.safeParse(parseJson(bytes));
  return read.success
    ? ok({ os: read.data.os, architecture: read.data.architecture })
    : fail("its configuration names no platform");
}

function mediaTypeOf(contentType: string, json: unknown): string {
  const sent = contentType.replace(/;.*/, "").trim().toLowerCase();
  if (INDEXES.includes(sent) || MANIFESTS.includes(sent)) return sent;
  return typed.safeParse(json).data?.mediaType ?? "";
}

// Attestations stand in an index as images of an unknown platform.
const platformsOf = ({ manifests }: z.infer<typeof index>): readonly Platform[] =>
  manifests.flatMap(({ platform: one }) => (one === undefined || one.os === "unknown" ? [] : [one]));
