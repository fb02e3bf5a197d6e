import { setTimeout as sleep } from "node:timers/promises";
import type { ClusterFailure, MissingRight } from "../core/rollout/cluster-failure.ts";
import { boundSignal } from "./bounded-signal.ts";
import type { KubeClient, KubeRequest } from "./client.ts";
import { failureOfAnswer, failureOfError } from "./errors.ts";
import { listAt, numberAt, textAt, valueAt } from "./fields.ts";
import { linesOf } from "./lines.ts";

/** Some objects of one namespace: those of a collection that a selector means. */
export interface Collection {
  readonly path: string;
  readonly selector: { readonly fieldSelector: string } | { readonly labelSelector: string };
  readonly rightTo: (verb: "list" | "watch") => MissingRight;
}

/** What a collection shows next. A failure does not end it: it goes on when it can. */
export type ObjectSighting =
  | { readonly kind: "seen"; readonly object: unknown }
  /** It was shown before; the version is one at which it is not there any more. */
  | { readonly kind: "gone"; readonly name: string; readonly version: string }
  /** All that is there has been shown, and what is gone has been told. */
  | { readonly kind: "complete" }
  | { readonly kind: "failure"; readonly failure: ClusterFailure };

/** The times of a list-and-watch. */
export interface WatchTimes {
  /** The pause after a broken connection, give or take a half; each further one is twice as long, up to the longest. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** How long a connection must have lived, and have shown something, for the next pause to be the first one again. */
  readonly livedMs: number;
  /** After how long all objects are listed again. */
  readonly relistMs: number;
}

const TIMES: WatchTimes = { firstPauseMs: 250, longestPauseMs: 10_000, livedMs: 5_000, relistMs: 600_000 };
const PAGE = 500;
const LIST_TIMEOUT_MS = 30_000;
const OPEN_TIMEOUT_MS = 10_000;
const MIN_SERVER_TIMEOUT_SECONDS = 290;
const MAX_RETRY_AFTER_MS = 60_000;
const MAX_LINE_BYTES = 8 * 1024 * 1024;

/** How far a collection has been shown. */
interface Progress {
  /** The newest version that was told of; empty when all objects must be listed. */
  version: string;
  listedAtMs: number;
  /** The names of the objects that are there. */
  names: Set<string>;
  isSteady: boolean;
  /** How long the API server asked to be left alone. */
  retryAfterMs: number;
}

interface Watched {
  readonly client: KubeClient;
  readonly collection: Collection;
  readonly progress: Progress;
  readonly times: WatchTimes;
}

/**
 * Shows the objects of a collection, then each change of one, until the signal. A watch that ends is continued from the
 * newest version that it told of. Where the API server does not know that version any more (410), refuses the watch or
 * says what cannot be read, and every ten minutes in any case, all objects are listed and shown again.
 */
export async function* listAndWatch(
  client: KubeClient,
  collection: Collection,
  signal: AbortSignal,
  times: WatchTimes = TIMES,
): AsyncGenerator<ObjectSighting> {
  const progress: Progress = { version: "", listedAtMs: -Infinity, names: new Set(), isSteady: false, retryAfterMs: 0 };
  const watched = { client, collection, progress, times };
  const isEnded = (): boolean => signal.aborted;
  let pauseMs = times.firstPauseMs;
  while (!isEnded()) {
    for await (const sighting of connect(watched, signal)) {
      // What was asked when the signal ended has failed by it alone.
      if (sighting.kind === "failure" && isEnded()) return;
      yield sighting;
    }
    if (progress.isSteady) pauseMs = times.firstPauseMs;
    await pause(Math.max(progress.retryAfterMs, pauseMs * (0.5 + Math.random())), signal);
    pauseMs = Math.min(times.longestPauseMs, pauseMs * 2);
  }
}

async function* connect(watched: Watched, signal: AbortSignal): AsyncGenerator<ObjectSighting> {
  const { progress, times } = watched;
  progress.isSteady = false;
  progress.retryAfterMs = 0;
  if (performance.now() - progress.listedAtMs >= times.relistMs) progress.version = "";
  if (progress.version === "") yield* showAll(watched, signal);
  if (progress.version !== "") yield* showChanges(watched, signal);
}

