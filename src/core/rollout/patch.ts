import { joined, newestOf, type Change } from "./change.ts";
import type { RolledContainer } from "./rollouts.ts";
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

/**
 * The JSON Patch that sets the images again which containers had before a push. It fails where one of them has another
 * image than the push gave it.
 */
export function rollbackPatch(changes: readonly RolledContainer[], workload: Workload): readonly PatchOperation[] {
  const template = templatePath(workload.target.kind);
  const hook = joined(changes, ({ push }) => push.hook);
  const images = joined(changes, ({ push }) => push.before);
  return [
    ...changes.flatMap(({ container: name, push: { before, after } }) => {
      const container = workload.containers.find((one) => one.name === name);
      if (container === undefined) return [];
      const path = `${template}/spec/${container.list}/${String(container.index)}`;
      return replaceImage(path, { name, from: after, to: before });
    }),
    ...annotate("/metadata", workload.hasAnnotations, CHANGE_CAUSE, `imagehook ${hook}: rolled back to ${images}`),
  ];
}

const setImage = ({ container: { name }, push: { before, after } }: Change, path: string): readonly PatchOperation[] =>
  replaceImage(path, { name, from: before, to: after });

const replaceImage = (
  path: string,
  { name, from, to }: { readonly name: string; readonly from: string; readonly to: string },
): readonly PatchOperation[] => [
  { op: "test", path: `${path}/name`, value: name },
  { op: "test", path: `${path}/image`, value: from },
  { op: "replace", path: `${path}/image`, value: to },
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
