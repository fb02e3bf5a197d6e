import { hostOf, type Repository } from "../image/reference.ts";

/** Where a repository is asked for: the host of its API, and the other hosts that it sends its clients to. */
export interface RegistryHosts {
  readonly api: string;
  /** Hosts that give out tokens and may be shown a login, as an allow-list has them. */
  readonly tokens: readonly string[];
  /** Hosts of what a registry keeps elsewhere; no login is shown to them. */
  readonly contents: readonly string[];
}

const DOCKER_HUB = "docker.io";

type Others = Omit<RegistryHosts, "api">;

// Where the registries that most people use give out tokens, and keep blobs.
const KNOWN: readonly (readonly [host: RegExp, others: Others])[] = [
  [
    /^docker\.io$/,
    { tokens: ["auth.docker.io"], contents: ["production.cloudflare.docker.com", "*.r2.cloudflarestorage.com"] },
  ],
  [/^ghcr\.io$/, { tokens: [], contents: ["pkg-containers.githubusercontent.com"] }],
  [/^quay\.io$/, { tokens: [], contents: ["*.quay.io", "*.amazonaws.com"] }],
  [/\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com$/, { tokens: [], contents: ["*.amazonaws.com"] }],
  [/\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com\.cn$/, { tokens: [], contents: ["*.amazonaws.com.cn"] }],
  [/(?:^|\.)gcr\.io$|\.pkg\.dev$/, { tokens: [], contents: ["*.googleapis.com"] }],
  [
    /\.azurecr\.(?:io|cn|us)$/,
    { tokens: [], contents: ["*.blob.core.windows.net", "*.blob.core.chinacloudapi.cn", "*.azurecr.io"] },
  ],
  [/\.aliyuncs\.com$/, { tokens: ["*.aliyuncs.com"], contents: ["*.aliyuncs.com"] }],
  [
    /^registry\.gitlab\.com$/,
    { tokens: ["gitlab.com"], contents: ["storage.googleapis.com", "cdn.registry.gitlab-static.net"] },
  ],
];

/** The hosts of a repository; those of a registry that is not well known are its own host alone. */
export function registryHostsOf(repository: Repository): RegistryHosts {
  const host = hostOf(repository);
  const others = KNOWN.find(([known]) => known.test(host))?.[1] ?? { tokens: [], contents: [] };
  return { api: host === DOCKER_HUB ? "registry-1.docker.io" : host, ...others };
}
