import { clip } from "../../clip.ts";
import type { JsonObject } from "../json-object.ts";
import { itemsAt, textAt, valueAt } from "./places.ts";

/** An image that an object names, and for what. */
export interface NamedImage {
  /** Such as `container web`. */
  readonly place: string;
  /** As it stands there; in what was never checked it may be no text. */
  readonly image: unknown;
}

const POD_SPECS: ReadonlyMap<string, readonly string[]> = new Map([
  ["Pod", ["spec"]],
  ["CronJob", ["spec", "jobTemplate", "spec", "template", "spec"]],
  ["PodTemplate", ["template", "spec"]],
]);
// Where Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job and most custom workloads have it.
const USUAL_POD_SPEC = ["spec", "template", "spec"];

const LISTS: readonly { readonly what: string; readonly list: string; readonly key: readonly string[] }[] = [
  { what: "container", list: "containers", key: ["image"] },
  { what: "init container", list: "initContainers", key: ["image"] },
  { what: "ephemeral container", list: "ephemeralContainers", key: ["image"] },
  { what: "volume", list: "volumes", key: ["image", "reference"] },
];
const MAX_NAME_LENGTH = 63;

/** The images of a pod or of a workload's pods. One that is left out is none: the API server refuses it, or fills it in. */
export function imagesOf(kind: string, object: JsonObject | null): readonly NamedImage[] {
  const spec = valueAt(object, ...(POD_SPECS.get(kind) ?? USUAL_POD_SPEC));
  return LISTS.flatMap(({ what, list, key }) =>
    itemsAt(spec, list)
      .map((item, index) => {
        const name = clip(textAt(item, "name"), MAX_NAME_LENGTH) || `${list}[${String(index)}]`;
        return { place: `${what} ${name}`, image: valueAt(item, ...key) ?? "" };
      })
      .filter(({ image }) => image !== ""),
  );
}
