/** Which of a registry's hosts an image is pulled through; `keep` is whatever host the container has. */
export type Network = "keep" | "public" | "vpc" | "internal";

/** The networks that a hook or a trigger URL may name. */
export const NETWORKS: readonly Network[] = ["keep", "public", "vpc", "internal"];

/** Tells a network from a text that is none. */
export const isNetwork = (text: string): text is Network => (NETWORKS as readonly string[]).includes(text);

// Aliyun Container Registry, personal edition: registry[-vpc|-internal].<region>.aliyuncs.com
const PERSONAL = /^registry(?:-vpc|-internal)?\.([a-z0-9-]{1,40}\.aliyuncs\.com)$/;
// Enterprise edition: <instance>-registry[-vpc].<region>.cr.aliyuncs.com
const ENTERPRISE = /^([a-z0-9-]{1,60}-registry)(?:-vpc)?(\.[a-z0-9-]{1,40}\.cr\.aliyuncs\.com)$/;
const SUFFIX = { public: "", vpc: "-vpc", internal: "-internal" } as const;

/** The host of the same registry in another network; a host that has no such family is returned as it is. */
export function inNetwork(host: string, network: Exclude<Network, "keep">): string {
  const [, personal] = PERSONAL.exec(host) ?? [];
  if (personal !== undefined) return `registry${SUFFIX[network]}.${personal}`;
  const [, instance, domain] = ENTERPRISE.exec(host) ?? [];
  if (instance === undefined || domain === undefined) return host;
  return `${instance}${network === "public" ? "" : "-vpc"}${domain}`;
}
