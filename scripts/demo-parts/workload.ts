import type { Scenario } from "./scenario.ts";
import type { Tools } from "./tools.ts";

interface Container {
  readonly name: string;
  readonly image: string;
  readonly imagePullPolicy?: string;
}

interface Template {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: { readonly containers: readonly Container[] };
}

/** The workload as the API server gives it. */
export interface Workload {
  readonly image: string;
  /** Everything of its spec besides image and pull policy, as text. */
  readonly rest: string;
}

const NAME = "website";
const CONTAINER = "web";
const TARGET = `deployment/${NAME}`;

/** The demo's Deployment, with a variable and a volume as real ones have them. */
export function manifestOf(scenario: Scenario): object {
  const { webNamespace, repository, firstTag, progressDeadlineSeconds, podAnnotations } = scenario;
  const labels = { app: NAME };
  const container = {
    name: CONTAINER,
    image: `${repository}:${firstTag}`,
    env: [{ name: "SITE_TITLE", value: "A website" }],
    volumeMounts: [{ name: "uploads", mountPath: "/srv/uploads" }],
  };
  const spec = { containers: [container], volumes: [{ name: "uploads", emptyDir: {} }] };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: NAME, namespace: webNamespace, labels },
    spec: {
      replicas: 3,
      progressDeadlineSeconds,
      selector: { matchLabels: labels },
      template: { metadata: { labels, annotations: podAnnotations }, spec },
    },
  };
}

/** Reads the workload anew. */
export async function readWorkload({ kubectl }: Tools, { webNamespace }: Scenario): Promise<Workload> {
  const text = await kubectl(["get", TARGET, "-n", webNamespace, "-o", "json"]);
  const { spec } = JSON.parse(text) as { spec: { template: Template } };
  const containers = spec.template.spec.containers;
  const others = containers.map((container) => ({ ...container, image: "", imagePullPolicy: "" }));
  const template = { ...spec.template, spec: { ...spec.template.spec, containers: others } };
  const image = containers.find(({ name }) => name === CONTAINER)?.image ?? "none";
  return { image, rest: JSON.stringify({ ...spec, template }) };
}

/** Follows the rollout by kubectl, line by line; gives whether it completed. */
export async function followRollout(
  { follow }: Tools,
  { webNamespace, progressDeadlineSeconds }: Scenario,
  onLine: (line: string) => void,
): Promise<boolean> {
  const timeout = `--timeout=${String(progressDeadlineSeconds * 3 + 60)}s`;
  let last = "";
  return follow(["rollout", "status", TARGET, "-n", webNamespace, timeout], (line) => {
    if (line !== last) onLine(line);
    last = line;
  });
}

interface EventItem {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly source?: { readonly component?: string };
}

/** The Events that imagehook recorded on the workload, as `kubectl describe` shows them. */
export async function eventsOf({ kubectl }: Tools, { webNamespace }: Scenario): Promise<readonly string[]> {
  const selector = `--field-selector=involvedObject.kind=Deployment,involvedObject.name=${NAME}`;
  const { items } = JSON.parse(await kubectl(["get", "events", "-n", webNamespace, selector, "-o", "json"])) as {
    items: readonly EventItem[];
  };
  return items
    .filter(({ source }) => source?.component === "imagehook")
    .map(({ type, reason, message }) => `${type}  ${reason}  imagehook  ${message}`);
}
