/** A right that the API server says is missing. */
export interface MissingRight {
  readonly verb: string;
  /** As RBAC names it, with its group: `deployments.apps`. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
}

/** Why the API server did not do what it was asked. `conflict` is a lost race: read anew and decide again. */
export type ClusterFailure =
  | { readonly kind: "unreachable"; readonly message: string }
  | { readonly kind: "throttled"; readonly message: string; readonly retryAfterSeconds: number }
  | { readonly kind: "not-found"; readonly message: string }
  | { readonly kind: "conflict"; readonly message: string }
  | { readonly kind: "forbidden"; readonly message: string; readonly right: MissingRight }
  | { readonly kind: "refused"; readonly message: string; readonly status: number }
  | { readonly kind: "unreadable"; readonly message: string };

/** Says in a sentence why the cluster did not do it, and where a right is missing, the lines that grant it. */
export function describeFailure(failure: ClusterFailure): string {
  if (failure.kind !== "forbidden") return failure.message;
  const { verb, resource, namespace, name } = failure.right;
  const role = `imagehook-${resource.replace(/\..*/, "").replace("/", "-")}`;
  const names = name === "" ? "" : ` --resource-name=${name}`;
  const what = `${verb} ${resource}${name === "" ? "" : ` "${name}"`}`;
  const rule = `--verb=${verbsFor(failure.right)} --resource=${resource}${names}`;
  const account = `--serviceaccount=${accountOf(failure.message)}`;
  if (namespace === "")
    return (
      `the service account lacks the right to ${what} of the cluster. ` +
      `Grant it: kubectl create clusterrole ${role} ${rule} && kubectl create clusterrolebinding ${role} --clusterrole=${role} ${account}`
    );
  return (
    `the service account lacks the right to ${what} in namespace "${namespace}". ` +
    `Grant it: kubectl create role ${role} -n ${namespace} ${rule} && kubectl create rolebinding ${role} -n ${namespace} --role=${role} ${account}`
  );
}

/** The verbs that one line grants with the one that was refused: all that will be needed next. */
export function verbsFor({ resource, verb }: MissingRight): string {
  if (resource.endsWith(".apps") || resource.endsWith(".batch")) return "get,list,watch,patch";
  // The creation of an object cannot be limited to a name, and lists here are of all names.
  const isOfAny = verb === "create" || verb === "list" || verb === "watch";
  if (resource === "configmaps") return isOfAny ? "create,list,watch" : "get,update,delete";
  return resource.startsWith("leases.") && !isOfAny ? "get,update" : verb;
}

// The API server names the user that it refused.
function accountOf(message: string): string {
  const [, account] = /"system:serviceaccount:([a-z0-9.-]+:[a-z0-9.-]+)"/.exec(message) ?? [];
  return account ?? "NAMESPACE:SERVICEACCOUNT";
}

/** True for a failure that another try of the same does not change. */
export const isFinal = ({ kind }: ClusterFailure): boolean =>
  kind === "forbidden" || kind === "refused" || kind === "not-found";
