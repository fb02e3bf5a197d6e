import { printReview, reviewFor } from "../../src/core/admission/review-for.ts";

/** A review of which only the end of the uid is another each time. */
export interface SampleReview {
  readonly uid: string;
  readonly body: string;
}

const HEAD = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web", namespace: "shop" } };

const containerOf = (index: number): object => ({
  name: `part-${String(index)}`,
  image: `registry.example.com/team/part-${String(index)}:v1.${String(index)}`,
  ports: [{ containerPort: 8_080 + index, protocol: "TCP" }],
  env: ["HOST", "REGION", "LEVEL", "LIMIT", "MODE"].map((name) => ({ name, value: `${name} of ${String(index)}` })),
  resources: { limits: { cpu: "500m", memory: "256Mi" }, requests: { cpu: "100m", memory: "128Mi" } },
  readinessProbe: { httpGet: { path: "/readyz", port: 8_080 + index }, periodSeconds: 10, failureThreshold: 3 },
});

/** The review of a new Deployment the JSON of which is at least so long, and hardly longer. */
export function reviewOfSize(bytes: number): SampleReview {
  const containers: object[] = [];
  const objectOf = (): object => ({ ...HEAD, spec: { replicas: 3, template: { spec: { containers } } } });
  let length = JSON.stringify(objectOf()).length;
  while (length < bytes) {
    const container = containerOf(containers.length);
    containers.push(container);
    length += JSON.stringify(container).length + 1;
  }
  const request = reviewFor(objectOf()).create();
  return { uid: request.uid, body: printReview(request) };
}
