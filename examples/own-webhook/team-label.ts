import { allowed, denied, validating, withWarnings } from "imagehook/admission";

const TEAMS = ["checkout", "search"];

/** What the webhook reads of a Deployment. */
export interface Deployment {
  readonly metadata: { readonly labels?: Readonly<Record<string, string>> };
  readonly spec: { readonly replicas?: number };
}

/** Why a Deployment may not be stored; null where it may. */
export function whyNot({ metadata }: Deployment): string | null {
  const team = metadata.labels?.["team"];
  if (team !== undefined && TEAMS.includes(team)) return null;
  return `metadata.labels.team must be one of ${TEAMS.join(", ")}, ${team === undefined ? "and is missing" : `not ${team}`}`;
}

/** What its author should know all the same. */
export const warningsFor = ({ spec }: Deployment): readonly string[] =>
  spec.replicas === 1 ? ["spec.replicas: a single replica is away whenever its node is"] : [];

/** Refuses Deployments that belong to no team. */
export const teamLabel = validating(
  (request, { decoder }) => {
    const deployment = decoder.object(request) as unknown as Deployment;
    const reason = whyNot(deployment);
    return withWarnings(reason === null ? allowed() : denied(reason), ...warningsFor(deployment));
  },
  { handles: { kind: { group: "apps", version: "v1", kind: "Deployment" }, operations: ["CREATE", "UPDATE"] } },
);
