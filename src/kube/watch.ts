import type { Target } from "../core/rollout/target.ts";
import type { Sighting } from "../flow/ports.ts";
import type { KubeClient } from "./client.ts";
import { listAndWatch } from "./list-watch.ts";
import { toObservation } from "./objects.ts";
import { collectionPath, workloadRight } from "./paths.ts";

/**
 * Watches one workload, by its name, so that rights on it alone suffice, until the signal or until it is deleted; one that
 * is not there at the beginning is told as deleted.
 */
export async function* watchWorkload(
  client: KubeClient,
  target: Target,
  signal: AbortSignal,
): AsyncGenerator<Sighting> {
  const collection = {
    path: collectionPath(target),
    selector: { fieldSelector: `metadata.name=${target.name}` },
    rightTo: (verb: string) => workloadRight(verb, target),
  };
  let isThere = false;
  for await (const sighting of listAndWatch(client, collection, signal)) {
    switch (sighting.kind) {
      case "seen":
        isThere = true;
        yield { kind: "seen", observation: toObservation(target, sighting.object) };
        break;
      case "gone":
        yield { kind: "deleted" };
        return;
      case "complete":
        if (isThere) break;
        yield { kind: "deleted" };
        return;
      case "failure":
        yield sighting;
    }
  }
}
