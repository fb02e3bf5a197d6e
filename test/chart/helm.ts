import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAllDocuments, stringify } from "yaml";
import { findBinaries } from "../../scripts/control-plane/binaries.ts";
import { run, type Output } from "../../scripts/control-plane/run.ts";

/** The chart that the tests install. */
export const chart = join(import.meta.dirname, "../../charts/imagehook");

/** An object as the chart writes it and the API server gives it back. */
export interface Manifest {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly data?: Readonly<Record<string, string>>;
  readonly rules?: unknown;
  readonly spec?: unknown;
}

/** How a release is rendered: by values files of `values/` (names without .yaml) and further arguments. */
interface Rendering {
  readonly values?: readonly string[];
  readonly args?: readonly string[];
  readonly release?: string;
  readonly chart?: string;
}

/** Gives the path of a values file of this folder. */
export function valuesFile(name: string): string {
  return join(import.meta.dirname, "values", `${name}.yaml`);
}

/** Runs helm without a cluster and with nothing of the user's own configuration. */
export async function helm(args: readonly string[]): Promise<Output> {
  const binaries = await findBinaries(() => undefined);
  const home = await mkdtemp(join(tmpdir(), "imagehook-helm-"));
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("HELM_"));
  const env = { ...Object.fromEntries(kept), HOME: home, XDG_CACHE_HOME: home, KUBECONFIG: "/dev/null" };
  try {
    return await run(binaries.helm, args, { env });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

function toArgs({ values = [], args = [], release = "ih", chart: path = chart }: Rendering): string[] {
  return [release, path, "--namespace", "hooks", ...values.flatMap((name) => ["-f", valuesFile(name)]), ...args];
}

function parseManifests(text: string): Manifest[] {
  return parseAllDocuments(text)
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null);
}

/** Renders the chart as `helm template` does. */
export async function render(rendering: Rendering): Promise<Manifest[]> {
  return parseManifests((await helm(["template", ...toArgs(rendering)])).stdout);
}

/** Renders the notes that `helm install` prints at its end; helm 3 prints them only where a cluster is, so they travel in an object. */
export async function renderNotes(rendering: Rendering): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), "imagehook-notes-"));
  try {
    await cp(chart, copy, { recursive: true });
    const notes = await readFile(join(copy, "templates/NOTES.txt"), "utf8");
    const object = '{"kind": "Notes", "metadata": {"name": "notes"}, "spec": {{ include "notes" . | toJson }}}';
    await writeFile(join(copy, "templates/notes.yaml"), `{{- define "notes" }}${notes}{{ end -}}\n${object}\n`);
    const { spec } = find(await render({ ...rendering, chart: copy }), "Notes", "notes");
    return String(spec);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

/** Finds the one object of a kind and name, in a namespace where given. */
export function find(manifests: readonly Manifest[], kind: string, name: string, namespace?: string): Manifest {
  const found = manifests.filter(
    ({ kind: itsKind, metadata }) =>
      itsKind === kind && metadata.name === name && [undefined, metadata.namespace].includes(namespace),
  );
  const [first] = found;
  if (first !== undefined && found.length === 1) return first;
  const names = manifests.map(
    (manifest) => `${manifest.kind} ${String(manifest.metadata.namespace)}/${manifest.metadata.name}`,
  );
  throw new Error(`${String(found.length)} of ${kind} ${name}, among:\n${names.join("\n")}`);
}

/** Reads what stands at a path of keys and indexes; undefined where the path ends early. */
export function at(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === "object" && inner !== null ? (inner as Record<string, unknown>)[key] : undefined),
    value,
  );
}

/** Reads the hooks that the generated ConfigMap holds. */
export function hooksOf(manifests: readonly Manifest[], name = "ih-imagehook-hooks"): unknown {
  return JSON.parse(find(manifests, "ConfigMap", name).data?.["hooks.json"] ?? "no hooks.json") as unknown;
}

/** Reads the one container of the Deployment. */
export function containerOf(manifests: readonly Manifest[]): unknown {
  return at(find(manifests, "Deployment", "ih-imagehook"), "spec", "template", "spec", "containers", 0);
}

/** Reads the environment of that container; undefined where a value comes from elsewhere. */
export function envOf(manifests: readonly Manifest[]): Readonly<Record<string, string | undefined>> {
  const env = at(containerOf(manifests), "env") as readonly { readonly name: string; readonly value?: string }[];
  return Object.fromEntries(env.map(({ name, value }) => [name, value]));
}

/** Decodes a Secret's data, as the pod would see it. */
export function secretOf(manifests: readonly Manifest[], name: string): Record<string, string> {
  const data = Object.entries(find(manifests, "Secret", name).data ?? {});
  return Object.fromEntries(data.map(([key, value]) => [key, Buffer.from(value, "base64").toString()]));
}

/** Renders the chart as a dependency of another one, under the parent's values. */
export async function renderUnderParent(values: object): Promise<Manifest[]> {
  const parent = await mkdtemp(join(tmpdir(), "imagehook-parent-"));
  try {
    const dependencies = [{ name: "imagehook", version: "0.1.0", condition: "imagehook.enabled" }];
    await writeFile(
      join(parent, "Chart.yaml"),
      stringify({ apiVersion: "v2", name: "parent", version: "1.0.0", dependencies }),
    );
    await writeFile(join(parent, "values.yaml"), stringify(values));
    await mkdir(join(parent, "charts"));
    await cp(chart, join(parent, "charts/imagehook"), { recursive: true });
    return await render({ chart: parent });
  } finally {
    await rm(parent, { recursive: true, force: true });
  }
}
