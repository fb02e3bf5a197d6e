import { fail, ok, type Result } from "../result.ts";
import { pluralOf } from "./plural.ts";
import type { JsonObject } from "./json-object.ts";
import type { Handled, WebhookList, WebhookOptions, WebhookRule } from "./webhook-options.ts";

/** A handler as far as manifests see it: what it says of itself. */
interface ListedHandler {
  (...call: never[]): unknown;
  readonly list?: WebhookList;
  readonly handles?: Handled;
}

/** A registered handler as far as manifests see it. */
export interface ListedWebhook {
  readonly path: string;
  readonly handler: ListedHandler;
  readonly options: WebhookOptions;
}

/** The Service that the API server calls, and the authority that it trusts (base64 of PEM; null: filled in later). */
export interface WebhookService {
  readonly name: string;
  readonly namespace: string;
  readonly caBundle: string | null;
}

/** One webhook of a configuration. */
export interface WebhookEntry {
  readonly list: WebhookList;
  readonly name: string;
  readonly webhook: JsonObject;
}

/** Makes the entry of a registration; the error says what to add to it, each with its path. */
export function webhookEntry(
  { path, handler, options }: ListedWebhook,
  service: WebhookService,
): Result<WebhookEntry, readonly string[]> {
  const { list: said, rules = rulesOf(handler), name = nameOf(path, service), ...rest } = options;
  const { namespaceSelector = {}, reinvocationPolicy = "Never", ...behaviour } = { ...DEFAULTS, ...rest };
  const list = handler.list ?? said;
  const problems = problemsOf({ list, rules, name, timeoutSeconds: behaviour.timeoutSeconds });
  if (list === undefined || problems.length > 0) return fail(problems.map((problem) => `${path}: ${problem}`));
  const webhook = {
    name,
    clientConfig: clientConfigOf(path, service),
    rules,
    ...behaviour,
    ...(list === "mutating" && { reinvocationPolicy }),
    namespaceSelector: excluding(["kube-system", service.namespace], namespaceSelector),
  };
  return ok({ list, name, webhook });
}

const DEFAULTS = {
  failurePolicy: "Ignore",
  timeoutSeconds: 5,
  sideEffects: "None",
  matchPolicy: "Equivalent",
  admissionReviewVersions: ["v1", "v1beta1"],
} as const;

const SAY_LIST =
  'say which list it belongs into: wrap the handler in mutating() or validating(), or register it with { list: "validating" }';
const SAY_RULES =
  "say what it is called for: make the handler by defaulter() or validator(), or register it with { rules: [{ apiGroups, apiVersions, resources, operations }] }";

const NAME = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?){2,}$/;

type Decided = Pick<WebhookOptions, "rules" | "name" | "timeoutSeconds">;

function problemsOf({ list, rules, name, timeoutSeconds }: Required<Decided> & { list: WebhookList | undefined }) {
  const isTimeout = Number.isInteger(timeoutSeconds) && timeoutSeconds >= 1 && timeoutSeconds <= 30;
  return [
    ...(list === undefined ? [SAY_LIST] : []),
    ...(rules.length === 0 ? [SAY_RULES] : []),
    ...(NAME.test(name)
      ? []
      : [`its name must be three words at least in lower case with dots between, not "${name}"`]),
    ...(isTimeout ? [] : ["timeoutSeconds must be a whole number from 1 to 30"]),
  ];
}

function rulesOf({ handles }: ListedHandler): readonly WebhookRule[] {
  if (handles === undefined) return [];
  const { group, version, kind, resource = pluralOf(kind) } = handles.kind;
  return [{ apiGroups: [group], apiVersions: [version], resources: [resource], operations: handles.operations }];
}

function nameOf(path: string, { name, namespace }: WebhookService): string {
  const words = path.toLowerCase().match(/[a-z0-9]+/g) ?? ["root"];
  return `${words.join("-")}.${name}.${namespace}.svc`;
}

const clientConfigOf = (path: string, { name, namespace, caBundle }: WebhookService): JsonObject => ({
  service: { name, namespace, path, port: 443 },
  ...(caBundle !== null && { caBundle }),
});

type Selector = NonNullable<WebhookOptions["namespaceSelector"]>;

// A webhook of its own namespace could keep its own pods from starting, and one of kube-system the cluster's.
function excluding(namespaces: readonly string[], selector: Selector): JsonObject {
  const values = [...new Set(namespaces)];
  const exclusion = { key: "kubernetes.io/metadata.name", operator: "NotIn", values };
  return { ...selector, matchExpressions: [exclusion, ...(selector.matchExpressions ?? [])] };
}
