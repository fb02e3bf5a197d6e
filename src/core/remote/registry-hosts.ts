import { hostOf, pathOf, type Repository } from "../image/reference.ts";

/** Where a repository is asked for: the host of its API, and the other hosts that it sends its clients to. */
export interface RegistryHosts {
  readonly api: string;
  /** Hosts of tokens and of blobs, as an allow-list has them. */
  readonly others: readonly string[];
}

const DOCKER_HUB = "docker.io";

// Where the registries that most people use give out tokens, and keep blobs.
const KNOWN: readonly (readonly [host: RegExp, others: readonly string[]])[] = [
  [/^docker\.io$/, ["auth.docker.io", "production.cloudflare.docker.com", "*.r2.cloudflarestorage.com"]],
  [/^ghcr\.io$/, ["pkg-containers.githubusercontent.com"]],
  [/^quay\.io$/, ["*.quay.io", "*.amazonaws.com"]],
  [/\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com$/, ["*.amazonaws.com"]],
  [/\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com\.cn$/, ["*.amazonaws.com.cn"]],
  [/(?:^|\.)gcr\.io$|\.pkg\.dev$/, ["storage.googleapis.com", "*.googleapis.com"]],
  [/\.azurecr\.(?:io|cn|us)$/, ["*.blob.core.windows.net", "*.blob.core.chinacloudapi.cn", "*.azurecr.io"]],
  [/\.aliyuncs\.com$/, ["*.aliyuncs.com"]],
  [/^registry\.gitlab\.com$/, ["gitlab.com", "storage.googleapis.com", "cdn.registry.gitlab-static.net"]],
];

/** The hosts of a repository; those of a registry that is not well known are its own host alone. */
export function registryHostsOf(repository: Repository): RegistryHosts {
  const host = hostOf(repository);
  const others = KNOWN.find(([known]) => known.test(host))?.[1] ?? [];
  return { api: host === DOCKER_HUB ? "registry-1.docker.io" : host, others };
}

/** The path of an API's request for a repository. */
export const apiPath = (repository: Repository, kind: "manifests" | "blobs" | "referrers", reference: string): string =>
  `/v2/${pathOf(repository)}/${kind}/${reference}`;