async function* showAll(watched: Watched, signal: AbortSignal): AsyncGenerator<ObjectSighting> {
  const { client, collection, progress } = watched;
  const names = new Set<string>();
  const startedAtMs = performance.now();
  let version: string;
  let from = "";
  do {
    const limit = boundSignal(signal, LIST_TIMEOUT_MS);
    const page = await client.request({
      method: "GET",
      path: collection.path,
      query: { ...collection.selector, limit: String(PAGE), ...(from !== "" && { continue: from }) },
      right: collection.rightTo("list"),
      signal: limit.signal,
    });
    limit.release();
    if (page.kind === "error") {
      yield failed(progress, page.error);
      return;
    }
    for (const object of listAt(page.value, "items")) {
      const name = textAt(object, "metadata.name");
      names.add(name);
      progress.names.add(name);
      yield { kind: "seen", object };
    }
    version = textAt(page.value, "metadata.resourceVersion");
    from = textAt(page.value, "metadata.continue");
  } while (from !== "");
  for (const name of progress.names) if (!names.has(name)) yield { kind: "gone", name, version };
  progress.names = names;
  progress.version = version;
  progress.listedAtMs = startedAtMs;
  yield { kind: "complete" };
}

async function* showChanges(watched: Watched, signal: AbortSignal): AsyncGenerator<ObjectSighting> {
  const { client, collection, progress, times } = watched;
  const limit = boundSignal(signal, OPEN_TIMEOUT_MS);
  const openedAtMs = performance.now();
  let isUseful = false;
  try {
    const opened = await client.stream(watchRequest(collection, progress.version, limit.signal));
    if (opened.kind === "error") {
      progress.version = "";
      if (!isTooOld(opened.error)) yield failed(progress, opened.error);
      return;
    }
    limit.endAfter(progress.listedAtMs + times.relistMs - openedAtMs);
    for await (const line of linesOf(opened.value, MAX_LINE_BYTES)) {
      const event = parse(line);
      if (!isEvent(event)) {
        yield* giveUp(watched, event);
        return;
      }
      isUseful = true;
      progress.version = event.object.metadata.resourceVersion;
      if (event.type !== "BOOKMARK") yield toSighting(event, progress.names);
    }
  } catch (error) {
    // At the time of the next list it was ended from here.
    if (!limit.signal.aborted) yield failed(progress, failureOfError(error));
  } finally {
    limit.release();
    progress.isSteady = isUseful && performance.now() - openedAtMs >= times.livedMs;
  }
}

const watchRequest = ({ path, selector, rightTo }: Collection, version: string, signal: AbortSignal): KubeRequest => ({
  method: "GET",
  path,
  query: {
    ...selector,
    watch: "1",
    resourceVersion: version,
    allowWatchBookmarks: "true",
    // Not all at once, where many watches were opened at one time.
    timeoutSeconds: String(Math.round(MIN_SERVER_TIMEOUT_SECONDS * (1 + Math.random()))),
  },
  right: rightTo("watch"),
  signal,
});

interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK";
  readonly object: { readonly metadata: { readonly resourceVersion: string; readonly name?: unknown } };
}

const isEvent = (event: unknown): event is WatchEvent =>
  ["ADDED", "MODIFIED", "DELETED", "BOOKMARK"].includes(textAt(event, "type")) &&
  textAt(event, "object.metadata.resourceVersion") !== "";

function toSighting({ type, object }: WatchEvent, names: Set<string>): ObjectSighting {
  const name = textAt(object, "metadata.name");
  if (type === "DELETED") {
    names.delete(name);
    return { kind: "gone", name, version: object.metadata.resourceVersion };
  }
  names.add(name);
  return { kind: "seen", object };
}

// What is no event of an object would come again from the same version. That it is too old needs no word.
function* giveUp({ collection, progress }: Watched, event: unknown): Generator<ObjectSighting> {
  progress.version = "";
  const status = numberAt(event, "object.code");
  const said = valueAt(event, "object") ?? { message: "the watch showed what is no event" };
  const answer = { method: "GET", status, retryAfter: undefined, text: JSON.stringify(said) };
  const failure = failureOfAnswer({ ...answer, right: collection.rightTo("watch") });
  if (!isTooOld(failure)) yield failed(progress, failure);
}

const isTooOld = (failure: ClusterFailure): boolean => failure.kind === "refused" && failure.status === 410;

function failed(progress: Progress, failure: ClusterFailure): ObjectSighting {
  if (failure.kind === "throttled")
    progress.retryAfterMs = Math.min(MAX_RETRY_AFTER_MS, failure.retryAfterSeconds * 1000);
  return { kind: "failure", failure };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
