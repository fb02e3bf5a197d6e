import type { JsonObject } from "./json-object.ts";

/** Whom rights are given to, and what for. */
export interface RightsNeeded {
  /** Of the account, the roles and both webhook configurations. */
  readonly name: string;
  readonly namespace: string;
  readonly labels: JsonObject;
  /** The Secret that it keeps its own certificates in; null: it does not. */
  readonly secret: string | null;
  /** The Lease of its election; null: it has none. */
  readonly lease: string | null;
}

interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

const RBAC = "rbac.authorization.k8s.io";

/** The roles and their bindings; each right is for named objects, but for making a Lease, which cannot be. None where none is needed. */
export function webhookRights(needed: RightsNeeded): readonly JsonObject[] {
  const { name, namespace, labels, secret, lease } = needed;
  const subjects = [{ kind: "ServiceAccount", name, namespace }];
  const granted = (kind: "Role" | "ClusterRole", metadata: JsonObject, rules: readonly PolicyRule[]): JsonObject[] => {
    if (rules.length === 0) return [];
    const roleRef = { apiGroup: RBAC, kind, name: metadata["name"] };
    return [
      { apiVersion: `${RBAC}/v1`, kind, metadata, rules },
      { apiVersion: `${RBAC}/v1`, kind: `${kind}Binding`, metadata, roleRef, subjects },
    ];
  };
  return [
    ...granted("Role", { name, namespace, labels }, [...secretRules(secret), ...leaseRules(lease)]),
    // Objects of the whole cluster: another namespace may hold a webhook of the same name.
    ...granted(
      "ClusterRole",
      { name: `${namespace}-${name}`, labels },
      secret === null ? [] : [ownConfigurations(name)],
    ),
  ];
}

const secretRules = (secret: string | null): readonly PolicyRule[] =>
  secret === null
    ? []
    : [{ apiGroups: [""], resources: ["secrets"], resourceNames: [secret], verbs: ["get", "watch", "update"] }];

function leaseRules(lease: string | null): readonly PolicyRule[] {
  if (lease === null) return [];
  const leases = { apiGroups: ["coordination.k8s.io"], resources: ["leases"] };
  return [
    { ...leases, verbs: ["create"] },
    { ...leases, resourceNames: [lease], verbs: ["get", "update"] },
  ];
}

const ownConfigurations = (name: string): PolicyRule => ({
  apiGroups: ["admissionregistration.k8s.io"],
  resources: ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"],
  resourceNames: [name],
  verbs: ["get", "patch"],
});
