import { verbsFor, type ClusterFailure, type MissingRight } from "../core/rollout/cluster-failure.ts";
import { stateObjectName } from "../core/rollout/state.ts";
import type { UpgradeTarget } from "../core/rollout/selection.ts";
import type { Rights } from "../flow/ports.ts";
import type { KubeClient } from "./client.ts";
import { textAt, valueAt } from "./fields.ts";
import { workloadRight } from "./paths.ts";

const WORKLOAD_VERBS: readonly string[] = ["get", "list", "watch", "patch"];

/**
 * Asks the API server what the account may do, by SelfSubjectAccessReviews, which every account may make. What it may
 * do with state objects is asked for the namespace that they are kept in.
 */
export function createRights(client: KubeClient, stateNamespace: string): Rights {
  const isAllowed = async (right: MissingRight, signal: AbortSignal): Promise<ClusterFailure | null> => {
    const { verb, namespace, name } = right;
    const [resource, ...group] = right.resource.split(".");
    const answered = await client.request({
      method: "POST",
      path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
      body: {
        apiVersion: "authorization.k8s.io/v1",
        kind: "SelfSubjectAccessReview",
        spec: { resourceAttributes: { namespace, verb, group: group.join("."), resource, name } },
      },
      right: { verb: "create", resource: "selfsubjectaccessreviews.authorization.k8s.io", namespace: "", name: "" },
      signal,
    });
    if (answered.kind === "error") return answered.error;
    if (valueAt(answered.value, "status.allowed") === true) return null;
    return {
      kind: "forbidden",
      message: `User "${await userName(client, signal)}" cannot ${verb} ${right.resource}`,
      right,
    };
  };
  const missing = async (target: UpgradeTarget, signal: AbortSignal): Promise<readonly ClusterFailure[]> => {
    const state = { resource: "configmaps", namespace: stateNamespace };
    // Of a selection no name is known before a push comes.
    const name = target.kind === "selected" ? "" : stateObjectName(target);
    const rights = [
      ...workloadRights(target),
      { ...state, verb: "create", name: "" },
      { ...state, verb: "list", name: "" },
      { ...state, verb: "watch", name: "" },
      { ...state, verb: "get", name },
      { ...state, verb: "update", name },
    ];
    const failures = await Promise.all(rights.map((right) => isAllowed(right, signal)));
    return unique(failures.filter((failure) => failure !== null));
  };
  return { missing };
}

function workloadRights(target: UpgradeTarget): readonly MissingRight[] {
  if (target.kind !== "selected") return WORKLOAD_VERBS.map((verb) => workloadRight(verb, target));
  const { kinds, namespace } = target;
  return kinds.flatMap((kind) => WORKLOAD_VERBS.map((verb) => workloadRight(verb, { kind, namespace, name: "" })));
}

async function userName(client: KubeClient, signal: AbortSignal): Promise<string> {
  const answered = await client.request({
    method: "POST",
    path: "/apis/authentication.k8s.io/v1/selfsubjectreviews",
    body: { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" },
    right: { verb: "create", resource: "selfsubjectreviews.authentication.k8s.io", namespace: "", name: "" },
    signal,
  });
  return answered.kind === "ok" ? textAt(answered.value, "status.userInfo.username") : "";
}

// What one line grants is named once, and a server that is away is away for all.
function unique(failures: readonly ClusterFailure[]): readonly ClusterFailure[] {
  const seen = new Set<string>();
  return failures.filter((failure) => {
    const key = failure.kind === "forbidden" ? keyOf(failure.right) : failure.kind;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

const keyOf = (right: MissingRight): string => `${verbsFor(right)} ${right.resource}/${right.name}`;
