/** Which of a registry's hosts an image is pulled through; `keep` is whatever host the container has. */
export type Network = "keep" | "public" | "vpc" | "internal";

/** The networks that a hook or a trigger URL may name. */
export const NETWORKS: readonly Network[] = ["keep", "public", "vpc", "internal"];

/** Tells a network from a text that is none. */
export const isNetwork = (text: string): text is Network => (NETWORKS as readonly string[]).includes(text);

/** The hosts of one registry of Aliyun; a family without a host in the classic network has its vpc host there. */
interface AliyunFamily {
  readonly region: string;
  readonly public: string;
  readonly vpc: string;
  readonly internal: string;
}

// Each gives the registry's own name, its region, and what stands behind it.
const PERSONAL = /^(registry)(?:-vpc|-internal)?\.([a-z0-9-]{1,40})(\.aliyuncs\.com)$/;
// Personal instances since 2024-09, and instances of the enterprise edition.
const INSTANCES = [
  /^(crpi-[a-z0-9]{1,60})(?:-vpc)?\.([a-z0-9-]{1,40})(\.personal\.cr\.aliyuncs\.com)$/,
  /^([a-z0-9-]{1,60}-registry)(?:-vpc)?\.([a-z0-9-]{1,40})(\.cr\.aliyuncs\.com)$/,
];

function familyOf(host: string): AliyunFamily | null {
  const personal = PERSONAL.exec(host);
  const found = personal ?? INSTANCES.map((instance) => instance.exec(host)).find((match) => match !== null);
  const [, name, region, domain] = found ?? [];
  if (name === undefined || region === undefined || domain === undefined) return null;
  const at = (suffix: string): string => `${name}${suffix}.${region}${domain}`;
  return { region, public: at(""), vpc: at("-vpc"), internal: at(personal === null ? "-vpc" : "-internal") };
}

/** The host of the same registry in another network; a host that has no such family is returned as it is. */
export function inNetwork(host: string, network: Network): string {
  return network === "keep" ? host : (familyOf(host)?.[network] ?? host);
}

/** True when two hosts are one registry's: the same, or members of one family of Aliyun's hosts. */
export const isSameHost = (a: string, b: string): boolean => inNetwork(a, "public") === inNetwork(b, "public");

/** The region of one of Aliyun's hosts; null for any other host. */
export const regionOf = (host: string): string | null => familyOf(host)?.region ?? null;

/** True when two hosts are Aliyun's and in one region, whichever registry there they are. */
export const isSameRegion = (a: string, b: string): boolean => regionOf(a) !== null && regionOf(a) === regionOf(b);
