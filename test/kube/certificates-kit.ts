import { randomBytes } from "node:crypto";
import type { ControlPlane } from "../../scripts/control-plane/control-plane.ts";
import type { KubeClient } from "../../src/kube/client.ts";
import { apply, freshNamespace } from "../support/cluster.ts";
import { accountClient, grant } from "./account.ts";

/** What the chart renders for certificates that the service makes itself, and a client with just the rights for it. */
export interface RenderedCertificates {
  readonly namespace: string;
  /** The name of the Secret and of both configurations. */
  readonly name: string;
  readonly client: KubeClient;
  /** The Secret's values, decoded; null where it is gone. */
  readonly texts: () => Promise<Readonly<Record<string, string>> | null>;
  readonly secretVersion: () => Promise<string>;
  /** The bundle of each webhook of both configurations. */
  readonly bundles: () => Promise<readonly string[]>;
  readonly renderSecret: () => Promise<void>;
  readonly renderConfigurations: (kinds?: readonly ConfigurationKind[]) => Promise<void>;
  readonly close: () => Promise<void>;
}

type ConfigurationKind = (typeof KINDS)[number];

const KINDS = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"] as const;
const GROUP = "admissionregistration.k8s.io";
const resourceOf = (kind: ConfigurationKind): string => `${kind.toLowerCase()}s`;

/** Lays all of it out, in a namespace of its own. */
export async function renderCertificates(cluster: ControlPlane): Promise<RenderedCertificates> {
  const namespace = await freshNamespace(cluster, "certificates");
  const name = `admission-${randomBytes(4).toString("hex")}`;
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    type: "Opaque",
    metadata: { name, namespace, labels: { kept: "yes" } },
  };
  const secretPath = `/api/v1/namespaces/${namespace}/secrets/${name}`;
  const renderSecret = (): Promise<void> => apply(cluster, secret);
  const renderConfigurations: RenderedCertificates["renderConfigurations"] = (kinds = KINDS) =>
    apply(cluster, {
      apiVersion: "v1",
      kind: "List",
      items: kinds.map((kind) => configuration(kind, { name, namespace })),
    });
  await grant(cluster, namespace, [
    { apiGroups: [""], resources: ["secrets"], resourceNames: [name], verbs: ["get", "watch", "update"] },
  ]);
  await grantCluster(cluster, { namespace, name });
  await Promise.all([renderSecret(), renderConfigurations()]);
  const client = await accountClient(cluster, namespace);
  const secretNow = async (): Promise<SecretObject | null> => {
    const { status, body } = await cluster.call("GET", secretPath);
    return status === 404 ? null : (body as SecretObject);
  };
  return {
    namespace,
    name,
    client,
    texts: async () => {
      const found = await secretNow();
      return found === null ? null : decoded(found.data ?? {});
    },
    secretVersion: async () => (await secretNow())?.metadata.resourceVersion ?? "",
    bundles: async () => {
      const found = await Promise.all(
        KINDS.map((kind) => cluster.call("GET", `/apis/${GROUP}/v1/${resourceOf(kind)}/${name}`)),
      );
      return found.flatMap(({ body }) =>
        ((body as ConfigurationObject).webhooks ?? []).map(({ clientConfig }) => decode(clientConfig.caBundle ?? "")),
      );
    },
    renderSecret,
    renderConfigurations,
    close: async () => {
      await client.close();
      for (const kind of KINDS) await cluster.call("DELETE", `/apis/${GROUP}/v1/${resourceOf(kind)}/${name}`);
    },
  };
}

interface SecretObject {
  readonly metadata: { readonly resourceVersion: string };
  readonly data?: Readonly<Record<string, string>>;
}

interface ConfigurationObject {
  readonly webhooks?: readonly { readonly clientConfig: { readonly caBundle?: string } }[];
}

const decode = (text: string): string => Buffer.from(text, "base64").toString("utf8");

const decoded = (data: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(data).map(([key, value]) => [key, decode(value)]));

// They match nothing in the cluster that the tests share.
function configuration(kind: ConfigurationKind, { name, namespace }: { name: string; namespace: string }): object {
  const webhook = (prefix: string): object => ({
    name: `${prefix}.${name}.imagehook.dev`,
    admissionReviewVersions: ["v1"],
    sideEffects: "None",
    failurePolicy: "Ignore",
    clientConfig: { service: { name, namespace, path: `/${prefix}` } },
    namespaceSelector: { matchLabels: { "imagehook.dev/none": name } },
    rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["configmaps"] }],
  });
  return { apiVersion: `${GROUP}/v1`, kind, metadata: { name }, webhooks: [webhook("first"), webhook("second")] };
}

async function grantCluster(
  cluster: ControlPlane,
  { namespace, name }: { namespace: string; name: string },
): Promise<void> {
  const apiGroup = "rbac.authorization.k8s.io";
  const rules = [
    { apiGroups: [GROUP], resources: KINDS.map(resourceOf), resourceNames: [name], verbs: ["get", "patch"] },
  ];
  const subjects = [{ kind: "ServiceAccount", name: "default", namespace }];
  const objects = [
    { kind: "ClusterRole", rules },
    { kind: "ClusterRoleBinding", roleRef: { apiGroup, kind: "ClusterRole", name }, subjects },
  ];
  const items = objects.map((object) => ({ apiVersion: `${apiGroup}/v1`, metadata: { name }, ...object }));
  await apply(cluster, { apiVersion: "v1", kind: "List", items });
}
