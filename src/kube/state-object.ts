import { clip } from "../core/clip.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { parseState, printState, stateObjectName, targetOf, type RolloutState } from "../core/rollout/state.ts";
import type { StateObject, StoredState } from "../flow/ports.ts";
import type { PodIdentity } from "./credentials.ts";
import { textAt, valueAt } from "./fields.ts";
import { ownedBy } from "./owner.ts";

/** The key of a state object that holds the state. */
export const STATE_KEY = "state.json";
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

/** A state as it was read, and the text that it is stored as. */
export interface ReadState {
  readonly stored: StoredState;
  readonly text: string;
}

/** Reads a ConfigMap as a state object. One that bears another workload's state cannot be read: it would answer for that one. */
export function readStateObject(object: unknown): Result<ReadState, string> {
  const state = parseState(stateTextOf(object));
  if (state.kind === "error") return fail(clip(state.error, MAX_REASON));
  if (stateObjectName(targetOf(state.value)) !== textAt(object, "metadata.name"))
    return fail("it holds the state of a workload whose object has another name");
  const text = print(state.value);
  const version = textAt(object, "metadata.resourceVersion");
  return text === null ? fail("it is nested too deeply") : ok({ stored: { state: state.value, version }, text });
}

// What newer versions added is kept, and nobody has looked at how deep it is.
function print(state: RolloutState): string | null {
  try {
    return printState(state);
  } catch {
    return null;
  }
}

// The key has a dot in it, so it is no path.
function stateTextOf(object: unknown): string {
  const data = Object.entries(valueAt(object, "data") ?? {});
  return data.map(([key, value]) => (key === STATE_KEY ? String(value) : "")).join("");
}

/** The ConfigMap that holds a state's text; an empty version is one that was never stored. */
export function toStateObject(
  name: string,
  { text, version }: { readonly text: string; readonly version: string },
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
    data: { [STATE_KEY]: text },
  };
}
