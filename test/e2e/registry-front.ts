import { request as forward } from "node:http";
import type { RequestListener } from "node:http";
import type { Registry } from "../../scripts/registry/registry.ts";
import { sha256 } from "../support/played-registry.ts";
import { startRemoteHosts, type RemoteHosts } from "../support/remote-hosts.ts";

/** Puts TLS and a login before a registry, as a reverse proxy does. */
export function startRegistryFront({ url }: Registry, login: string): Promise<RemoteHosts> {
  const expected = `Basic ${Buffer.from(login).toString("base64")}`;
  const listener: RequestListener = (request, response) => {
    if (request.headers.authorization !== expected) {
      response.writeHead(401, { "www-authenticate": `Basic realm="registry"` }).end();
      return;
    }
    const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => name !== "authorization"));
    const passed = forward(`${url}${String(request.url)}`, { method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(passed);
  };
  return startRemoteHosts([], listener);
}

/** Puts content into a repository by the API of distribution, and gives its digest. */
export async function putBlob({ url }: Registry, repository: string, bytes: Buffer): Promise<string> {
  const digest = sha256(bytes);
  const begun = await expect(202, await fetch(`${url}/v2/${repository}/blobs/uploads/`, { method: "POST" }));
  const place = new URL(begun.headers.get("location") ?? "", url);
  place.searchParams.set("digest", digest);
  const body = new Uint8Array(bytes);
  await expect(
    201,
    await fetch(place, { method: "PUT", headers: { "content-type": "application/octet-stream" }, body }),
  );
  return digest;
}

/** Puts a manifest at a tag, and gives its digest. */
export async function putManifest(
  { url }: Registry,
  place: { readonly repository: string; readonly tag: string },
  manifest: { readonly mediaType: string },
): Promise<{ readonly digest: string; readonly size: number }> {
  const body = JSON.stringify(manifest);
  const headers = { "content-type": manifest.mediaType };
  await expect(
    201,
    await fetch(`${url}/v2/${place.repository}/manifests/${place.tag}`, { method: "PUT", headers, body }),
  );
  return { digest: sha256(Buffer.from(body)), size: body.length };
}

async function expect(status: number, answer: Response): Promise<Response> {
  if (answer.status === status) return answer;
  throw new Error(`${answer.url} answered ${String(answer.status)}, not ${String(status)}: ${await answer.text()}`);
}
