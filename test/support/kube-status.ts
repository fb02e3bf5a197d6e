/** A refusal, as the API server words it in a Status object. */
export interface KubeRefusal {
  readonly status: number;
  /** In the header Retry-After; none by default. */
  readonly retryAfterSeconds?: number;
  readonly message?: string;
}

interface Asked {
  readonly method: string;
  readonly path: string;
}

const REASONS: Readonly<Record<number, string>> = {
  403: "Forbidden",
  404: "NotFound",
  409: "Conflict",
  410: "Expired",
  422: "Invalid",
  429: "TooManyRequests",
  500: "InternalError",
  503: "ServiceUnavailable",
};

const VERBS: Readonly<Record<string, string>> = { POST: "create", PUT: "update", PATCH: "patch", DELETE: "delete" };

/** The Status object of a refused request; a 403 reads like RBAC's, and a 422 has the causes of a faulty object. */
export function kubeStatus(asked: Asked, { status, retryAfterSeconds, message }: KubeRefusal): object {
  const causes = [{ reason: "FieldValueInvalid", message: "Invalid value", field: "spec" }];
  const details = {
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    ...(status === 422 && { causes }),
  };
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: message ?? wordsOf(asked, status),
    reason: REASONS[status] ?? "Unknown",
    details,
    code: status,
  };
}

function wordsOf(asked: Asked, status: number): string {
  const { resource, name } = objectOf(asked.path);
  const verb = VERBS[asked.method] ?? "get";
  const of = `${resource} "${name}"`;
  switch (status) {
    case 403:
      return `${of} is forbidden: User "proxy" cannot ${verb} resource "${resource}" in API group "apps"`;
    case 404:
      return `${of} not found`;
    case 409:
      return `Operation cannot be fulfilled on ${of}: the object has been modified`;
    case 410:
      return "too old resource version: 1 (2)";
    case 422:
      return `${of} is invalid: spec: Invalid value`;
    case 429:
      return "the server has received too many requests and has asked us to try again later";
    default:
      return `the fault proxy answered ${String(status)}`;
  }
}

// .../namespaces/<namespace>/<resource>/<name>
function objectOf(path: string): { readonly resource: string; readonly name: string } {
  const [, , resource = "resources", name = ""] = /\/namespaces\/([^/?]+)\/([^/?]+)(?:\/([^/?]+))?/.exec(path) ?? [];
  return { resource, name };
}
