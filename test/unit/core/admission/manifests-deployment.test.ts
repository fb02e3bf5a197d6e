import assert from "node:assert/strict";
import { manifestsFor } from "../../../../src/core/admission/manifests.ts";
import { kindsOf, oneOf, place, serverOf, validator } from "./manifests-kit.ts";

interface PodSpec {
  readonly automountServiceAccountToken: boolean;
  readonly volumes?: unknown;
  readonly containers: readonly { readonly image: string; readonly ports: unknown; readonly volumeMounts?: unknown }[];
}

describe("manifestsFor(server, { name, namespace, image, certificates, lease })", () => {
  const server = serverOf(["/v", validator]);
  const image = "registry.example.com/web/team-labels:1";

  it("adds a Deployment that mounts the certificate and has no token", () => {
    const objects = manifestsFor(server, { ...place, image, certificates: { secret: "team-labels-tls" }, replicas: 3 });
    assert.deepEqual(kindsOf(objects), ["ServiceAccount", "Service", "Deployment", "ValidatingWebhookConfiguration"]);
    const { spec } = oneOf(objects, "Deployment") as { spec: { replicas: number; template: { spec: PodSpec } } };
    const { containers, volumes, automountServiceAccountToken } = spec.template.spec;
    assert.deepEqual(
      [spec.replicas, automountServiceAccountToken, containers[0]?.image, containers[0]?.volumeMounts, volumes],
      [
        3,
        false,
        image,
        [{ name: "certs", mountPath: "/certs", readOnly: true }],
        [{ name: "certs", secret: { secretName: "team-labels-tls" } }],
      ],
    );
    assert.deepEqual(containers[0]?.ports, [{ name: "webhook", containerPort: 8443 }]);
  });

  it("runs two pods without a volume where nothing is said of certificates", () => {
    const objects = manifestsFor(server, { ...place, image });
    const { spec } = oneOf(objects, "Deployment") as { spec: { replicas: number; template: { spec: PodSpec } } };
    assert.deepEqual([spec.replicas, spec.template.spec.volumes], [2, undefined]);
  });

  it("gives self-managed certificates an empty Secret and rights on it and on its own configurations alone", () => {
    const certificates = { secret: "team-labels-tls", selfManaged: true };
    const objects = manifestsFor(server, { ...place, image, certificates });
    assert.deepEqual(kindsOf(objects), [
      "ServiceAccount",
      "Secret",
      "Role",
      "RoleBinding",
      "ClusterRole",
      "ClusterRoleBinding",
      "Service",
      "Deployment",
      "ValidatingWebhookConfiguration",
    ]);
    assert.deepEqual(oneOf(objects, "Role")["rules"], [
      {
        apiGroups: [""],
        resources: ["secrets"],
        resourceNames: ["team-labels-tls"],
        verbs: ["get", "watch", "update"],
      },
    ]);
    assert.deepEqual(oneOf(objects, "ClusterRole")["rules"], [
      {
        apiGroups: ["admissionregistration.k8s.io"],
        resources: ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"],
        resourceNames: ["team-labels"],
        verbs: ["get", "patch"],
      },
    ]);
    const { metadata, roleRef, subjects } = oneOf(objects, "ClusterRoleBinding");
    assert.deepEqual(
      [(metadata as { name: string }).name, roleRef, subjects],
      [
        "web-team-labels",
        { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "web-team-labels" },
        [{ kind: "ServiceAccount", ...place }],
      ],
    );
    const { spec } = oneOf(objects, "Deployment") as { spec: { template: { spec: PodSpec } } };
    assert.deepEqual([spec.template.spec.automountServiceAccountToken, spec.template.spec.volumes], [true, undefined]);
  });

  it("gives an election the rights on its Lease alone", () => {
    const objects = manifestsFor(server, { ...place, lease: "team-labels" });
    assert.deepEqual(kindsOf(objects).slice(0, 4), ["ServiceAccount", "Role", "RoleBinding", "Service"]);
    const leases = { apiGroups: ["coordination.k8s.io"], resources: ["leases"] };
    assert.deepEqual(oneOf(objects, "Role")["rules"], [
      { ...leases, verbs: ["create"] },
      { ...leases, resourceNames: ["team-labels"], verbs: ["get", "update"] },
    ]);
  });
});
