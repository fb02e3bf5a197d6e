import { joined, newestOf, type Change } from "./change.ts";
import type { WorkloadKind } from "./target.ts";
import { CHANGE_CAUSE, REDEPLOYED_AT, type Workload } from "./workload.ts";

/** One operation of a JSON Patch (RFC 6902). */
export interface PatchOperation {
  readonly op: "test" | "add" | "replace";
  readonly path: string;
  readonly value: unknown;
}

/**
 * The JSON Patch of changes: it tests each container's name and the image that its change was planned on, so that
 * it fails rather than undo what someone else did meanwhile, and sets nothing but what an upgrade is.
 */
export function patchFor(changes: readonly [Change, ...Change[]], workload: Workload): readonly PatchOperation[] {
  const template = templatePath(workload.target.kind);
  const pathOf = ({ container }: Change): string => `${template}/spec/${container.list}/${String(container.index)}`;
  const images = joined(changes, ({ push }) => push.after);
  const redeploys = changes.filter((change) => change.redeploys);
  return [
    ...changes.flatMap((change) => setImage(change, pathOf(change))),
    ...annotate("/metadata", workload.hasAnnotations, CHANGE_CAUSE, `imagehook ${changes[0].push.hook}: ${images}`),
    ...(redeploys.length > 0 ? mark(redeploys, `${template}/metadata`, workload) : []),
    ...redeploys.map((change) => pullAlways(pathOf(change))),
  ];
}

const setImage = ({ container, push }: Change, path: string): readonly PatchOperation[] => [
  { op: "test", path: `${path}/name`, value: container.name },
  { op: "test", path: `${path}/image`, value: push.before },
  { op: "replace", path: `${path}/image`, value: push.after },
];

const pullAlways = (path: string): PatchOperation => ({ op: "add", path: `${path}/imagePullPolicy`, value: "Always" });

const mark = (redeploys: readonly Change[], metadata: string, workload: Workload): readonly PatchOperation[] =>
  annotate(metadata, workload.hasTemplateAnnotations, REDEPLOYED_AT, newestOf(redeploys));

// Where there are no annotations at all the map is added too, but only while there is still none.
function annotate(metadata: string, exists: boolean, name: string, value: string): readonly PatchOperation[] {
  const annotations = `${metadata}/annotations`;
  if (exists) return [{ op: "add", path: `${annotations}/${name.replaceAll("/", "~1")}`, value }];
  return [
    { op: "test", path: annotations, value: null },
    { op: "add", path: annotations, value: { [name]: value } },
  ];
}

const templatePath = (kind: WorkloadKind): string =>
  kind === "cronjob" ? "/spec/jobTemplate/spec/template" : "/spec/template";
