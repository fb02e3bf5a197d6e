import { z } from "zod";
import { readAdmission, type AdmissionConfig } from "./config-admission.ts";
import { addressRanges, boolean, count, duration, header, listOf, optionalPort, port } from "./config-fields.ts";
import type { AddressRange } from "./core/hook/address-range.ts";
import { isAllowance } from "./core/remote/allow-list.ts";
import { isPublicUrl } from "./core/public-url.ts";
import { readTelling, type Telling } from "./core/notice/telling.ts";
import { fail, ok, type Result } from "./core/result.ts";

/** How the cluster is reached: the pod's service account, a kubeconfig, or not at all. */
type ClusterConfig =
  | { readonly kind: "pod"; readonly directory: string; readonly host: string; readonly port: string }
  | { readonly kind: "kubeconfig"; readonly file: string; readonly context: string }
  | { readonly kind: "none" };

/** Everything that the operator sets. Times are milliseconds. */
export interface Config extends Telling {
  /** Hooks files, and directories of them; none where nothing names any. */
  readonly hooks: readonly string[];
  readonly template: boolean;
  readonly host: string;
  readonly port: number;
  readonly http: {
    /** The path before the ids of hooks, without slashes at its ends; empty where ids stand directly under `/`. */
    readonly prefix: string;
    /** The methods of hooks that name none, in upper case; an empty list where nothing says it. */
    readonly methods: readonly string[];
    /** What every answer of a hook carries. */
    readonly headers: readonly { readonly name: string; readonly value: string }[];
    /** Whether a caller may choose the request's id, and how many characters of it are kept; 0 for all. */
    /** The proxies whose X-Forwarded-For counts. */
    readonly trustedProxies: readonly AddressRange[];
    readonly requestIds: { readonly fromHeader: boolean; readonly limit: number };
  };
  /** The port of metrics and of the API, on the same host. */
  readonly operations: {
    /** Null: there is none. */
    readonly port: number | null;
    /** The file of the API's tokens, one a line; empty: there is no API. */
    readonly apiTokenFile: string;
  };
  readonly admission: AdmissionConfig;
  /** The address that the service is reached by, without a slash at its end; empty where nothing says it. */
  readonly publicUrl: string;
  /** The files of a certificate and its key; null for plain HTTP. */
  readonly tls: { readonly cert: string; readonly key: string; readonly minVersion: TlsVersion } | null;
  readonly log: {
    readonly level: "debug" | "info" | "warn" | "error";
    readonly format: "json" | "text";
    /** Null for the standard output. */
    readonly file: string | null;
  };
  /** How often a source may fail to prove itself to an upgrade hook before it is slowed down; 0: for ever. */
  readonly failureLimit: number;
  /** The largest body that is read for a hook that runs a command. */
  readonly maxBodyBytes: number;
  readonly commands: {
    readonly isEnabled: boolean;
    readonly timeoutMs: number;
    /** How many commands of one hook run at a time. */
    readonly concurrency: number;
    /** How many more of them wait. */
    readonly queue: number;
    /** The names of the variables that a command is given. */
    readonly environment: readonly string[];
  };
  readonly cluster: ClusterConfig;
  /** How hosts outside of the cluster are asked: registries, issuers of tokens, Amazon's certificates. */
  readonly outgoing: {
    /** Hosts that may be asked besides those that hooks name: `host`, `host:port` or `*.suffix`. */
    readonly hosts: readonly string[];
    /** A file of authorities that are trusted besides the well-known ones; empty for none. */
    readonly caFile: string;
    /** The proxy that all of it goes through; empty for none. */
    readonly proxy: string;
  };
  /** Where state objects are kept when there is no pod to say it; empty for the pod's own namespace. */
  readonly stateNamespace: string;
  /** Which Lease says who leads, in the namespace of the state objects; without an election every process does. */
  readonly leadership: { readonly isElected: boolean; readonly lease: string };
  readonly rolloutDeadlineMs: number;
  /** What may be read, besides pods, to say why a rollout failed. */
  readonly diagnose: { readonly events: boolean; readonly logs: boolean };
  readonly shutdownDelayMs: number;
  readonly warnings: readonly string[];
  readonly getenv: (name: string) => string | undefined;
}

type TlsVersion = "1.0" | "1.1" | "1.2" | "1.3";
type Environment = Readonly<Record<string, string | undefined>>;

const SERVICE_ACCOUNT_DIR = "/var/run/secrets/kubernetes.io/serviceaccount";
const MAX_BODY_BYTES = 1024 * 1024 * 1024;

