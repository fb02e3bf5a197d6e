import { fail, ok, type Result } from "../result.ts";
import type { JsonObject } from "./json-object.ts";
import { webhookDeployment } from "./webhook-deployment.ts";
import { webhookEntry, type ListedWebhook, type WebhookEntry, type WebhookService } from "./webhook-entries.ts";
import type { WebhookList } from "./webhook-options.ts";
import { webhookRights } from "./webhook-rights.ts";

/** What manifests are made for. */
export interface ManifestOptions {
  /** Of the Service and of all that is made with it: lower-case letters, digits and -, beginning with a letter. */
  readonly name: string;
  readonly namespace: string;
  /** Left out: no Deployment is made. */
  readonly image?: string;
  /** Left out: 2. */
  readonly replicas?: number;
  /** Where the pods listen; left out: 8443. */
  readonly port?: number;
  /** The authority of the serving certificate, PEM in base64; left out: something else fills it in, or rotation does. */
  readonly caBundle?: string;
  /** The Secret of the certificate: mounted at `/certs`, or, where it is self-managed, filled by the webhook itself. */
  readonly certificates?: { readonly secret: string; readonly selfManaged?: boolean };
  /** The name of the Lease of a leader election; left out: no right for one is given. */
  readonly lease?: string;
}

const LABEL = /^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

/** The objects that a webhook is installed with, what is called before what calls it; an error has a line for each thing to add. */
export function webhookManifests(
  registrations: readonly ListedWebhook[],
  options: ManifestOptions,
): Result<readonly JsonObject[], readonly string[]> {
  const { name, namespace, caBundle = null } = options;
  const service = { name, namespace, caBundle };
  const read = registrations.map((registration) => webhookEntry(registration, service));
  const entries = read.flatMap((each) => (each.kind === "ok" ? [each.value] : []));
  const problems = [
    ...problemsOf(options),
    ...(registrations.length === 0 ? ["nothing is registered: register a handler first"] : []),
    ...read.flatMap((each) => (each.kind === "ok" ? [] : each.error)),
    ...doubles(entries).map((double) => `two webhooks are named ${double}: give one of them another { name }`),
  ];
  if (problems.length > 0) return fail(problems);
  const labels = { "app.kubernetes.io/name": name };
  return ok([
    ...whatIsCalled(options, labels),
    ...configuration("mutating", entries, service, labels),
    ...configuration("validating", entries, service, labels),
  ]);
}

const problemsOf = ({ name, namespace }: ManifestOptions): readonly string[] =>
  Object.entries({ name, namespace }).flatMap(([key, value]) =>
    LABEL.test(value)
      ? []
      : [`${key}: must be at most 63 lower-case letters, digits and -, beginning with a letter, not "${value}"`],
  );

const doubles = (entries: readonly WebhookEntry[]): readonly string[] => {
  const names = entries.map(({ list, name }) => `${name} (${list})`);
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
};

function whatIsCalled(options: ManifestOptions, labels: JsonObject): readonly JsonObject[] {
  const { name, namespace, certificates, lease = null, port = 8443 } = options;
  const metadata = { name, namespace, labels };
  const own = certificates?.selfManaged === true ? certificates.secret : null;
  const ports = [{ name: "https", port: 443, targetPort: port }];
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata, automountServiceAccountToken: false },
    ...(own === null
      ? []
      : [{ apiVersion: "v1", kind: "Secret", metadata: { ...metadata, name: own }, type: "Opaque" }]),
    ...webhookRights({ name, namespace, labels, secret: own, lease }),
    { apiVersion: "v1", kind: "Service", metadata, spec: { selector: labels, ports } },
    ...deployment({ ...options, port }, { labels, own, hasRights: own !== null || lease !== null }),
  ];
}

function deployment(
  { image, replicas = 2, certificates, ...rest }: ManifestOptions & { readonly port: number },
  { labels, own, hasRights }: { labels: JsonObject; own: string | null; hasRights: boolean },
): readonly JsonObject[] {
  if (image === undefined) return [];
  const mounted = own === null && certificates !== undefined ? certificates.secret : null;
  return [webhookDeployment({ ...rest, image, replicas, labels, certificates: mounted, hasRights })];
}

const KINDS = { mutating: "MutatingWebhookConfiguration", validating: "ValidatingWebhookConfiguration" } as const;

function configuration(
  list: WebhookList,
  entries: readonly WebhookEntry[],
  { name }: WebhookService,
  labels: JsonObject,
): readonly JsonObject[] {
  const webhooks = entries.filter((entry) => entry.list === list).map(({ webhook }) => webhook);
  if (webhooks.length === 0) return [];
  return [{ apiVersion: "admissionregistration.k8s.io/v1", kind: KINDS[list], metadata: { name, labels }, webhooks }];
}
