import { fail, ok, type Result } from "../core/result.ts";
import type { ClusterFailure } from "../core/rollout/cluster-failure.ts";
import type { StandingConfiguration, WebhookConfigurations } from "../flow/admission/certificate-ports.ts";
import { boundSignal } from "./bounded-signal.ts";
import type { KubeClient, KubeRequest } from "./client.ts";
import { listAt, textAt } from "./fields.ts";

const GROUP = "admissionregistration.k8s.io";
const RESOURCES = ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"];
const CALL_TIMEOUT_MS = 10_000;

/** Both configurations of a name behind their port. Rights to get and patch them by that name suffice. */
export const createWebhookConfigurations = (client: KubeClient, name: string): WebhookConfigurations => ({
  read: async (signal) => {
    const standing: StandingConfiguration[] = [];
    const missing: string[] = [];
    for (const resource of RESOURCES) {
      const place = { client, resource, name };
      const found = await call(place, { method: "GET" }, signal);
      if (found.kind === "ok") standing.push(toStanding(place, found.value));
      else if (found.error.kind === "not-found") missing.push(`${resource}/${name}`);
      else return fail(found.error);
    }
    return ok({ standing, missing });
  },
});

interface Place {
  readonly client: KubeClient;
  readonly resource: string;
  readonly name: string;
}

async function call(
  { client, resource, name }: Place,
  asked: Pick<KubeRequest, "method" | "body" | "contentType">,
  signal: AbortSignal,
): Promise<Result<unknown, ClusterFailure>> {
  const limit = boundSignal(signal, CALL_TIMEOUT_MS);
  const answer = await client.request({
    ...asked,
    path: `/apis/${GROUP}/v1/${resource}/${encodeURIComponent(name)}`,
    right: { verb: asked.method.toLowerCase(), resource: `${resource}.${GROUP}`, namespace: "", name },
    signal: limit.signal,
  });
  limit.release();
  return answer;
}

function toStanding(place: Place, object: unknown): StandingConfiguration {
  const webhooks = listAt(object, "webhooks");
  const put: StandingConfiguration["put"] = async (bundle, signal) => {
    const version = textAt(object, "metadata.resourceVersion");
    const value = Buffer.from(bundle).toString("base64");
    const body = [
      { op: "test", path: "/metadata/resourceVersion", value: version },
      ...webhooks.map((_webhook, index) => ({
        op: "add",
        path: `/webhooks/${String(index)}/clientConfig/caBundle`,
        value,
      })),
    ];
    const patched = await call(place, { method: "PATCH", body, contentType: "application/json-patch+json" }, signal);
    return patched.kind === "error" ? patched : ok(undefined);
  };
  const bundles = webhooks.map((webhook) =>
    Buffer.from(textAt(webhook, "clientConfig.caBundle"), "base64").toString("utf8"),
  );
  return { name: `${place.resource}/${place.name}`, bundles, put };
}
