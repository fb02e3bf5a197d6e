import { z } from "zod";
import { hostOf, type Repository } from "../image/reference.ts";
import { fail, ok, type Result } from "../result.ts";
import { parseJson } from "./json.ts";

/** A login at a registry. */
export interface Login {
  readonly user: string;
  readonly password: string;
}

const entry = z.object({
  auth: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
});
const config = z.object({ auths: z.record(z.string(), entry) });

const DOCKER_HUB = ["index.docker.io", "registry-1.docker.io"];

/**
 * Finds the login for a repository in a Secret of the type kubernetes.io/dockerconfigjson; null where it holds none.
 * Keys are hosts, with or without `https://`, as Docker writes them, or a host and the beginning of a path, as Kubernetes
 * takes them: the longest that fits counts.
 */
export function readPullSecret(bytes: Buffer, repository: Repository): Result<Login | null, string> {
  const read = config.safeParse(parseJson(bytes));
  if (!read.success) return fail("its .dockerconfigjson is not as Docker writes it");
  const [best] = Object.entries(read.data.auths)
    .map(([key, value]) => ({ place: placeOf(key), value }))
    .filter(({ place }) => `${repository}/`.startsWith(`${place}/`))
    .sort((one, other) => other.place.length - one.place.length);
  return best === undefined ? ok(null) : loginOf(best.value, hostOf(repository));
}

function loginOf({ auth, username, password }: z.infer<typeof entry>, host: string): Result<Login, string> {
  if (username !== undefined && password !== undefined) return ok({ user: username, password });
  const decoded = Buffer.from(auth ?? "", "base64").toString("utf8");
  const colon = decoded.indexOf(":");
  // Docker writes the token of a login without a password behind an empty one.
  if (colon <= 0 || colon === decoded.length - 1) return fail(`its entry for ${host} holds no user with a password`);
  return ok({ user: decoded.slice(0, colon), password: decoded.slice(colon + 1) });
}

// Docker Hub's key is an address of its first API, whatever is pulled.
function placeOf(key: string): string {
  const place = key.replace(/^https?:\/\//, "");
  const slash = place.indexOf("/");
  const host = slash === -1 ? place : place.slice(0, slash);
  const path = slash === -1 ? "" : place.slice(slash).replace(/\/$/, "");
  const isAddress = /^\/v\d$/.test(path);
  return `${DOCKER_HUB.includes(host) ? "docker.io" : host}${isAddress ? "" : path}`;
}
