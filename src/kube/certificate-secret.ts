import { setTimeout as sleep } from "node:timers/promises";
import { ok } from "../core/result.ts";
import type { CertificateSecret, SecretSighting, StoredSecret } from "../flow/admission/certificate-ports.ts";
import { boundSignal } from "./bounded-signal.ts";
import type { KubeClient, KubeRequest } from "./client.ts";
import { failureOfAnswer, failureOfError } from "./errors.ts";
import { numberAt, textAt, valueAt } from "./fields.ts";
import { linesOf } from "./lines.ts";
import { corePath } from "./paths.ts";

/** Which Secret it is, and the pauses between its watches. */
export interface SecretPlace {
  readonly namespace: string;
  readonly name: string;
  /** After a broken watch; each further one is twice as long, up to the longest. */
  readonly firstPauseMs?: number;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
const CALL_TIMEOUT_MS = 10_000;
// A watch that nobody ends is opened anew from time to time.
const WATCH_SECONDS = 300;
const WATCH_TIMEOUT_MS = (WATCH_SECONDS + 30) * 1000;
const MAX_LINE_BYTES = 8 * 1024 * 1024;

interface Place {
  readonly client: KubeClient;
  readonly namespace: string;
  readonly name: string;
  readonly firstPauseMs: number;
}

/** One Secret behind its port. Rights to get, watch and update it by name suffice. */
export function createCertificateSecret(
  client: KubeClient,
  { namespace, name, firstPauseMs = FIRST_PAUSE_MS }: SecretPlace,
): CertificateSecret {
  const place = { client, namespace, name, firstPauseMs };
  return {
    read: async (signal) => {
      const found = await call(place, { method: "GET" }, signal);
      return found.kind === "error" ? found : ok(toStored(place, found.value));
    },
    watch: (signal) => watch(place, signal),
  };
}

async function call(
  { client, namespace, name }: Place,
  asked: Pick<KubeRequest, "method" | "body">,
  signal: AbortSignal,
): ReturnType<KubeClient["request"]> {
  const limit = boundSignal(signal, CALL_TIMEOUT_MS);
  const verb = asked.method === "GET" ? "get" : "update";
  const path = corePath(namespace, "secrets", name);
  const answer = await client.request({
    ...asked,
    path,
    right: right(verb, { namespace, name }),
    signal: limit.signal,
  });
  limit.release();
  return answer;
}

const right = (verb: string, { namespace, name }: Pick<Place, "namespace" | "name">): KubeRequest["right"] => ({
  verb,
  resource: "secrets",
  namespace,
  name,
});

// What else the object holds goes back as it came, with its version, which the API server compares.
function toStored(place: Place, object: unknown): StoredSecret {
  const update: StoredSecret["update"] = async (changes, signal) => {
    const data = new Map<string, unknown>(Object.entries(valueAt(object, "data") ?? {}));
    for (const [key, text] of Object.entries(changes)) {
      if (text === null) data.delete(key);
      else data.set(key, Buffer.from(text).toString("base64"));
    }
    const body = { ...(object as object), data: Object.fromEntries(data) };
    const saved = await call(place, { method: "PUT", body }, signal);
    return saved.kind === "error" ? saved : ok(undefined);
  };
  return { texts: textsOf(object), update };
}

const textsOf = (object: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(valueAt(object, "data") ?? {}).map(([key, value]) => [
      key,
      Buffer.from(String(value), "base64").toString("utf8"),
    ]),
  );

// Without a version to begin from, a watch shows what is there first: no right to list is needed.
async function* watch(place: Place, signal: AbortSignal): AsyncGenerator<SecretSighting> {
  const isEnded = (): boolean => signal.aborted;
  let pauseMs = place.firstPauseMs;
  while (!isEnded()) {
    for await (const sighting of watchOnce(place, signal)) {
      if (isEnded()) return;
      if (sighting.kind !== "failure") pauseMs = place.firstPauseMs;
      yield sighting;
    }
    await sleep(pauseMs * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined);
    pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
  }
}

async function* watchOnce(place: Place, signal: AbortSignal): AsyncGenerator<SecretSighting> {
  const limit = boundSignal(signal, WATCH_TIMEOUT_MS);
  try {
    const opened = await place.client.stream({
      method: "GET",
      path: corePath(place.namespace, "secrets"),
      query: { fieldSelector: `metadata.name=${place.name}`, watch: "1", timeoutSeconds: String(WATCH_SECONDS) },
      right: right("watch", place),
      signal: limit.signal,
    });
    if (opened.kind === "error") {
      yield { kind: "failure", failure: opened.error };
      return;
    }
    for await (const line of linesOf(opened.value, MAX_LINE_BYTES)) yield toSighting(place, line);
  } catch (error) {
    yield { kind: "failure", failure: failureOfError(error) };
  } finally {
    limit.release();
  }
}

function toSighting(place: Place, line: string): SecretSighting {
  const event: unknown = JSON.parse(line);
  const object = valueAt(event, "object");
  switch (textAt(event, "type")) {
    case "ADDED":
    case "MODIFIED":
      return { kind: "seen", texts: textsOf(object) };
    case "DELETED":
      return { kind: "gone" };
    default: {
      const answer = {
        method: "GET",
        status: numberAt(object, "code"),
        retryAfter: undefined,
        text: JSON.stringify(object),
      };
      return { kind: "failure", failure: failureOfAnswer({ ...answer, right: right("watch", place) }) };
    }
  }
}
