import type { ControlPlane } from "../../scripts/control-plane/control-plane.ts";
import {
  allowed,
  createAdmissionServer,
  manifestsFor,
  validating,
  mutating,
  type AdmissionServer,
  type AdmissionServerOptions,
  type CertificateSource,
  type WebhookRule,
} from "../../src/admission.ts";
import { makeAuthority, type Authority } from "../support/certificate.ts";
import { apply, freshNamespace, waitFor } from "../support/cluster.ts";
import { createFakeLog } from "../support/fake-log.ts";
import { leadTo } from "../support/webhook-service.ts";

/** The Service of a suite's webhooks; each suite has it in a namespace of its own. */
export const SERVICE = "webhooks";

/** Webhooks of a suite that the API server asks. */
export interface Webhooks {
  readonly server: AdmissionServer;
  readonly authority: Authority;
  /** Where the Service is. */
  readonly home: string;
  /** The only namespace about which the API server asks. */
  readonly app: string;
  /** Takes the configurations, the namespaces and the server away. */
  readonly close: () => Promise<void>;
}

/** Where a suite's webhooks are asked about, for the options of their registrations. */
interface Place {
  readonly namespaceSelector: { readonly matchLabels: Readonly<Record<string, string>> };
}

/** The name of a suite's namespaces, what it registers, and other options of its server. */
interface Wish {
  readonly prefix: string;
  readonly register: (server: AdmissionServer, place: Place) => void;
  readonly options?: AdmissionServerOptions;
}

const PROBED: readonly WebhookRule[] = [
  { apiGroups: [""], apiVersions: ["v1"], resources: ["configmaps"], operations: ["CREATE"] },
];

/** Serves webhooks behind a Service, installs them by their own manifests, and waits until the API server asks them. */
export async function openWebhooks(cluster: ControlPlane, { prefix, register, options = {} }: Wish): Promise<Webhooks> {
  const [home, app] = [await freshNamespace(cluster, `${prefix}-home`), await freshNamespace(cluster, `${prefix}-app`)];
  const authority = makeAuthority();
  const certificates = fixed(authority.issue({ names: [`${SERVICE}.${home}.svc`] }));
  const server = createAdmissionServer({ port: 0, certificates, log: createFakeLog(), ...options });
  const place = placeOf(app);
  register(server, place);
  const seen = new Set<string>();
  const probe = { rules: PROBED, ...place, objectSelector: { matchLabels: { probe: "yes" } } };
  server.register(
    "/probe-mutating",
    mutating(() => (seen.add("mutating"), allowed())),
    probe,
  );
  server.register(
    "/probe-validating",
    validating(() => (seen.add("validating"), allowed())),
    probe,
  );
  await server.start();
  await leadTo(cluster, { service: SERVICE, namespace: home, portName: "https", port: server.port });
  await install(cluster, server, { home, authority: authority.cert });
  const map = { metadata: { name: "probe", labels: { probe: "yes" } } };
  const ask = (): Promise<unknown> =>
    cluster.call("POST", `/api/v1/namespaces/${app}/configmaps?dryRun=All`, map).then(() => [...seen]);
  await waitFor(ask, () => seen.size === 2, { timeoutMs: 10_000, what: "questions to both lists" });
  const close = async (): Promise<void> => {
    await cluster.kubectl([...REMOVE, home, "--ignore-not-found"]);
    await server.stop();
    await cluster.kubectl(["delete", "namespace", home, app, "--wait=false"]);
  };
  return { server, authority, home, app, close };
}

const REMOVE = ["delete", "mutatingwebhookconfiguration,validatingwebhookconfiguration"];

/** A place that only one namespace is. */
const placeOf = (app: string): Place => ({
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": app } },
});

/** The base64 of authorities, as a configuration's `caBundle`. */
const bundleOf = (...authorities: readonly string[]): string => Buffer.from(authorities.join("")).toString("base64");

/** A certificate that is never renewed. */
const fixed = (pair: { readonly cert: string; readonly key: string }): CertificateSource => ({
  first: () => Promise.resolve(pair),
  watch: () => () => Promise.resolve(),
});

interface Manifest {
  readonly kind: string;
  readonly metadata: object;
  readonly spec?: object;
}

/** Applies what `manifestsFor` makes: the configurations named for their namespace, the Service without its selector. */
export async function install(
  cluster: ControlPlane,
  server: AdmissionServer,
  { home, authority }: { readonly home: string; readonly authority: string },
): Promise<void> {
  const options = { name: SERVICE, namespace: home, caBundle: bundleOf(authority) };
  const items = (manifestsFor(server, options) as unknown as readonly Manifest[]).map((each) => {
    if (each.kind === "Service") return { ...each, spec: { ...each.spec, selector: null } };
    return each.kind.endsWith("WebhookConfiguration") ? { ...each, metadata: { ...each.metadata, name: home } } : each;
  });
  await apply(cluster, { apiVersion: "v1", kind: "List", items });
}
