import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Exchange } from "./load.ts";
import { NAMESPACE } from "./names.ts";
import { CONTAINER, digestOf, imageOf, tagOf } from "./names.ts";

/** The token that all hooks of the benches are installed with; each has its own file of it. */
const TOKEN = "bench-4f1c9e6b27d84a5f8b7c3d21";

// A ConfigMap holds at most 1 MiB.
const HOOKS_PER_FILE = 2_000;

/** What a refused request is answered with. */
const REFUSAL = { status: 403, body: "Hook rules were not satisfied." } as const;

/** The id of the hook of a workload. */
export const hookOf = (workload: string): string => `hook-${workload}`;

/** Writes a hooks directory with one typed hook a workload, the token of each in a file of its own, as the chart does. */
export async function writeHooks(folder: string, workloads: readonly string[]): Promise<string> {
  const directory = join(folder, "hooks");
  const tokens = join(folder, "tokens");
  await mkdir(directory, { recursive: true });
  await mkdir(tokens, { recursive: true });
  await Promise.all(workloads.map((workload) => writeFile(join(tokens, workload), `${TOKEN}\n`)));
  const hooks = workloads.map((workload) => ({
    id: hookOf(workload),
    "image-upgrade": {
      namespace: NAMESPACE,
      workload: `deployment/${workload}`,
      container: CONTAINER,
      registry: "aliyun",
      network: "public",
    },
    "trigger-rule": {
      match: {
        type: "value",
        "value-from": { file: join(tokens, workload) },
        parameter: { source: "url", name: "token" },
      },
    },
    "trigger-rule-mismatch-http-response-code": REFUSAL.status,
  }));
  for (let at = 0; at < hooks.length; at += HOOKS_PER_FILE)
    await writeFile(join(directory, `hooks-${String(at)}.json`), JSON.stringify(hooks.slice(at, at + HOOKS_PER_FILE)));
  return directory;
}

/** The hook of a workload as adnanh/webhook can have it: it refuses what the typed one refuses. */
export const peerHook = (workload: string): object => ({
  id: hookOf(workload),
  "execute-command": "/bin/true",
  "trigger-rule": { match: { type: "value", value: TOKEN, parameter: { source: "url", name: "token" } } },
  "trigger-rule-mismatch-http-response-code": REFUSAL.status,
});

/** A registry's delivery of push number `push` to a workload that runs push number `before`. */
export const delivery = (workload: string, before: number, push: number): Exchange => ({
  request: post(`/hooks/${hookOf(workload)}?token=${TOKEN}`, bodyOf(push)),
  status: 200,
  body: `deployment.apps/${workload} image updated\n${CONTAINER}: ${imageOf(before)} -> ${imageOf(push)}`,
});

/** A delivery to the path that is refused there: its token is wrong, and as long as the right one. */
export function refusedDelivery(workload: string): Exchange {
  const wrong = TOKEN.replace(/\w$/, "x");
  return { request: post(`/hooks/${hookOf(workload)}?token=${wrong}`, bodyOf(1)), ...REFUSAL };
}

// Aliyun's body with its eleven fields.
const bodyOf = (push: number): string =>
  JSON.stringify({
    push_data: { digest: digestOf(push), pushed_at: "2026-11-02 12:25:46", tag: tagOf(push) },
    repository: {
      date_created: "2025-10-28 21:31:42",
      name: "website",
      namespace: "acme",
      region: "cn-hangzhou",
      repo_authentication_type: "NO_CERTIFIED",
      repo_full_name: "acme/website",
      repo_origin_type: "NO_CERTIFIED",
      repo_type: "PUBLIC",
    },
  });

const post = (path: string, body: string): string =>
  [
    `POST ${path} HTTP/1.1`,
    "Host: 127.0.0.1",
    "User-Agent: registry",
    "Content-Type: application/json",
    `Content-Length: ${String(body.length)}`,
    "",
    body,
  ].join("\r\n");
