import { KINDS } from "../core/rollout/target.ts";
import type { Clock, EventNote, EventRecorder, Log } from "../flow/ports.ts";
import { createRecent } from "../flow/recent.ts";
import type { KubeClient } from "./client.ts";
import { corePath } from "./paths.ts";

const MAX_UNDER_WAY = 100;
const TIMEOUT_MS = 5_000;
const MAX_MESSAGE = 1024;
const SAME_WITHIN_MS = 60_000;
const REMEMBERED = 1_000;

// Without the uid `kubectl describe` does not show the Event.
interface Subject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/**
 * Records Events of core v1 on workloads and state objects. Best effort: what was said within the last minute is not said
 * again, and when many are under way further ones are dropped.
 */
export function createEventRecorder(client: KubeClient, clock: Clock, log: Log): EventRecorder {
  const said = createRecent<number>(REMEMBERED);
  let underWay = 0;
  let hasComplained = false;
  const post = async (namespace: string, body: unknown): Promise<void> => {
    underWay++;
    const created = await client.request({
      method: "POST",
      path: corePath(namespace, "events"),
      body,
      right: { verb: "create", resource: "events", namespace, name: "" },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    underWay--;
    if (created.kind === "ok" || hasComplained) return;
    hasComplained = true;
    log.warn({ namespace, reason: created.error.message }, "an Event could not be recorded; said once");
  };
  const record = (subject: Subject, { type, reason, message }: EventNote): void => {
    if (underWay >= MAX_UNDER_WAY) return;
    const now = clock.now();
    const text = message.slice(0, MAX_MESSAGE);
    const key = JSON.stringify([subject, reason, text]);
    const agoMs = now.getTime() - (said.get(key) ?? -Infinity);
    // A clock that was put back says nothing of how long ago it was.
    if (agoMs >= 0 && agoMs < SAME_WITHIN_MS) return;
    said.set(key, now.getTime());
    void post(subject.namespace, toEvent(subject, { type, reason, message: text }, now.toISOString()));
  };
  return {
    record: ({ target: { kind, namespace, name }, uid }, note) => {
      const { apiVersion, kind: apiKind } = KINDS[kind];
      record({ apiVersion, kind: apiKind, namespace, name, uid }, note);
    },
    recordOnState: ({ namespace, name, uid }, note) => {
      record({ apiVersion: "v1", kind: "ConfigMap", namespace, name, uid }, note);
    },
  };
}

const toEvent = (subject: Subject, note: EventNote, at: string): object => ({
  apiVersion: "v1",
  kind: "Event",
  metadata: { generateName: `${subject.name.slice(0, 200)}.`, namespace: subject.namespace },
  involvedObject: subject,
  ...note,
  source: { component: "imagehook" },
  reportingComponent: "imagehook",
  reportingInstance: "",
  firstTimestamp: at,
  lastTimestamp: at,
  count: 1,
});
