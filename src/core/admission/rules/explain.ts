import { applyOperations } from "../apply-operations.ts";
import type { JsonObject } from "../json-object.ts";
import { parsePointer, type PatchOperation } from "../json-patch.ts";
import type { AdmissionRequest } from "../request.ts";
import { whyNotFor } from "./matches.ts";
import { printPlace } from "./places.ts";
import type { AdmissionRules, AnyRule } from "./rule.ts";
import { isFieldRuleFor } from "./validate-fields.ts";
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

/** Whether a rule looks at a request; null: it does, else why not. */
interface RuleLook {
  readonly kind: keyof AdmissionRules;
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly whyNot: string | null;
}

/** What the webhooks would answer to a request, and why. */
export interface Explanation {
  /** Such as `CREATE deployments.apps shop/web`. */
  readonly request: string;
  readonly allowed: boolean;
  readonly rules: readonly RuleLook[];
  readonly webhooks: readonly WebhookVerdict[];
  /** As the defaults would make it. */
  readonly object: JsonObject | null;
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
    rules: looksOf(settings.rules, request),
    webhooks,
    object,
  };
}

const rank = (list: "mutating" | "validating"): number => (list === "mutating" ? 0 : 1);

function looksOf({ images, defaults, fields }: AdmissionRules, request: AdmissionRequest): readonly RuleLook[] {
  const lookOf =
    (kind: keyof AdmissionRules) =>
    ({ name, file, at, match }: AnyRule): RuleLook => ({
      ...{ kind, name, file, line: at.line },
      whyNot: whyNotFor(match, request),
    });
  return [
    ...defaults.map(lookOf("defaults")),
    ...fields.map((rule) => ({ ...lookOf("fields")(rule), ...(isFieldRuleFor(rule, request) && { whyNot: null }) })),
    ...images.map(lookOf("images")),
  ];
}

function describe({ operation, resource: { resource, group }, namespace, name }: AdmissionRequest): string {
  return `${operation} ${resource}${group && `.${group}`} ${namespace && `${namespace}/`}${name}`.trim();
}

/** Prints an explanation for people. */
export function printExplanation({ request, allowed, rules, webhooks }: Explanation): string {
  const looking = rules.filter(({ whyNot }) => whyNot === null).map(({ name }) => name);
  const others = rules.flatMap(({ name, kind, whyNot }) =>
    whyNot === null ? [] : [`    ${name} (${kind}): ${whyNot}`],
  );
  const lines = [
    `${request}: ${allowed ? "allowed" : "refused"}`,
    `  rules that are for it: ${looking.join(", ") || "none"}`,
    `  rules that are not:${others.length === 0 ? " none" : ""}`,
    ...others,
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
    ...patch.flatMap(printSetting),
    ...patch.map((operation) => `patch: ${JSON.stringify(operation)}`),
  ].map((line, index) => (index === 0 ? line : `    ${line}`));
}

// What the object has more than before; a parent that was added for it says nothing.
function printSetting(operation: PatchOperation): readonly string[] {
  const value = "value" in operation ? JSON.stringify(operation.value) : "{}";
  return value === "{}" ? [] : [`+ ${printPlace(parsePointer(operation.path) ?? [])}: ${value}`];
}
