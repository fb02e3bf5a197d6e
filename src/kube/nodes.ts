import type { Platform } from "../core/remote/manifest.ts";
import { ok, type Result } from "../core/result.ts";
import type { ClusterFailure } from "../core/rollout/cluster-failure.ts";
import type { Clock, Nodes } from "../flow/ports.ts";
import type { KubeClient } from "./client.ts";
import { listAt, textAt } from "./fields.ts";

const KEPT_MS = 300_000;
// A node's object is large, most of it the images that it holds.
const NODES_A_PAGE = 100;
const MAX_PAGES = 20;

interface Kept {
  readonly platforms: readonly Platform[];
  readonly until: number;
}

/** The platforms of the cluster's nodes behind the port; they are read anew after five minutes. */
export function createNodes(client: KubeClient, clock: Clock): Nodes {
  let kept: Kept = { platforms: [], until: 0 };
  return {
    platforms: async (signal) => {
      const now = clock.now().getTime();
      if (now < kept.until) return ok(kept.platforms);
      const platforms = await readPlatforms(client, signal);
      if (platforms.kind === "ok") kept = { platforms: platforms.value, until: now + KEPT_MS };
      return platforms;
    },
  };
}

async function readPlatforms(
  client: KubeClient,
  signal: AbortSignal,
): Promise<Result<readonly Platform[], ClusterFailure>> {
  const found = new Map<string, Platform>();
  let from = "";
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const page = await client.request({
      method: "GET",
      path: "/api/v1/nodes",
      query: { limit: String(NODES_A_PAGE), ...(from !== "" && { continue: from }) },
      right: { verb: "list", resource: "nodes", namespace: "", name: "" },
      signal,
    });
    if (page.kind === "error") return page;
    for (const platform of listAt(page.value, "items").map(toPlatform))
      found.set(`${platform.os}/${platform.architecture}`, platform);
    from = textAt(page.value, "metadata.continue");
    if (from === "") break;
  }
  // A node that has just joined has not said yet what it is.
  return ok([...found.values()].filter(({ os, architecture }) => os !== "" && architecture !== ""));
}

const toPlatform = (node: unknown): Platform => ({
  os: textAt(node, "status.nodeInfo.operatingSystem"),
  architecture: textAt(node, "status.nodeInfo.architecture"),
});