const environment = z.object({
  HOOKS: z.string().default(""),
  HOST: z.string().default("0.0.0.0"),
  PORT: port.default(9000),
  OPERATIONS_PORT: optionalPort.default(null),
  API_TOKEN_FILE: z.string().default(""),
  PUBLIC_URL: z
    .string()
    .refine(isPublicUrl, "must be like https://hooks.example.com")
    .transform((url) => url.replace(/\/$/, ""))
    .default(""),
  LOG_LEVEL: z.enum(["debug", "info", "warn", "error"]).default("info"),
  LOG_FORMAT: z.enum(["json", "text"]).default("json"),
  ROLLOUT_DEADLINE: duration.default(600_000),
  SHUTDOWN_DELAY: duration.default(5_000),
  DIAGNOSE_EVENTS: boolean.default(false),
  DIAGNOSE_LOGS: boolean.default(false),
  COMMANDS_ENABLED: boolean.default(false),
  COMMANDS_TIMEOUT: duration.refine((ms) => ms > 0, "must be longer than nothing").default(30_000),
  COMMANDS_CONCURRENCY: count(1, 1_000).default(10),
  COMMANDS_QUEUE: count(0, 10_000).default(50),
  COMMANDS_ENVIRONMENT: listOf(/^[A-Za-z_]\w{0,199}$/, "must be names of variables with commas between them").default([
    "PATH",
    "HOME",
    "LANG",
    "TZ",
  ]),
  TRUSTED_PROXIES: addressRanges.default([]),
  FAILURE_LIMIT: count(0, 1_000_000_000).default(20),
  SERVICE_ACCOUNT_DIR: z.string().default(SERVICE_ACCOUNT_DIR),
  STATE_NAMESPACE: z.string().default(""),
  LEADER_ELECTION: boolean.default(true),
  LEASE_NAME: z
    .string()
    .regex(
      /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/,
      "must be the name of a Lease: lower-case letters, digits, - and .",
    )
    .default("imagehook"),
  OUTGOING_HOSTS: z
    .string()
    .transform((text) => text.split(",").flatMap((part) => part.trim().toLowerCase() || []))
    .pipe(z.array(z.string().refine(isAllowance, "must be hosts, as host, host:port or *.suffix, with commas between")))
    .default([]),
  OUTGOING_CA: z.string().default(""),
  OUTGOING_PROXY: z
    .string()
    .regex(/^http:\/\/[^\s/]+\/?$/, "must be the address of an HTTP proxy, as http://host:port")
    .default(""),
  KUBERNETES_SERVICE_HOST: z.string().default(""),
  KUBERNETES_SERVICE_PORT: z.string().default("443"),
  KUBECONFIG: z.string().default(""),
});

const flags = z.object({
  hooks: z.array(z.string()),
  template: boolean.default(false),
  urlprefix: z
    .string()
    .regex(/^[\w./~-]{0,200}$/, "must be a path of letters, digits and . _ ~ - /")
    .transform((path) => path.split("/").filter(Boolean).join("/"))
    .default("hooks"),
  ip: z.string().default(""),
  port: port.optional(),
  "http-methods": listOf(/^[A-Za-z-]{1,40}$/, "must be HTTP methods with commas between them").default([]),
  header: z.array(header),
  "x-request-id": boolean.default(false),
  "x-request-id-limit": count(0, 1_000_000).default(0),
  secure: boolean.default(false),
  cert: z.string().default("cert.pem"),
  key: z.string().default("key.pem"),
  "tls-min-version": z.enum(["1.0", "1.1", "1.2", "1.3"]).default("1.2"),
  verbose: boolean.default(false),
  debug: boolean.default(false),
  logfile: z.string().default(""),
  "max-multipart-mem": count(1, MAX_BODY_BYTES).default(1024 * 1024),
  kubeconfig: z.string().default(""),
  context: z.string().default(""),
});
type Flags = z.infer<typeof flags>;

/** A flag of the command line; of those of one name the last counts, or all of them where it may be repeated. */
interface GivenFlag {
  readonly name: string;
  readonly value: string;
  /** What it is called in messages. */
  readonly source: string;
}

