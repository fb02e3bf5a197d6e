import type { JsonObject } from "./json-object.ts";

/** What runs. */
export interface WebhookProgram {
  readonly name: string;
  readonly namespace: string;
  readonly labels: JsonObject;
  readonly image: string;
  readonly replicas: number;
  readonly port: number;
  /** The Secret that is mounted at `/certs`; null: none is. */
  readonly certificates: string | null;
  /** Whether it asks the API server for anything. */
  readonly hasRights: boolean;
}

/** A Deployment of the image: no root, nothing to write to, ready when the port takes connections. */
export function webhookDeployment(program: WebhookProgram): JsonObject {
  const { name, namespace, labels, image, replicas, port, certificates, hasRights } = program;
  const container = {
    name: "webhook",
    image,
    ports: [{ name: "webhook", containerPort: port }],
    readinessProbe: { tcpSocket: { port: "webhook" }, periodSeconds: 5 },
    resources: { requests: { cpu: "50m", memory: "96Mi" }, limits: { memory: "256Mi" } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
    ...(certificates !== null && { volumeMounts: [{ name: "certs", mountPath: "/certs", readOnly: true }] }),
  };
  const pod = {
    serviceAccountName: name,
    automountServiceAccountToken: hasRights,
    securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: "RuntimeDefault" } },
    containers: [container],
    ...(certificates !== null && { volumes: [{ name: "certs", secret: { secretName: certificates } }] }),
  };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace, labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: pod },
    },
  };
}
