import type { Target } from "../../src/core/rollout/target.ts";

/** A workload as the API server holds it, as far as anything here looks at it. */
export interface ApiObject {
  metadata: {
    name: string;
    namespace: string;
    uid: string;
    generation: number;
    resourceVersion: string;
    annotations?: Record<string, string>;
    labels?: Record<string, string>;
  };
  spec: { replicas?: number; template?: PodTemplate; jobTemplate?: { spec: { template: PodTemplate } } };
  status: Record<string, unknown>;
}

interface PodTemplate {
  metadata: { labels: Record<string, string>; annotations?: Record<string, string> };
  spec: { containers: ApiContainer[]; initContainers?: ApiContainer[] };
}

interface ApiContainer {
  name: string;
  image: string;
  imagePullPolicy: string;
}

/** The pod template of a workload of any kind. */
export function templateOf({ spec }: ApiObject): PodTemplate {
  const template = spec.template ?? spec.jobTemplate?.spec.template;
  if (template === undefined) throw new Error("the object has no pod template");
  return template;
}

/** A workload without annotations and with nothing observed of it yet. */
export function anObject(target: Target, images: Readonly<Record<string, string>>, revision: number): ApiObject {
  const containers = Object.entries(images).map(([name, image]) => ({ name, image, imagePullPolicy: "IfNotPresent" }));
  const template = { metadata: { labels: { app: target.name } }, spec: { containers } };
  return {
    metadata: {
      name: target.name,
      namespace: target.namespace,
      uid: `uid-${String(revision)}`,
      generation: 1,
      resourceVersion: String(revision),
    },
    spec: target.kind === "cronjob" ? { jobTemplate: { spec: { template } } } : { replicas: 1, template },
    status: {},
  };
}
