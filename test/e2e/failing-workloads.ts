import { imageFor } from "./ends-kit.ts";
import { aDeployment } from "./kit.ts";

const selector = (name: string): object => ({ matchLabels: { app: name } });
const template = (name: string): object => ({
  metadata: { labels: { app: name } },
  spec: { containers: [{ name: "web", image: imageFor("1") }] },
});

// Half of the fields of a Deployment that gives up soon.
function impatient(namespace: string, name: string, tag = "1"): object {
  const manifest = aDeployment(namespace, name, imageFor(tag)) as { spec: object };
  return { ...manifest, spec: { ...manifest.spec, progressDeadlineSeconds: 3 } };
}

/** Workloads of each kind that give up soon. */
export const failingWorkloads = (namespace: string): readonly object[] => [
  impatient(namespace, "shop"),
  {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "db", namespace },
    spec: { replicas: 2, serviceName: "db", selector: selector("db"), template: template("db") },
  },
  {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: "agent", namespace },
    spec: { selector: selector("agent"), template: template("agent") },
  },
  impatient(namespace, "kept"),
  impatient(namespace, "fought"),
  impatient(namespace, "locked"),
  // It never ran well: its image's name does not change, so that only the pods are new.
  impatient(namespace, "again", "latest-never-ready"),
];

/** A policy of the API server: imagehook may not set the image of the first version of the Deployment `locked`. */
export const lock = (namespace: string, web: string): readonly object[] => {
  const name = `no-way-back-${web}`;
  const api = { apiVersion: "admissionregistration.k8s.io/v1" };
  const deployments = { apiGroups: ["apps"], apiVersions: ["v1"], operations: ["UPDATE"], resources: ["deployments"] };
  return [
    {
      ...api,
      kind: "ValidatingAdmissionPolicy",
      metadata: { name },
      spec: {
        matchConstraints: { resourceRules: [{ ...deployments, resourceNames: ["locked"] }] },
        matchConditions: [
          {
            name: "imagehook",
            expression: `request.userInfo.username == "system:serviceaccount:${namespace}:ih-imagehook"`,
          },
        ],
        validations: [
          {
            expression: "object.spec.template.spec.containers.all(c, !c.image.endsWith('app:1'))",
            message: "version 1 has a hole",
          },
        ],
      },
    },
    {
      ...api,
      kind: "ValidatingAdmissionPolicyBinding",
      metadata: { name },
      spec: {
        policyName: name,
        validationActions: ["Deny"],
        matchResources: { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": web } } },
      },
    },
  ];
};
