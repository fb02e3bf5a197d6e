import { clip } from "../core/clip.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { parseState, printState, stateObjectName, targetOf } from "../core/rollout/state.ts";
import type { StateObject, StoredState } from "../flow/ports.ts";
import type { PodIdentity } from "./credentials.ts";
import { textAt, valueAt } from "./fields.ts";
import { ownedBy } from "./owner.ts";

const KEY = "state.json";
const MAX_REASON = 500;

/** The label by which all state objects are found, as a selector has it. */
export const STATE_SELECTOR = "imagehook.dev/state=rollout";
const LABELS = { "imagehook.dev/state": "rollout", "app.kubernetes.io/managed-by": "imagehook" };

/** Which state object a ConfigMap is. */
export const identityOf = (object: unknown): StateObject => ({
  namespace: textAt(object, "metadata.namespace"),
  name: textAt(object, "metadata.name"),
  uid: textAt(object, "metadata.uid"),
});

/** Reads a ConfigMap as a state object. One that bears another workload's state cannot be read: it would answer for that one. */
export function readStateObject(object: unknown): Result<StoredState, string> {
  const state = parseState(stateTextOf(object));
  if (state.kind === "error") return fail(clip(state.error, MAX_REASON));
  if (stateObjectName(targetOf(state.value)) !== textAt(object, "metadata.name"))
    return fail("it holds the state of a workload whose object has another name");
  return ok({ state: state.value, version: textAt(object, "metadata.resourceVersion") });
}

// The key has a dot in it, so it is no path.
function stateTextOf(object: unknown): string {
  const data = Object.entries(valueAt(object, "data") ?? {});
  return data.map(([key, value]) => (key === KEY ? String(value) : "")).join("");
}

/** The ConfigMap that holds a state. */
export function toStateObject(
  name: string,
  { state, version }: StoredState,
  owner: PodIdentity["serviceAccount"],
): unknown {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name,
      labels: LABELS,
      ...(version !== "" && { resourceVersion: version }),
      ...ownedBy(owner),
    },
    data: { [KEY]: printState(state) },
  };
}
