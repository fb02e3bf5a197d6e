import { readFile } from "node:fs/promises";
import type { RequestOptions } from "node:https";
import { join } from "node:path";

/** How the API server is reached and who we are to it. */
export interface Credentials {
  readonly server: string;
  readonly tls: {
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
    readonly servername?: string;
    readonly rejectUnauthorized?: boolean;
  };
  /** The Authorization header; `anew` asks for a new reading after the API server has refused the last one. */
  readonly authorization: (anew: boolean) => Promise<string | undefined>;
}

/** The pod's own identity, as its token says it. */
export interface PodIdentity {
  readonly namespace: string;
  readonly serviceAccount: { readonly name: string; readonly uid: string } | null;
}

// The kubelet renews the token long before it expires; once a minute is what client-go reads it.
const TOKEN_AGE_MS = 60_000;

/** Credentials of a pod: the files that the kubelet lays into `directory`, and the address from the environment. */
export async function podCredentials(directory: string, host: string, port: string): Promise<Credentials> {
  const ca = await readFile(join(directory, "ca.crt"), "utf8");
  let token = "";
  let readAtMs = -Infinity;
  const authorization = async (anew: boolean): Promise<string> => {
    const nowMs = performance.now();
    if (anew || nowMs - readAtMs > TOKEN_AGE_MS) {
      token = (await readFile(join(directory, "token"), "utf8")).trim();
      readAtMs = nowMs;
    }
    return `Bearer ${token}`;
  };
  const address = host.includes(":") ? `[${host}]` : host;
  return { server: `https://${address}:${port}`, tls: { ca }, authorization };
}

/** Credentials of a kubeconfig file, of one of its contexts or its current one. */
export async function kubeconfigCredentials(file: string, context: string): Promise<Credentials> {
  // Loaded here only: in a pod its memory and its time to load are saved.
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  config.loadFromFile(file);
  if (context !== "") config.setCurrentContext(context);
  const cluster = config.getCurrentCluster();
  if (cluster === null)
    throw new Error(`${file}: context "${config.getCurrentContext()}" names no cluster of this file`);
  const options: Record<string, unknown> = { headers: {} };
  await config.applyToHTTPSOptions(options);
  const text = (name: string): string | undefined => {
    const value = options[name];
    return Buffer.isBuffer(value) ? value.toString("utf8") : typeof value === "string" ? value : undefined;
  };
  const authorization = async (): Promise<string | undefined> => {
    const headers: Record<string, string> = {};
    const asked: RequestOptions = { headers };
    await config.applyToHTTPSOptions(asked);
    if (typeof asked.auth === "string") return `Basic ${Buffer.from(asked.auth).toString("base64")}`;
    return headers["Authorization"];
  };
  const [ca, cert, key, servername] = [text("ca"), text("cert"), text("key"), text("servername")];
  return {
    server: cluster.server,
    tls: {
      ...(ca !== undefined && { ca }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
      ...(servername !== undefined && { servername }),
      ...(options["rejectUnauthorized"] === false && { rejectUnauthorized: false }),
    },
    authorization,
  };
}

/** Who the pod is: its namespace from the kubelet's file, its service account from the claims of its token. */
export async function podIdentity(directory: string): Promise<PodIdentity> {
  const token = (await readFile(join(directory, "token"), "utf8")).trim();
  const namespace = (await readFile(join(directory, "namespace"), "utf8")).trim();
  return { namespace, serviceAccount: accountOf(token) };
}

function accountOf(token: string): PodIdentity["serviceAccount"] {
  const [, claims] = token.split(".");
  if (claims === undefined) return null;
  try {
    const parsed = JSON.parse(Buffer.from(claims, "base64url").toString("utf8")) as {
      "kubernetes.io"?: { serviceaccount?: { name?: unknown; uid?: unknown } };
    };
    const account = parsed["kubernetes.io"]?.serviceaccount;
    const { name, uid } = account ?? {};
    return typeof name === "string" && typeof uid === "string" ? { name, uid } : null;
  } catch {
    return null;
  }
}