/** Reads the environment and the flags, which win over it. All that is wrong is said in one error, a line each. */
export function readConfig(env: Environment, given: readonly GivenFlag[]): Result<Config, string> {
  // An empty variable is one that is not set: charts and compose files render them so.
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
  const variables = environment.safeParse(set);
  const all = (name: string): readonly GivenFlag[] => given.filter((flag) => flag.name === name);
  const options = flags.safeParse({
    ...Object.fromEntries(given.map(({ name, value }) => [name, value])),
    hooks: all("hooks").map(({ value }) => value),
    header: all("header").map(({ value }) => value),
  });
  const parts = readParts(env, set);
  const sourceOf = ([name, index]: readonly PropertyKey[]): string =>
    all(String(name)).at(typeof index === "number" && name === "header" ? index : -1)?.source ?? "";
  const problems = [
    ...(options.error?.issues ?? []).map(({ path, message }) => `${sourceOf(path)}: ${message}`),
    ...(variables.error?.issues ?? []).map(({ path, message }) => `${String(path[0])}: ${message}`),
    ...(parts.kind === "ok" ? [] : parts.error),
  ];
  if (!options.success || !variables.success || parts.kind === "error") return fail([...new Set(problems)].join("\n"));
  const values = variables.data;
  return ok({
    ...fromFlags(options.data, values),
    commands: {
      isEnabled: values.COMMANDS_ENABLED,
      timeoutMs: values.COMMANDS_TIMEOUT,
      concurrency: values.COMMANDS_CONCURRENCY,
      queue: values.COMMANDS_QUEUE,
      environment: values.COMMANDS_ENVIRONMENT,
    },
    outgoing: { hosts: values.OUTGOING_HOSTS, caFile: values.OUTGOING_CA, proxy: values.OUTGOING_PROXY },
    operations: { port: values.OPERATIONS_PORT, apiTokenFile: values.API_TOKEN_FILE },
    publicUrl: values.PUBLIC_URL,
    stateNamespace: values.STATE_NAMESPACE,
    leadership: { isElected: values.LEADER_ELECTION, lease: values.LEASE_NAME },
    failureLimit: values.FAILURE_LIMIT,
    rolloutDeadlineMs: values.ROLLOUT_DEADLINE,
    diagnose: { events: values.DIAGNOSE_EVENTS, logs: values.DIAGNOSE_LOGS },
    shutdownDelayMs: values.SHUTDOWN_DELAY,
    ...parts.value,
    warnings: options.data.secure
      ? []
      : ["cert", "key", "tls-min-version"].flatMap((name) =>
          all(name)
            .slice(-1)
            .map(({ source }) => `${source} changes nothing without -secure`),
        ),
    getenv: (name) => env[name],
  });
}

function readParts(env: Environment, set: Environment): Result<Telling & Pick<Config, "admission">, readonly string[]> {
  const [telling, admission] = [readTelling(env), readAdmission(set)];
  if (telling.kind === "ok" && admission.kind === "ok") return ok({ ...telling.value, admission: admission.value });
  return fail([telling, admission].flatMap((part) => (part.kind === "ok" ? [] : part.error)));
}

type Variables = z.infer<typeof environment>;
type FromFlags = Pick<
  Config,
  "hooks" | "template" | "host" | "port" | "http" | "tls" | "log" | "maxBodyBytes" | "cluster"
>;

function fromFlags(options: Flags, values: Variables): FromFlags {
  const paths = options.hooks.filter((path) => path !== "");
  const { cert, key, "tls-min-version": minVersion } = options;
  return {
    hooks: paths.length > 0 ? paths : [values.HOOKS].filter((path) => path !== ""),
    template: options.template,
    host: options.ip === "" ? values.HOST : options.ip,
    port: options.port ?? values.PORT,
    http: {
      prefix: options.urlprefix,
      methods: options["http-methods"].map((method) => method.toUpperCase()),
      headers: options.header,
      trustedProxies: values.TRUSTED_PROXIES,
      requestIds: { fromHeader: options["x-request-id"], limit: options["x-request-id-limit"] },
    },
    tls: options.secure ? { cert, key, minVersion } : null,
    log: logOf(options, values),
    maxBodyBytes: options["max-multipart-mem"],
    cluster: clusterOf(options, values),
  };
}

// A log file asks for a log, as in adnanh/webhook.
function logOf({ debug, verbose, logfile }: Flags, { LOG_LEVEL, LOG_FORMAT }: Variables): Config["log"] {
  const isQuiet = LOG_LEVEL === "warn" || LOG_LEVEL === "error";
  const spoken = isQuiet && (verbose || logfile !== "") ? "info" : LOG_LEVEL;
  return { level: debug ? "debug" : spoken, format: LOG_FORMAT, file: logfile === "" ? null : logfile };
}

const clusterVariables = environment.pick({
  KUBECONFIG: true,
  SERVICE_ACCOUNT_DIR: true,
  KUBERNETES_SERVICE_HOST: true,
  KUBERNETES_SERVICE_PORT: true,
});

/** Where the cluster is: in a pod it is its own, unless a kubeconfig file is named. */
export const readCluster = (env: Environment, named: Pick<Flags, "kubeconfig" | "context">): ClusterConfig =>
  clusterOf(named, clusterVariables.parse(env));

function clusterOf(
  { kubeconfig, context }: Pick<Flags, "kubeconfig" | "context">,
  values: z.infer<typeof clusterVariables>,
): ClusterConfig {
  const file = kubeconfig === "" ? values.KUBECONFIG : kubeconfig;
  if (kubeconfig === "" && values.KUBERNETES_SERVICE_HOST !== "") {
    const { SERVICE_ACCOUNT_DIR: directory, KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: kubePort } = values;
    return { kind: "pod", directory, host, port: kubePort };
  }
  return file === "" ? { kind: "none" } : { kind: "kubeconfig", file, context };
}
