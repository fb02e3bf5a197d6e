import type { Plan } from "./plan.ts";
import type { WorkloadKind } from "./target.ts";
import { CHANGE_CAUSE, REDEPLOYED_AT, type Workload } from "./workload.ts";

/** One operation of a JSON Patch (RFC 6902). */
export interface PatchOperation {
  readonly op: "test" | "add" | "replace";
  readonly path: string;
  readonly value: unknown;
}

/**
 * The JSON Patch of a change: it tests the container's name and the image that the change was planned on, so that
 * it fails rather than undo what someone else did meanwhile, and sets nothing but what an upgrade is.
 */
export function patchFor(change: Plan & { kind: "change" }, workload: Workload): readonly PatchOperation[] {
  const { container, push } = change;
  const template = templatePath(workload.target.kind);
  const path = `${template}/spec/${container.list}/${String(container.index)}`;
  return [
    { op: "test", path: `${path}/name`, value: container.name },
    { op: "test", path: `${path}/image`, value: push.before },
    { op: "replace", path: `${path}/image`, value: push.after },
    ...annotate("/metadata", workload.hasAnnotations, CHANGE_CAUSE, `imagehook ${push.hook}: ${push.after}`),
    ...(change.redeploys ? redeploy(change, `${template}/metadata`, path, workload) : []),
  ];
}

function redeploy(
  { push }: Plan & { kind: "change" },
  metadata: string,
  container: string,
  workload: Workload,
): readonly PatchOperation[] {
  return [
    ...annotate(metadata, workload.hasTemplateAnnotations, REDEPLOYED_AT, push.acceptedAt),
    { op: "add", path: `${container}/imagePullPolicy`, value: "Always" },
  ];
}

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
