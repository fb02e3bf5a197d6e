import { digestOf, MANIFEST_TYPES, readManifest, readPlatform, type Platform } from "../core/remote/manifest.ts";
import { registryHostsOf } from "../core/remote/registry-hosts.ts";
import { parseDigest, pathOf } from "../core/image/reference.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { Clock, ImageQuery, Registries, RegistryFailure, RegistryImage, Remote } from "../flow/ports.ts";
import { readBundles } from "./bundles.ts";
import { createRegistryReader, otherBytes, readVerified, type RegistryReader } from "./registry-reader.ts";
import type { RegistryRequest } from "./registry-request.ts";

/** What registries are asked with. */
export interface RegistriesParts {
  readonly remote: Remote;
  readonly clock: Clock;
  /** Hosts that the operator allows besides a registry's own, as an allow-list has them. */
  readonly otherHosts: readonly string[];
}

/** Makes the client of registries (the OCI distribution specification's pull). */
export function createRegistries({ remote, clock, otherHosts }: RegistriesParts): Registries {
  const reader = createRegistryReader({ remote, clock });
  const requestOf = ({ repository, login, signal }: ImageQuery): RegistryRequest => ({
    hosts: registryHostsOf(repository),
    otherHosts,
    repositoryPath: pathOf(repository),
    login,
    signal,
  });
  return {
    image: (query) => readImage(query, requestOf(query), reader),
    bundles: ({ digest }, query) => readBundles(`${query.repository}@${digest}`, digest, requestOf(query), reader),
    platforms: (image, query) => readPlatforms(image, query, requestOf(query), reader),
  };
}

async function readImage(
  { repository, reference, expected }: ImageQuery,
  request: RegistryRequest,
  reader: RegistryReader,
): Promise<Result<RegistryImage, RegistryFailure>> {
  const asked = parseDigest(reference);
  const what = `${repository}${asked === null ? ":" : "@"}${reference}`;
  const answer = await reader.read({ what, kind: "manifests", reference, accept: MANIFEST_TYPES }, request);
  if (answer.kind === "error") return answer;
  const { body, header } = answer.value;
  const digest = digestOf(body, asked ?? expected);
  if (asked !== null && digest !== asked) return fail(otherBytes(what));
  const manifest = readManifest(header("content-type"), body);
  return manifest.kind === "ok"
    ? ok({ ...manifest.value, digest })
    : fail({ kind: "unreadable", message: `${what}: ${manifest.error}` });
}

async function readPlatforms(
  { content }: RegistryImage,
  { repository }: ImageQuery,
  request: RegistryRequest,
  reader: RegistryReader,
): Promise<Result<readonly Platform[], RegistryFailure>> {
  if (content.kind === "index") return ok(content.platforms);
  const what = `the configuration of an image of ${repository}`;
  const asked = { what, kind: "blobs", reference: content.config, accept: "*/*" } as const;
  const blob = await readVerified(asked, request, reader);
  if (blob.kind === "error") return blob;
  const platform = readPlatform(blob.value);
  return platform.kind === "ok"
    ? ok([platform.value])
    : fail({ kind: "unreadable", message: `${repository}: ${platform.error}` });
}
