import type { Digest } from "../core/image/reference.ts";
import { BUNDLE_TYPE, bundleManifests, bundleOf, referrersTag } from "../core/remote/referrers.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { RegistryFailure } from "../flow/ports.ts";
import { readVerified, type RegistryReader } from "./registry-reader.ts";
import type { RegistryRequest } from "./registry-request.ts";

const INDEX = "application/vnd.oci.image.index.v1+json";

/** Reads the sigstore bundles that are attached to an image as OCI referrers; an image without any has an empty list. */
export async function readBundles(
  what: string,
  image: Digest,
  request: RegistryRequest,
  reader: RegistryReader,
): Promise<Result<readonly Buffer[], RegistryFailure>> {
  const list = await readReferrers(what, image, request, reader);
  if (list.kind === "error") return list.error.kind === "absent" ? ok([]) : list;
  const bundles: Buffer[] = [];
  for (const manifest of list.value) {
    const bundle = await readBundle(what, manifest, request, reader);
    if (bundle.kind === "error") return bundle;
    if (bundle.value !== null) bundles.push(bundle.value);
  }
  return ok(bundles);
}

async function readReferrers(
  image: string,
  digest: Digest,
  request: RegistryRequest,
  reader: RegistryReader,
): Promise<Result<readonly Digest[], RegistryFailure>> {
  const what = `the list of the signatures of ${image}`;
  const query = `?artifactType=${encodeURIComponent(BUNDLE_TYPE)}`;
  const listed = await reader.read({ what, kind: "referrers", reference: `${digest}${query}`, accept: INDEX }, request);
  const isWithoutApi = listed.kind === "error" && listed.error.kind === "absent";
  const answer = isWithoutApi
    ? await reader.read({ what, kind: "manifests", reference: referrersTag(digest), accept: INDEX }, request)
    : listed;
  if (answer.kind === "error") return answer;
  const manifests = bundleManifests(answer.value.body);
  return manifests === null ? fail({ kind: "unreadable", message: `${what} is malformed` }) : ok(manifests);
}

async function readBundle(
  image: string,
  digest: Digest,
  request: RegistryRequest,
  reader: RegistryReader,
): Promise<Result<Buffer | null, RegistryFailure>> {
  const what = `a signature of ${image}`;
  const accept = "application/vnd.oci.image.manifest.v1+json";
  const manifest = await readVerified({ what, kind: "manifests", reference: digest, accept }, request, reader);
  if (manifest.kind === "error") return manifest;
  const bundle = bundleOf(manifest.value);
  if (bundle === null) return ok(null);
  return readVerified({ what, kind: "blobs", reference: bundle, accept: "*/*" }, request, reader);
}
