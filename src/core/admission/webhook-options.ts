import type { JsonObject } from "./json-object.ts";

/** Which list of the API server's a handler belongs into. */
export type WebhookList = "mutating" | "validating";

/** A resource that a handler is made for. */
export interface HandledKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** The resource's name in paths; left out: the kind in lower case with an `s`. */
  readonly resource?: string;
}

/** Which resource and operations a handler is for, where it knows. */
export interface Handled {
  readonly kind: HandledKind;
  readonly operations: readonly string[];
}

/** What a webhook is called for, as `RuleWithOperations` of admissionregistration.k8s.io/v1. */
export interface WebhookRule {
  /** The empty text is the core group; `*` is every group. */
  readonly apiGroups: readonly string[];
  readonly apiVersions: readonly string[];
  /** By their names in paths, such as `pods`; a subresource as `deployments/scale`. */
  readonly resources: readonly string[];
  /** CREATE, UPDATE, DELETE, CONNECT, or `*`. */
  readonly operations: readonly string[];
  /** Left out: both. */
  readonly scope?: "Cluster" | "Namespaced" | "*";
}

/** How a handler stands in the webhook configurations that manifests are made of; what is left out is what they say by default. */
export interface WebhookOptions {
  /** Which list a bare function belongs into; one made by `mutating` or `validating` says it itself. */
  readonly list?: WebhookList;
  /** What it is called for; a handler made by `defaulter` or `validator` says it itself. */
  readonly rules?: readonly WebhookRule[];
  /** Three words at least with dots between; left out: the path's words, then the Service and its namespace. */
  readonly name?: string;
  /** What becomes of a request when nobody answers; left out: Ignore, it passes. */
  readonly failurePolicy?: "Ignore" | "Fail";
  /** From 1 to 30; left out: 5. */
  readonly timeoutSeconds?: number;
  /** Left out: None. */
  readonly sideEffects?: "None" | "NoneOnDryRun";
  /** Left out: Equivalent. */
  readonly matchPolicy?: "Equivalent" | "Exact";
  /** Whether a mutating one is asked again when a later one changed the object; left out: Never. */
  readonly reinvocationPolicy?: "Never" | "IfNeeded";
  /** Further expressions on the labels of namespaces; its own namespace and kube-system are excluded in any case. */
  readonly namespaceSelector?: {
    readonly matchLabels?: Readonly<Record<string, string>>;
    readonly matchExpressions?: readonly JsonObject[];
  };
  /** A label selector of objects. */
  readonly objectSelector?: JsonObject;
  /** CEL expressions that must all hold for it to be called. */
  readonly matchConditions?: readonly { readonly name: string; readonly expression: string }[];
}
