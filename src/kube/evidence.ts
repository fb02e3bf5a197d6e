import type { EventFacts, PodFacts } from "../core/diagnosis/facts.ts";
import { ok, type Result } from "../core/result.ts";
import type { ClusterFailure } from "../core/rollout/cluster-failure.ts";
import type { KubeClient } from "./client.ts";
import { listAt, textAt } from "./fields.ts";
import { corePath } from "./paths.ts";
import { toEventFacts, toPodFacts } from "./pod-facts.ts";

const PODS_A_PAGE = 100;
const MAX_PAGES = 5;
const MAX_EVENTS = 50;

/** Where a log is read, and how much of it. */
export interface LogQuery {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** The process before the one that runs or waits now. */
  readonly previous: boolean;
  readonly lines: number;
  readonly maxBytes: number;
}

/** The pods of a selector; of very many the first some hundred. */
export async function readPods(
  client: KubeClient,
  namespace: string,
  selector: string,
  signal: AbortSignal,
): Promise<Result<readonly PodFacts[], ClusterFailure>> {
  const pods: PodFacts[] = [];
  let from = "";
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const page = await client.request({
      method: "GET",
      path: corePath(namespace, "pods"),
      query: { labelSelector: selector, limit: String(PODS_A_PAGE), ...(from !== "" && { continue: from }) },
      right: { verb: "list", resource: "pods", namespace, name: "" },
      signal,
    });
    if (page.kind === "error") return page;
    pods.push(...listAt(page.value, "items").map(toPodFacts));
    from = textAt(page.value, "metadata.continue");
    if (from === "") break;
  }
  return ok(pods);
}

/** The warnings about an object, the newest first. */
export async function readWarnings(
  client: KubeClient,
  namespace: string,
  uid: string,
  signal: AbortSignal,
): Promise<Result<readonly EventFacts[], ClusterFailure>> {
  const listed = await client.request({
    method: "GET",
    path: corePath(namespace, "events"),
    query: { fieldSelector: `involvedObject.uid=${uid},type=Warning`, limit: String(MAX_EVENTS) },
    right: { verb: "list", resource: "events", namespace, name: "" },
    signal,
  });
  if (listed.kind === "error") return listed;
  const events = listAt(listed.value, "items").map(toEventFacts);
  return ok(events.sort((a, b) => (a.at > b.at ? -1 : 1)));
}

/** The end of a container's log. */
export async function readLog(
  client: KubeClient,
  { namespace, pod, container, previous, lines, maxBytes }: LogQuery,
  signal: AbortSignal,
): Promise<Result<string, ClusterFailure>> {
  const opened = await client.stream({
    method: "GET",
    path: `${corePath(namespace, "pods", pod)}/log`,
    query: { container, previous: String(previous), tailLines: String(lines), limitBytes: String(maxBytes) },
    right: { verb: "get", resource: "pods/log", namespace, name: "" },
    signal,
  });
  if (opened.kind === "error") return opened;
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of opened.value) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= maxBytes) break;
    }
  } catch {
    // What came before the break is the log's end all the same, or nothing.
  }
  return ok(Buffer.concat(chunks).toString("utf8", 0, maxBytes));
}
