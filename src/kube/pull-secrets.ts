import { ok } from "../core/result.ts";
import type { PullSecrets } from "../flow/ports.ts";
import type { KubeClient } from "./client.ts";
import { valueAt } from "./fields.ts";
import { corePath } from "./paths.ts";

const KEY = ".dockerconfigjson";

/** The Secrets with logins behind the port. They are read each time and kept nowhere. */
export const createPullSecrets = (client: KubeClient): PullSecrets => ({
  read: async (namespace, name, signal) => {
    const secret = await client.request({
      method: "GET",
      path: corePath(namespace, "secrets", name),
      right: { verb: "get", resource: "secrets", namespace, name },
      signal,
    });
    if (secret.kind === "error") return secret;
    return ok(Buffer.from(configOf(secret.value), "base64"));
  },
});

// The key holds a dot, which a path would part.
function configOf(secret: unknown): string {
  const data = Object.entries(valueAt(secret, "data") ?? {});
  return data.map(([key, value]) => (key === KEY ? String(value) : "")).join("");
}
