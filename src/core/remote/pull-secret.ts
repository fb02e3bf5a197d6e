import { z } from "zod";
import { fail, ok, type Result } from "../result.ts";

/** A login at a registry. */
export interface Login {
  readonly user: string;
  readonly password: string;
}

const entry = z.object({
  auth: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  identitytoken: z.string().optional(),
});
const config = z.object({ auths: z.record(z.string(), entry) });

const DOCKER_HUB = "https://index.docker.io/v1/";

/**
 * Finds the login for a registry's host in a Secret of the type kubernetes.io/dockerconfigjson; null where it holds none
 * for that host. Keys are hosts, with or without `https://`, as Docker writes them.
 */
export function readPullSecret(text: string, host: string): Result<Login | null, string> {
  const read = config.safeParse(parse(text));
  if (!read.success) return fail("its .dockerconfigjson is not as Docker writes it");
  const found = Object.entries(read.data.auths).find(([key]) => hostOfKey(key) === host);
  return found === undefined ? ok(null) : loginOf(found[1]);
}

function loginOf({ auth, username, password }: z.infer<typeof entry>): Result<Login | null, string> {
  if (username !== undefined && password !== undefined) return ok({ user: username, password });
  const decoded = Buffer.from(auth ?? "", "base64").toString("utf8");
  const colon = decoded.indexOf(":");
  if (colon <= 0) return fail("its entry for the registry has neither a user with a password nor an auth");
  return ok({ user: decoded.slice(0, colon), password: decoded.slice(colon + 1) });
}

const hostOfKey = (key: string): string =>
  key === DOCKER_HUB || key === "index.docker.io" ? "docker.io" : key.replace(/^https?:\/\//, "").replace(/\/.*$/, "");

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
