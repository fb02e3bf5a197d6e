import { applyOperations } from "../apply-operations.ts";
import type { JsonObject } from "../json-object.ts";
import type { PatchOperation } from "../json-patch.ts";
import type { AdmissionRequest } from "../request.ts";
import { matchesRule } from "./matches.ts";
import type { AdmissionRules } from "./rule.ts";
import { SHIPPED_WEBHOOKS, type ShippedSettings } from "./shipped.ts";

/** What one webhook would answer. */
interface WebhookVerdict {
  readonly path: string;
  readonly purpose: string;
  readonly allowed: boolean;
  /** Empty where there is none. */
  readonly message: string;
  readonly warnings: readonly string[];
  readonly auditAnnotations: Readonly<Record<string, string>>;
  readonly patch: readonly PatchOperation[];
}

/** What the webhooks would answer to a request, and why. */
export interface Explanation {
  /** Such as `CREATE deployments.apps shop/web`. */
  readonly request: string;
  readonly allowed: boolean;
  readonly rules: readonly { readonly name: string; readonly isFor: boolean }[];
  readonly webhooks: readonly WebhookVerdict[];
}

/** Asks the webhooks that ship as the API server would: the one that changes objects first, the others about what it made. */
export function explainAdmission(request: AdmissionRequest, settings: ShippedSettings): Explanation {
  const order = SHIPPED_WEBHOOKS.toSorted((a, b) => rank(a.list) - rank(b.list));
  let object: JsonObject | null = request.object;
  const webhooks = order.map(({ path, purpose, answer }): WebhookVerdict => {
    const {
      allowed,
      status,
      warnings = [],
      auditAnnotations = {},
      patch = [],
    } = answer(settings)({ ...request, object });
    const changed = object === null ? null : applyOperations(object, patch);
    object = changed?.kind === "ok" ? changed.value : object;
    return { path, purpose, allowed, message: status?.message ?? "", warnings, auditAnnotations, patch };
  });
  return {
    request: describe(request),
    allowed: webhooks.every(({ allowed }) => allowed),
    rules: listRules(settings.rules).map(({ name, match }) => ({ name, isFor: matchesRule(match, request) })),
    webhooks,
  };
}

const rank = (list: "mutating" | "validating"): number => (list === "mutating" ? 0 : 1);

const listRules = ({ images, defaults, fields }: AdmissionRules) => [...defaults, ...fields, ...images];

function describe({ operation, resource: { resource, group }, namespace, name }: AdmissionRequest): string {
  return `${operation} ${resource}${group && `.${group}`} ${namespace && `${namespace}/`}${name}`.trim();
}

/** Prints an explanation for people. */
export function printExplanation({ request, allowed, rules, webhooks }: Explanation): string {
  const names = (isFor: boolean): string =>
    rules
      .filter((rule) => rule.isFor === isFor)
      .map(({ name }) => name)
      .join(", ");
  const lines = [
    `${request}: ${allowed ? "allowed" : "refused"}`,
    `  rules that are for it: ${names(true) || "none"}`,
    `  rules that are not: ${names(false) || "none"}`,
    ...webhooks.flatMap(printVerdict),
  ];
  return `${lines.join("\n")}\n`;
}

function printVerdict(verdict: WebhookVerdict): readonly string[] {
  const { path, purpose, allowed, message, warnings, auditAnnotations, patch } = verdict;
  return [
    `  ${path} (${purpose}): ${allowed ? "allowed" : "refused"}`,
    ...message.split("\n").filter(Boolean),
    ...warnings.map((warning) => `warning: ${warning}`),
    ...Object.entries(auditAnnotations).map(([key, value]) => `audit: ${key}=${value}`),
    ...patch.map((operation) => `patch: ${JSON.stringify(operation)}`),
  ].map((line, index) => (index === 0 ? line : `    ${line}`));
}
