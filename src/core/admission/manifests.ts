import { printYaml } from "../hook/print-yaml.ts";
import type { JsonObject } from "./json-object.ts";
import type { ListedWebhook } from "./webhook-entries.ts";
import { webhookManifests, type ManifestOptions } from "./webhook-manifests.ts";

/**
 * The objects that the webhooks of a server are installed with: Service, webhook configurations, ServiceAccount, rights, and
 * with an image a Deployment. A registration that does not say enough throws an error that names what to add.
 * @example manifestsFor(server, { name: "team-labels", namespace: "web", image: "registry.example.com/web/team-labels:1" })
 */
export function manifestsFor(
  server: { readonly registrations: readonly ListedWebhook[] },
  options: ManifestOptions,
): readonly JsonObject[] {
  const made = webhookManifests(server.registrations, options);
  if (made.kind === "error") throw new Error(`manifests cannot be made:\n${made.error.join("\n")}`);
  return made.value;
}

/**
 * Manifests as YAML text for `kubectl apply`.
 * @example writeFileSync("manifests.yaml", printManifests(manifestsFor(server, options)))
 */
export const printManifests = (manifests: readonly JsonObject[]): string =>
  manifests.map((manifest) => printYaml(manifest)).join("---\n");
