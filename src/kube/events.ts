import { KINDS } from "../core/rollout/target.ts";
import type { Clock, EventRecorder, Log } from "../flow/ports.ts";
import type { KubeClient } from "./client.ts";
import { corePath } from "./paths.ts";

const MAX_UNDER_WAY = 100;
const TIMEOUT_MS = 5_000;
const MAX_MESSAGE = 1024;

/** Records Events of core v1 on workloads. Best effort: when many are under way further ones are dropped, and counted. */
export function createEventRecorder(client: KubeClient, clock: Clock, log: Log): EventRecorder {
  let underWay = 0;
  let hasComplained = false;
  const post = async (path: string, namespace: string, body: unknown): Promise<void> => {
    const right = { verb: "create", resource: "events", namespace, name: "" };
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const created = await client.request({ method: "POST", path, body, right, signal });
    underWay--;
    if (created.kind === "ok" || hasComplained) return;
    hasComplained = true;
    log.warn({ namespace, reason: created.error.message }, "an Event could not be recorded; said once");
  };
  return {
    record: ({ target, uid }, { type, reason, message }) => {
      if (underWay >= MAX_UNDER_WAY) return;
      underWay++;
      const { namespace, name } = target;
      const { apiVersion, kind } = KINDS[target.kind];
      const at = clock.now().toISOString();
      // Without the uid `kubectl describe` does not show the Event.
      const body = {
        apiVersion: "v1",
        kind: "Event",
        metadata: { generateName: `${name.slice(0, 200)}.`, namespace },
        involvedObject: { apiVersion, kind, namespace, name, uid },
        type,
        reason,
        message: message.slice(0, MAX_MESSAGE),
        source: { component: "imagehook" },
        reportingComponent: "imagehook",
        reportingInstance: "",
        firstTimestamp: at,
        lastTimestamp: at,
        count: 1,
      };
      void post(corePath(namespace, "events"), namespace, body);
    },
  };
}
