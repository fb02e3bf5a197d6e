import { validator } from "imagehook/admission";

const TEAMS = ["checkout", "search"];

/** What the webhook reads of a Deployment. */
interface Deployment {
  readonly metadata: { readonly labels?: Readonly<Record<string, string>> };
  readonly spec: { readonly replicas?: number };
}

/** Refuses Deployments that belong to no team, and warns of those with a single replica. */
export const teamLabel = validator<Deployment>({
  kind: { group: "apps", version: "v1", kind: "Deployment" },
  create: judge,
  update: (deployment) => judge(deployment),
});

// What is thrown refuses, what is returned warns.
function judge({ metadata, spec }: Deployment): readonly string[] {
  const team = metadata.labels?.["team"] ?? "missing";
  if (!TEAMS.includes(team)) throw new Error(`metadata.labels.team must be one of ${TEAMS.join(", ")}; it is ${team}`);
  return spec.replicas === 1 ? ["spec.replicas: a single replica is away whenever its node is"] : [];
}
