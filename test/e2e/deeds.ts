import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ControlPlane } from "../../scripts/control-plane/control-plane.ts";
import type { Target } from "../../src/core/rollout/target.ts";
import { APP, aWorkload, live } from "./rollout-kit.ts";

/** How a person brings a workload, and how they set its first image again. */
export interface Deed {
  readonly create: (place: Place) => Promise<void>;
  readonly revert: (place: Place) => Promise<void>;
}

/** Where a deed is done. */
interface Place {
  readonly cluster: ControlPlane;
  readonly target: Target;
  /** A folder of its own. */
  readonly folder: string;
}

/** The ways that people take. */
export type Way = "undo" | "rancher" | "apply" | "apply-ssa" | "helm" | "helm-ssa";

const kubectlApply =
  (...flags: readonly string[]) =>
  async ({ cluster, target }: Place): Promise<void> => {
    await cluster.kubectl(["apply", ...flags, "-f", "-"], JSON.stringify(aWorkload(target, `${APP}:1`)));
  };

const helm =
  (action: "install" | "upgrade", ...flags: readonly string[]) =>
  async ({ cluster, target, folder }: Place): Promise<void> => {
    const chart = join(folder, "chart");
    await mkdir(join(chart, "templates"), { recursive: true });
    await writeFile(join(chart, "Chart.yaml"), "apiVersion: v2\nname: shop\nversion: 1.0.0\n");
    const manifest = JSON.stringify(aWorkload(target, `${APP}:{{ .Values.tag }}`));
    await writeFile(join(chart, "templates", "workload.yaml"), manifest);
    // The release's own change beside the image, as most upgrades have one.
    await writeFile(join(chart, "templates", "note.yaml"), note(target.name));
    const values = ["--set-string", "tag=1", "--set", `action=${action}`];
    await cluster.helm([action, target.name, chart, "--namespace", target.namespace, ...values, ...flags]);
  };

const note = (name: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}-note }\ndata: { action: "{{ .Values.action }}" }\n`;

/** What each of them does. */
export const DEEDS: Readonly<Record<Way, Deed>> = {
  undo: {
    create: kubectlApply(),
    revert: async ({ cluster, target: { kind, namespace, name } }) => {
      await cluster.kubectl(["rollout", "undo", `${kind}/${name}`, "-n", namespace]);
    },
  },
  rancher: { create: kubectlApply(), revert: rancherRollback },
  apply: { create: kubectlApply(), revert: kubectlApply() },
  "apply-ssa": { create: kubectlApply("--server-side"), revert: kubectlApply("--server-side", "--force-conflicts") },
  helm: { create: helm("install", "--server-side=false"), revert: helm("upgrade", "--server-side=false") },
  "helm-ssa": {
    create: helm("install", "--server-side=true"),
    revert: helm("upgrade", "--server-side=true", "--force-conflicts"),
  },
};

interface Template {
  readonly metadata: { readonly labels: Readonly<Record<string, string>>; readonly annotations?: object };
  readonly spec: { readonly containers: readonly { readonly image: string }[] };
}

// A ReplicaSet, or a ControllerRevision.
interface Revision {
  readonly metadata: {
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly uid: string }[];
  };
  readonly revision?: number;
  readonly spec?: { readonly template: Template };
  readonly data?: { readonly spec: { readonly template: Template } };
}

const REVISION = "deployment.kubernetes.io/revision";

// What Rancher's dashboard sends for its "Rollback": the template of an old revision in the place of the whole template,
// and of a Deployment one annotation in the place of all (rancher/dashboard, shell/models/apps.*.js).
async function rancherRollback(place: Place): Promise<void> {
  const { cluster, target } = place;
  const { revision, template } = await firstRevision(place);
  const { labels, annotations = {} } = template.metadata;
  const own = Object.entries(labels).filter(([label]) => label !== "pod-template-hash");
  const metadata = { creationTimestamp: null, labels: Object.fromEntries(own), annotations };
  const second =
    target.kind === "deployment"
      ? { path: "/metadata/annotations", value: { [REVISION]: revision.metadata.annotations?.[REVISION] } }
      : { path: "/metadata/generation", value: revision.revision };
  const patch = [
    { op: "replace", path: "/spec/template", value: { metadata, spec: template.spec } },
    { op: "replace", ...second },
  ];
  const { kind, namespace, name } = target;
  await cluster.kubectl(["patch", kind, name, "-n", namespace, "--type=json", "-p", JSON.stringify(patch)]);
}

async function firstRevision({ cluster, target }: Place): Promise<{ revision: Revision; template: Template }> {
  const { uid } = (await live(cluster, target)).metadata;
  const kind = target.kind === "deployment" ? "replicasets" : "controllerrevisions";
  const path = `/apis/apps/v1/namespaces/${target.namespace}/${kind}?labelSelector=app%3D${target.name}`;
  const { items } = (await cluster.call("GET", path)).body as { items: readonly Revision[] };
  for (const revision of items.filter(({ metadata }) => metadata.ownerReferences?.some((owner) => owner.uid === uid))) {
    const template = (revision.spec ?? revision.data?.spec)?.template;
    if (template?.spec.containers[0]?.image === `${APP}:1`) return { revision, template };
  }
  throw new Error(`${target.name} has no revision of its first image`);
}
