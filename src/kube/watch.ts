import { setTimeout as sleep } from "node:timers/promises";
import type { Target } from "../core/rollout/target.ts";
import type { Sighting } from "../flow/ports.ts";
import type { KubeClient, KubeRequest } from "./client.ts";
import { failureOfError } from "./errors.ts";
import { toObservation } from "./objects.ts";
import { collectionPath, workloadRight } from "./paths.ts";

const SERVER_TIMEOUT_SECONDS = 290;
const FIRST_DELAY_MS = 250;
const MAX_DELAY_MS = 10_000;
const MAX_LINE_BYTES = 8 * 1024 * 1024;

/**
 * Watches one workload until the signal. Each connection starts with the workload as it is, so nothing is missed
 * between two of them; a connection that breaks is opened again, later each time until something was seen.
 */
export async function* watchWorkload(
  client: KubeClient,
  target: Target,
  signal: AbortSignal,
): AsyncGenerator<Sighting> {
  let delayMs = FIRST_DELAY_MS;
  while (!signal.aborted) {
    for await (const sighting of watchOnce(client, target, signal)) {
      if (sighting.kind !== "failure") delayMs = FIRST_DELAY_MS;
      yield sighting;
      if (sighting.kind === "deleted") return;
    }
    await pause(delayMs * (0.5 + Math.random()), signal);
    delayMs = Math.min(MAX_DELAY_MS, delayMs * 2);
  }
}

async function* watchOnce(client: KubeClient, target: Target, signal: AbortSignal): AsyncGenerator<Sighting> {
  const request: KubeRequest = {
    method: "GET",
    path: collectionPath(target),
    query: {
      watch: "1",
      fieldSelector: `metadata.name=${target.name}`,
      allowWatchBookmarks: "true",
      timeoutSeconds: String(SERVER_TIMEOUT_SECONDS),
    },
    right: workloadRight("watch", target),
    signal,
  };
  const opened = await client.stream(request);
  if (opened.kind === "error") {
    if (!signal.aborted) yield { kind: "failure", failure: opened.error };
    return;
  }
  try {
    for await (const line of linesOf(opened.value)) {
      const sighting = toSighting(target, line);
      if (sighting === "ended") return;
      if (sighting !== null) yield sighting;
    }
  } catch (error) {
    if (!signal.aborted) yield { kind: "failure", failure: failureOfError(error) };
  }
}

// An ERROR event (410 Gone and such) ends the connection: the next one starts anew. A line that is no JSON does too.
function toSighting(target: Target, line: string): Sighting | "ended" | null {
  const event = parse(line) as { type?: unknown; object?: unknown } | undefined;
  if (event?.type === "ADDED" || event?.type === "MODIFIED") {
    return { kind: "seen", observation: toObservation(target, event.object) };
  }
  if (event?.type === "DELETED") return { kind: "deleted" };
  return event?.type === "BOOKMARK" ? null : "ended";
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10)) {
      yield rest.subarray(0, end).toString("utf8");
      rest = rest.subarray(end + 1);
    }
    if (rest.length > MAX_LINE_BYTES) throw new Error("a line of the watch is too long");
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
